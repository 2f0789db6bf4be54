"""Repeated events and moves between states are R's; E-values are the paper's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freireich import remissions
from refdata import refdata

from nextome_eval.checks.unmeasured import evalue
from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival import (
    cox,
    cumulative_incidence,
    kaplan_meier,
    landmark,
    mean_count,
    rmst,
    state_occupancy,
)
from nextome_eval.study.durations import Durations

R: dict[str, Any] = json.loads((Path(__file__).parent / "states.json").read_text())


def moves() -> pd.DataFrame:
    """mgus2 as stays: mgus, then pcm for those who get it, until death."""
    rows = []
    for r in pd.read_csv(refdata("mgus2.csv")).itertuples():
        died = 2 * r.death
        if r.pstat == 1 and r.ptime < r.futime:
            rows.append((r.id, r.sex, 0, r.ptime, "mgus", 1))
            rows.append((r.id, r.sex, r.ptime, r.futime, "pcm", died))
        elif r.pstat == 1:
            rows.append((r.id, r.sex, 0, r.ptime, "mgus", 1))
        else:
            rows.append((r.id, r.sex, 0, r.futime, "mgus", died))
    return pd.DataFrame(rows, columns=["id", "sex", "t0", "t1", "now", "then"])


def stays(df: pd.DataFrame, **roles: str) -> Durations:
    return Durations.from_frame(
        df, time="t1", entry="t0", event="then", unit="id", causes={1: "pcm", 2: "death"}, **roles
    )


def test_mean_count() -> None:
    df = pd.read_csv(refdata("bladder2.csv"))
    spells = Durations.from_frame(df, time="stop", entry="start", event="event", unit="id")
    rows = mean_count(spells, by="rx").tidy()
    np.testing.assert_allclose(rows["time"], R["count"]["time"])
    np.testing.assert_allclose(rows["estimate"], R["count"]["cumhaz"], rtol=1e-10)
    np.testing.assert_allclose(rows["std_error"], R["count"]["se"], rtol=1e-8, atol=1e-14)


def test_state_occupancy() -> None:
    est = state_occupancy(stays(moves()), by="sex", state="now")
    rows, r = est.tidy(), R["states"]
    names = {"(s0)": "mgus"}
    where = np.array(r["strata"])
    shares, errors = np.array(r["pstate"]), np.array(r["se"])
    for sex in ("F", "M"):
        own = where == f"sex={sex}"
        for i, name in enumerate(r["names"]):
            ours = rows[(rows["strata"] == sex) & (rows["state"] == names.get(name, name))]
            np.testing.assert_allclose(ours["time"], np.array(r["time"])[own])
            np.testing.assert_allclose(ours["estimate"], shares[own, i], rtol=1e-9, atol=1e-13)
            np.testing.assert_allclose(ours["std_error"], errors[own, i], rtol=1e-8, atol=1e-12)


def test_states_without_return_are_incidences() -> None:
    df = pd.read_csv(refdata("mgus2_cr.csv")).assign(now="mgus")
    spells = Durations.from_frame(df, time="etime", event="event", causes={1: "pcm", 2: "death"})
    moved = state_occupancy(spells, by="sex", state="now")
    once = cumulative_incidence(spells, by="sex")
    for cause in ("pcm", "death"):
        one, other = moved.where(state=cause), once.where(cause=cause)
        np.testing.assert_allclose(one.value, other.value, rtol=1e-10)
        np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-8, atol=1e-13)


def test_stays_that_do_not_follow_are_refused() -> None:
    df = pd.DataFrame({"id": [1, 1], "t0": [0, 3], "t1": [3, 6], "now": ["a", "a"], "then": [1, 0]})
    with pytest.raises(DataProblem, match="1 move to one state"):
        state_occupancy(stays(df), state="now")


def test_landmark_is_the_curve_given_no_event_before() -> None:
    later = landmark(remissions(), 6)
    one = kaplan_meier(later, by="arm")
    other = kaplan_meier(remissions(), by="arm", begin=6)
    np.testing.assert_allclose(one.value, other.value, rtol=1e-12)
    np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-12)
    assert later.n == len(set(later.unit))
    with pytest.raises(NotEstimable):
        landmark(remissions(), 33)


def ratio_of(value: float, low: float, high: float, scale: str = "log") -> Estimates:
    se = (np.log(high) - np.log(low)) / 2 / 1.959963984540054
    est = Estimates.of_mean(["a", "b"], np.log([value, value]), term="arm")
    return replace(est, scale=scale, model_covariance=np.array([[se**2]]))


def test_evalues_are_the_papers() -> None:
    """VanderWeele and Ding 2017, and the README of R's EValue to the five decimals it prints.

    Smoking and lung cancer, RR 10.73 (8.02, 14.36): 20.94777 and 15.52336; breastfeeding, OR 3.9
    (1.8, 8.7), rare: 7.26 and 3.0; RR 0.80 (0.71, 0.91): 1.81 and 1.43.
    """
    smoking = evalue(ratio_of(10.73, 8.02, 10.73**2 / 8.02), ratio="risk").iloc[0]
    found = smoking[["e_value", "e_value_limit"]].to_numpy(float)
    np.testing.assert_allclose(found, [20.94777, 15.52336], atol=5e-6)
    rows = evalue(ratio_of(3.9, 1.8, 3.9**2 / 1.8), ratio="odds", common=False)
    assert rows["e_value"][0] == pytest.approx(7.26, abs=0.005)
    assert rows["e_value_limit"][0] == pytest.approx(3.0)
    protective = evalue(ratio_of(0.8, 0.8**2 / 0.91, 0.91), ratio="risk")
    assert protective["e_value"][0] == pytest.approx(1.81, abs=0.005)
    assert protective["e_value_limit"][0] == pytest.approx(1.43, abs=0.005)
    assert evalue(ratio_of(1.2, 0.9, 1.6), ratio="hazard")["e_value_limit"][0] == 1


def test_evalues_of_common_events() -> None:
    common = evalue(ratio_of(0.56, 0.46, 0.56**2 / 0.46), ratio="hazard")
    r = (1 - 0.5 ** np.sqrt(0.56)) / (1 - 0.5 ** np.sqrt(1 / 0.56))
    assert common["e_value"][0] == pytest.approx(1 / r + np.sqrt((1 / r) * (1 / r - 1)))
    odds = evalue(ratio_of(0.86, 0.75, 0.86**2 / 0.75), ratio="odds")
    r = 1 / np.sqrt(0.86)
    assert odds["e_value"][0] == pytest.approx(r + np.sqrt(r * (r - 1)))
    assert len(evalue(cox(remissions(), ["arm"]))) == 1
    for unsaid in (ratio_of(2, 1.5, 4), rmst(remissions(), tau=20).where(term="ratio")):
        with pytest.raises(DesignProblem) as found:
            evalue(unsaid)
        assert found.value.code == "evalue_which_ratio"
    with pytest.raises(DesignProblem):
        evalue(ratio_of(2, 1.5, 4), ratio="rates")
    endless = replace(ratio_of(2, 1.5, 4), model_covariance=np.array([[1e4]]))
    assert evalue(endless, ratio="hazard")["e_value_limit"][0] == 1


def test_evalues_of_differences() -> None:
    difference = rmst(remissions(), tau=20).where(term="difference")
    with pytest.raises(DesignProblem):
        evalue(difference)
    d = difference.value[0] / 8.0
    r = np.exp(0.91 * d)
    assert evalue(difference, sd=8.0)["e_value"][0] == pytest.approx(r + np.sqrt(r * (r - 1)))
