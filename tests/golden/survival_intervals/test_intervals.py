"""Times known between visits: Turnbull's curve, Finkelstein and Wolfe's data, Weibull ratios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freireich import remissions
from hypothesis import given, settings
from hypothesis import strategies as st
from refdata import refdata

from nextome_eval.models.survival import interval_hazard, kaplan_meier, turnbull
from nextome_eval.numerics.turnbull import mass_influence, npmle
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "intervals.json").read_text())

SCORE: dict[str, Any] = json.loads((Path(__file__).parent / "score.json").read_text())


def bcos() -> Durations:
    df = pd.read_csv(refdata("bcos.csv"))
    df["z"] = (np.arange(1, len(df) + 1) % 5) / 4
    return Durations.from_frame(df, time="left", event=None, upper="right", arm="treatment")


def test_turnbull_of_the_breast_cosmesis_data() -> None:
    """Masses by self-consistency in R (make_score.R), to the last of its steps."""
    rows = turnbull(bcos(), by="arm").terms
    for arm, masses in SCORE["masses"].items():
        found = rows.loc[rows["strata"] == arm, "mass"]
        np.testing.assert_allclose(found, masses, rtol=1e-8)
    radiation = rows[rows["strata"] == "Rad"]
    assert radiation["left"].tolist() == [4, 6, 7, 11, 24, 33, 38, 46]
    assert radiation["time"].tolist() == [5, 7, 8, 12, 25, 34, 40, 48]


def test_on_exact_and_censored_times_it_is_kaplan_meier() -> None:
    curve = kaplan_meier(remissions(), by="arm")
    falls = curve.terms["n_event"].to_numpy() > 0
    for arm in ("placebo", "6-MP"):
        found = turnbull(remissions(), by="arm").where(strata=arm)
        own = falls & (curve.terms["strata"] == arm).to_numpy()
        k = own.sum()
        np.testing.assert_allclose(found.value[:k], curve.value[own], rtol=1e-10, atol=1e-12)
        inside = curve.value[own] > 0
        np.testing.assert_allclose(
            found.std_error[:k][inside], curve.std_error[own][inside], rtol=1e-8
        )


def test_bootstrap_limits_hold_the_curve() -> None:
    est = turnbull(bcos(), by="arm", draws=40)
    low, high = est.interval(0.9)
    assert (low <= est.value).all()
    assert (est.value <= high).all()
    part = est.where(strata="Rad")
    np.testing.assert_allclose(part.interval(0.9)[0], low[: len(part)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 60), st.integers(2, 8))
def test_the_optimality_conditions_hold(seed: int, n: int, visits: int) -> None:
    rng = np.random.default_rng(seed)
    seen = np.sort(rng.integers(1, 20, (n, visits)), axis=1).astype(float)
    event = rng.exponential(8, n)
    left = np.where(seen < event[:, None], seen, 0).max(axis=1)
    right = np.where(seen >= event[:, None], seen, np.inf).min(axis=1)
    weights = rng.integers(1, 4, n).astype(float)
    found = npmle(left, right, weights=weights)
    assert found.gap < 1e-8
    assert found.mass.sum() == pytest.approx(1)
    # masses on a nearly flat stretch of the likelihood move more than its slope: 1e-6
    again = npmle(np.repeat(left, weights.astype(int)), np.repeat(right, weights.astype(int)))
    np.testing.assert_allclose(again.survival, found.survival, atol=1e-6)
    assert np.abs(mass_influence(found, weights).sum(axis=1)).max() < 1e-9


@pytest.mark.parametrize(("case", "names"), [("one", ["arm"]), ("two", ["arm", "z"])])
def test_weibull_ratios_are_survregs(case: str, names: list[str]) -> None:
    est = interval_hazard(bcos(), names)
    np.testing.assert_allclose(est.value, CASES[case]["coef"], rtol=1e-8)
    np.testing.assert_allclose(est.std_error, CASES[case]["se"], rtol=1e-8)


def test_exact_times_too() -> None:
    df = pd.read_csv(refdata("lung.csv")).assign(dead=lambda d: d["status"] == 2)
    est = interval_hazard(Durations.from_frame(df, time="time", event="dead"), ["age", "sex"])
    np.testing.assert_allclose(est.value, CASES["exact"]["coef"], rtol=1e-8)
    np.testing.assert_allclose(est.std_error, CASES["exact"]["se"], rtol=1e-8)
