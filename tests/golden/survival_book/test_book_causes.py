"""Several causes and moves between states are R's and cmprsk's, influences and all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from asked_of_r import case_named, door, grouping, many, names, numbers, same

import nextome_eval as ne


def with_causes(df: pd.DataFrame, how: dict[str, Any]) -> ne.Durations:
    causes = {int(c): str(c) for c in sorted(df["cause"].unique()) if c}
    return door(df, how, event="cause", causes=causes)


def own_rows(df: pd.DataFrame, how: dict[str, Any], label: Any) -> pd.DataFrame:
    by = grouping(how)
    return df if by is None else df[df[by] == label]


def empty_early(name: str) -> bool:
    """Whether nobody is left in R's curves while others are still to enter."""
    r = case_named(name)[2]
    gone = np.sum([numbers(r[cause]["p"]) for cause in r if cause.isdigit()], axis=0)
    rows = pd.DataFrame({"strata": many(r["strata"]), "time": many(r["time"]), "gone": gone})
    last = rows.groupby("strata")["time"].transform("max")
    return bool(((rows["gone"] > 1 - 1e-12) & (rows["time"] < last)).any())


@pytest.mark.parametrize("name", [name for name in names("causes") if empty_early(name)])
def test_incidences_over_an_empty_early_risk_set_are_refused(name: str) -> None:
    df, how, _ = case_named(name)
    with pytest.raises(ne.NotEstimable, match="while others had not entered yet"):
        ne.cumulative_incidence(with_causes(df, how), by=grouping(how))


def test_before_the_first_event_of_a_cause_its_limits_are_those_of_the_curve() -> None:
    df = pd.DataFrame({"time": [1, 2, 3, 4], "event": 1, "cause": [1, 2, 1, 0]})
    est = ne.cumulative_incidence(with_causes(df, {})).where(cause="2", time=1.0)
    low, high = est.interval()
    assert (low[0], est.value[0], high[0]) == (0, 0, 0)  # as 1 (1 to 1) for who has no event yet


@pytest.mark.parametrize("name", [name for name in names("causes") if not empty_early(name)])
def test_incidences_are_rs(name: str) -> None:
    df, how, r = case_named(name)
    est = ne.cumulative_incidence(with_causes(df, how), by=grouping(how), interval=how["conf"])
    rows = est.tidy()
    key = rows["strata"].astype(str) + rows["time"].map(" {:.6g} ".format) + rows["cause"]
    strata = zip(many(r["strata"]), many(r["time"]), strict=True)
    places = [f"{str(s).strip()} {t:.6g} " for s, t in strata]
    labels = list(dict.fromkeys(est.terms["strata"]))
    for cause in (k for k in r if k.isdigit()):
        own = rows.set_index(key).loc[[place + cause for place in places]]
        p = numbers(r[cause]["p"])
        same(own["estimate"], p)
        same(own["std_error"], r[cause]["se"])
        for ours, theirs in (("conf_low", "low"), ("conf_high", "high")):
            limit = numbers(r[cause][theirs])
            same(own[ours], limit, where=np.isfinite(limit) & (p > 0) & (p < 1))
        last = []
        for label in labels:
            curve = est.where(strata=label, cause=cause)
            influence = curve.influence[:, len(curve) - 1]
            weight = own_rows(df, how, label)[how["weights"]] if "weights" in how else 1.0
            last.append(influence[~np.isnan(influence)] / weight)  # R's is before weighting
        same(np.concatenate(last), r[cause]["last_influence"])


@pytest.mark.parametrize("name", names("gray"))
def test_gray_is_cmprsks(name: str) -> None:
    df, how, r = case_named(name)
    spells = with_causes(df, how)
    for cause, theirs in zip(spells.causes, many(r["statistic"]), strict=True):
        test = ne.gray(spells, how["by"], cause=cause, rho=how["rho"], strata=how.get("strata"))
        same([test.statistic], [theirs])


@pytest.mark.parametrize("name", names("fine_gray"))
def test_fine_gray_is_cmprsks(name: str) -> None:
    df, how, r = case_named(name)
    est = ne.fine_gray(with_causes(df, how), how["x"], cause=how["cause"])
    same(est.value, r["coef"], atol=1e-9)
    same(est.covariance, r["var"], atol=1e-11)


@pytest.mark.parametrize("name", names("states"))
def test_states_are_rs(name: str) -> None:
    """Late entrants tell nothing about the shares at the start."""
    df, how, r = case_named(name)
    moves = {i: s for i, s in enumerate(how["names"], start=1) if (df["to"] == i).any()}
    spells = door(df, how, event="to", unit="id", causes=moves)
    est = ne.state_occupancy(spells, state="now")
    shape = (len(r["states"]), -1)
    p, se = numbers(r["p"]).reshape(shape), numbers(r["se"]).reshape(shape)
    for state, share, error in zip(r["states"], p, se, strict=True):
        if state not in set(est.terms["state"]):
            assert not share.any()
            continue
        own = est.where(state=state, time=many(r["time"]))  # R leaves out where a stay goes on
        same(own.value, share)
        moved = own.terms["time"] >= df.loc[df["to"] > 0, "time"].min() * (1 - 1e-9)
        same(own.std_error, error, where=moved)


@pytest.mark.parametrize("name", [n for n in names("states") if "random" in n])
def test_before_the_first_move_the_error_is_that_of_a_share(name: str) -> None:
    """R 3.5-3 prints other figures there, smaller by censorings to come; p is still p(0)."""
    df, how, _ = case_named(name)
    moves = {i: s for i, s in enumerate(how["names"], start=1) if (df["to"] == i).any()}
    est = ne.state_occupancy(door(df, how, event="to", unit="id", causes=moves), state="now")
    first = df.loc[df["to"] > 0, "time"].min()
    there = (df["entry"] < first * (1 - 1e-9)) & (df["time"] >= first * (1 - 1e-9))
    early = (est.terms["time"] < first * (1 - 1e-9)).to_numpy()
    p = est.value[early]
    same(est.std_error[early], np.sqrt(p * (1 - p) / there.sum()))
