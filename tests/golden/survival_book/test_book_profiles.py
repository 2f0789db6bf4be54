"""Profile limits (Firth's too), shared frailty, levels tested together and follow-up are R's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

import nextome_eval as ne

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "profiles.json").read_text())
PROFILES = [name for name in CASES if name.startswith(("firth", "prof"))]
LATE = {"time": "stop", "event": "event", "entry": "start", "unit": "id"}
PLAIN = {"time": "time", "event": "status"}


def asked(data: str) -> tuple[ne.Durations, list[str], str | None]:
    df = pd.read_csv(refdata(f"{data}.csv"))
    if data == "aml":
        return door(df.assign(m=(df["x"] == "Maintained") * 1.0), **PLAIN), ["m"], None
    if data == "ovarian":
        return door(df, time="futime", event="fustat"), ["age", "rx"], None
    if data == "heart":
        return door(df.assign(tr=df["transplant"] * 1.0), **LATE), ["tr", "surgery"], None
    return door(df, **PLAIN), ["sex", "age"], "disease"


def door(df: pd.DataFrame, **roles: Any) -> ne.Durations:
    return ne.Durations.from_frame(df, complete=True, **roles)


@pytest.mark.parametrize("name", PROFILES)
def test_the_limits_are_those_of_rs_likelihood(name: str) -> None:
    kind, data, ties = name.split()
    spells, covariates, strata = asked(data)
    est = ne.cox(spells, covariates, ties=ties, strata=strata, firth=kind == "firth")
    low, high = (ne.profile_interval(est) if kind == "prof" else est).interval()
    r = CASES[name]
    # a minimum found without derivatives is good to the root of its own precision
    np.testing.assert_allclose(est.value, r["b"], rtol=1e-8 if kind == "prof" else 3e-5)
    np.testing.assert_allclose(np.log(low), r["low"], rtol=1e-8)
    np.testing.assert_allclose(np.log(high), r["high"], rtol=1e-8)


def test_a_factor_without_variance_gives_coxs_answer() -> None:
    df = pd.read_csv(refdata("lung.csv")).dropna(subset=["inst"])
    spells = door(df.assign(dead=df["status"] == 2), time="time", event="dead")
    est, plain = (
        ne.shared_frailty(spells, ["age", "sex"], shared="inst"),
        ne.cox(spells, ["age", "sex"]),
    )
    np.testing.assert_allclose(est.value, plain.value, rtol=1e-12)
    np.testing.assert_allclose(est.std_error, plain.std_error, rtol=1e-12)
    r = CASES["frailty lung inst"]
    np.testing.assert_allclose(est.value, r["b"], rtol=1e-7)  # R's variance is 1.6e-9, not 0
    assert "variance 0 " in est.notes[0]


@pytest.mark.parametrize("shared", ["id", "center"])
def test_repeated_events_share_a_factor(shared: str) -> None:
    df = pd.read_csv(refdata("cgd.csv"))
    spells = door(df, time="tstop", event="status", entry="tstart", unit="id")
    est, r = ne.shared_frailty(spells, ["age"], shared=shared), CASES[f"frailty cgd {shared}"]
    np.testing.assert_allclose(est.value, r["b"], rtol=1e-5)  # R stops there
    np.testing.assert_allclose(est.std_error, r["se"], rtol=1e-5)


def test_the_median_follow_up_is_rs() -> None:
    df = pd.read_csv(refdata("lung.csv"))
    spells = door(df.assign(dead=df["status"] == 2), time="time", event="dead")
    rows = ne.quantile(ne.kaplan_meier(spells, by="sex", reverse=True)).tidy()
    r = CASES["followed lung"]
    assert rows["estimate"].tolist() == r["median"]
    assert rows["conf_low"].tolist() == r["low"]
    assert rows["conf_high"].tolist() == [np.inf, r["high"][1]]


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_the_levels_of_a_word_are_tested_together(transform: str) -> None:
    spells = door(pd.read_csv(refdata("veteran.csv")), **PLAIN)
    est = ne.cox(spells, ["celltype", "karno"])
    table, r = ne.proportional_hazards(est, transform=transform).table, CASES[f"zph {transform}"]
    assert table is not None
    assert table["term"].tolist() == ["celltype", "karno", "GLOBAL"]
    np.testing.assert_allclose(table["statistic"], r["statistic"], rtol=1e-8)
    assert table["df"].tolist() == r["df"] == [3, 1, 4]


def test_one_cause_of_several_brings_its_model() -> None:
    df = pd.read_csv(refdata("lung.csv"))
    df = df.assign(cause=np.where(df["status"] == 2, 1 + df.index % 2, 0), one=0)
    causes = {1: "first", 2: "second"}
    both = ne.cox(door(df, time="time", event="cause", causes=causes), ["age", "sex"])
    own = ne.cox(door(df.assign(one=df["cause"] == 2), time="time", event="one"), ["age", "sex"])
    part = both.where(cause="second")
    np.testing.assert_allclose(part.value, own.value, rtol=1e-12)
    pd.testing.assert_frame_equal(ne.cox_residuals(part), ne.cox_residuals(own))
    assert ne.proportional_hazards(part).statistic == ne.proportional_hazards(own).statistic
    with pytest.raises(ne.DesignProblem, match="where"):
        ne.cox_residuals(both)


@pytest.mark.parametrize("roles", [{"weights": "v"}, {}])
def test_no_profile_where_the_error_is_that_of_influences(roles: dict[str, str]) -> None:
    df = pd.read_csv(refdata("ovarian.csv")).assign(v=lambda d: 0.5 + d["rx"] / 3)
    spells = door(df, time="futime", event="fustat", **roles)
    est = ne.cox(spells, ["age"], robust=None if roles else "rx")
    with pytest.raises(ne.NotEstimable, match="takes weights for counts"):
        ne.profile_interval(est)
