"""Restricted means with covariates: the paper's definitions worked out in R, and survRM2's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.models.survival import rmst, rmst_adjusted
from nextome_eval.numerics.restricted_regression import pseudo_restricted_means
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "rmst.json").read_text())
SURVRM2: dict[str, Any] = json.loads((Path(__file__).parent / "survRM2.json").read_text())
TIED = 9.43189596167009  # an event and a censoring of the arm 0


def trial(*, events_after: bool = False) -> Durations:
    df = pd.read_csv(refdata("survRM2_pbc.csv"))
    if events_after:  # by more than what counts as a tie, and too little for any other digit
        df.loc[np.isclose(df["time"], TIED) & (df["status"] == 1), "time"] += 3e-8
    return Durations.from_frame(df, time="time", event="status", arm="arm")


@pytest.mark.parametrize("case", CASES)
def test_against_the_definitions(case: str) -> None:
    method = "pseudo" if case == "pseudo" else "ancova"
    measure = case if case in ("ratio", "lost-ratio") else "difference"
    spells = trial(events_after=case == "events after")
    est = rmst_adjusted(spells, ["age", "bili", "albumin"], tau=10, measure=measure, method=method)
    np.testing.assert_allclose(est.value, CASES[case]["coef"], rtol=1e-8)
    np.testing.assert_allclose(est.std_error, CASES[case]["se"], rtol=1e-8)


@pytest.mark.parametrize("measure", ["difference", "ratio", "lost-ratio"])
def test_survrm2_itself(measure: str) -> None:
    """survRM2 lets a censoring come before an event at the same time; its ratios stop at 1e-8."""
    case = SURVRM2[measure]
    est = rmst_adjusted(
        trial(events_after=True), ["age", "bili", "albumin"], tau=10, measure=measure
    )
    close = 1e-8 if measure == "difference" else 1e-6
    np.testing.assert_allclose(est.value, case["coef"], rtol=close)
    np.testing.assert_allclose(est.std_error, case["se"], rtol=close)


def test_pseudo_observations_average_to_the_restricted_mean() -> None:
    spells = trial()
    own = spells.arm[spells.unit] == 1
    values = pseudo_restricted_means(spells.time[own], spells.event[own], 10.0)
    mean = rmst(spells, tau=10).where(term="1").value[0]
    assert values.mean() == pytest.approx(mean, rel=1e-3)  # the jackknife's bias, of order 1 / n
    whole = pseudo_restricted_means(np.array([1.0, 2, 3, 4]), np.ones(4, np.int64), 3.5)
    np.testing.assert_allclose(whole, [1, 2, 3, 3.5], rtol=1e-12)  # nobody lost: the times


def test_weights_that_are_counts_are_people() -> None:
    df = pd.read_csv(refdata("survRM2_pbc.csv"))
    df["w"] = 1 + np.arange(len(df)) % 2
    each = df.loc[df.index.repeat(df["w"])].reset_index(drop=True)
    roles = {"time": "time", "event": "status", "arm": "arm"}
    one = rmst_adjusted(Durations.from_frame(df, **roles, weights="w"), ["age"], tau=10)
    other = rmst_adjusted(Durations.from_frame(each, **roles), ["age"], tau=10)
    np.testing.assert_allclose(one.value, other.value, rtol=1e-10)


def test_refusals() -> None:
    spells = trial()
    for wrong in ({"measure": "odds"}, {"method": "guess"}, {"by": "edema"}):
        with pytest.raises(DesignProblem):
            rmst_adjusted(spells, ["age"], tau=10, **wrong)
    with pytest.raises(NotEstimable):
        rmst_adjusted(spells, ["age"], tau=99)
    with pytest.raises(NotEstimable):
        rmst_adjusted(spells, ["age", "arm"], tau=10)
    with pytest.raises(DataProblem):
        rmst_adjusted(spells, ["no such column"], tau=10)
