"""Spline hazards: Stata's and rstpm2's printed ratios, lifelines' likelihood, survreg's Weibull."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.models.survival import interval_hazard, profile_interval
from nextome_eval.numerics.interval_spline import IntervalData, LogTimeSpline
from nextome_eval.study.durations import Durations

LIFELINES: dict[str, Any] = json.loads((Path(__file__).parent / "spline.json").read_text())


def bcos(**more: Any) -> Durations:
    df = pd.read_csv(refdata("bcos.csv")).assign(**more)
    df["z"] = (np.arange(1, len(df) + 1) % 5) / 4
    return Durations.from_frame(df, time="left", event=None, upper="right", arm="treatment")


@pytest.mark.parametrize(
    ("late", "printed", "close"), [(False, -0.36144, 5e-6), (True, -1.162504, 1e-6)]
)
def test_breast_cancer_trial_as_stata_has_it(late: bool, printed: float, close: float) -> None:
    """Printed to five and six decimals in rstpm2's own tests (runit.Basic.R, test_delayed.R).

    Knots are Stata's: the extremes and the 33rd and 67th centile of the events, ties averaged.
    """
    df = pd.read_csv(refdata("gbsg.csv"))
    df["from"] = np.where((df["hormon"] == 0) & late, df["rfstime"] / 2, 0.0)
    spells = Durations.from_frame(df, time="rfstime", event="status", entry="from")
    events = np.log(df.loc[df["status"] == 1, "rfstime"])
    inner = np.quantile(events, [0.33, 0.67], method="averaged_inverted_cdf")
    knots = np.exp([events.min(), *inner, events.max()]).tolist()
    assert interval_hazard(spells, ["hormon"], knots=knots).value[0] == pytest.approx(
        printed, abs=close
    )


def test_the_likelihood_of_intervals_is_lifelines() -> None:
    df = pd.read_csv(refdata("bcos.csv"))
    x = np.column_stack([df["treatment"] == "RadChem", (np.arange(1, len(df) + 1) % 5) / 4])
    spline = LogTimeSpline.of(np.array(LIFELINES["knots"]), np.array(LIFELINES["knots"]))
    base = np.linalg.solve(spline.columns(spline.knots), LIFELINES["log hazard at knots"])
    nobody = np.zeros(len(df))
    data = IntervalData(
        df["left"].to_numpy(float), df["right"].to_numpy(float), nobody, x.astype(float),
        nobody + 1, spline,
    )  # fmt: skip
    there = data.moments(np.concatenate([base, LIFELINES["beta"]]))
    assert there.log_likelihood == pytest.approx(LIFELINES["log_likelihood"], rel=1e-8)
    fit = interval_hazard(bcos(), ["arm", "z"], knots=LIFELINES["knots"]).fit
    assert fit.data.moments(fit.theta).log_likelihood > there.log_likelihood


@pytest.mark.parametrize("knots", [0, 1, 3])
def test_derivatives_are_those_of_the_likelihood(knots: int) -> None:
    """Slope and curvature against differences of the likelihood, with exact times and entry too."""
    left = np.array([0, 6, 6, 12, 0, 7, 3, 5, 9, 14, 2.5, 8])
    right = np.array([6, 12, np.inf, 18, 6, 7, 3, np.inf, 21, 14, 4, np.inf])
    entry = np.array([0, 2, 0, 3, 0, 1.5, 0, 4, 0, 6, 0, 0])
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(12, 2)), rng.uniform(0.5, 2, 12)
    places = np.geomspace(2, 16, knots + 2)
    data = IntervalData(left, right, entry, x, w, LogTimeSpline.of(places, places))
    size = len(places)
    theta = np.zeros(size + 2)
    theta[:size] = np.linalg.solve(data.spline.columns(places), np.log(0.1 * places**1.2))
    theta[size:] = 0.3, -0.2
    here = data.moments(theta)
    for j in range(len(theta)):
        step = np.zeros(len(theta))
        step[j] = 1e-5
        up, down = data.moments(theta + step), data.moments(theta - step)
        slope = (up.log_likelihood - down.log_likelihood) / 2e-5
        assert here.score[j] == pytest.approx(slope, rel=1e-6, abs=1e-6)
        np.testing.assert_allclose(
            here.information[j], -(up.score - down.score) / 2e-5, rtol=1e-5, atol=1e-5
        )


def test_the_truth_is_found_where_weibull_bends_it() -> None:
    """Visits every 6 months; a hazard that rises, falls and rises; ratio 2."""
    rng = np.random.default_rng(3)
    n = 1500
    arm = np.arange(n) % 2
    grid = np.linspace(0.01, 48, 4000)
    whole = np.cumsum(0.03 * (1 + 0.9 * np.sin(grid / 5))) * (grid[1] - grid[0])
    event = np.interp(rng.exponential(size=n) / np.where(arm, 2.0, 1.0), whole, grid, right=np.inf)
    first = rng.uniform(0, 6, n)
    visits = first[:, None] + 6 * np.arange(8)
    left = np.where(visits < event[:, None], visits, 0).max(axis=1)
    right = np.where(visits >= event[:, None], visits, np.inf).min(axis=1)
    df = pd.DataFrame({"left": left, "right": right, "arm": arm})
    spells = Durations.from_frame(df, time="left", event=None, upper="right", arm="arm")
    est = interval_hazard(spells, knots=3)
    assert abs(est.value[0] - np.log(2)) < 3 * est.std_error[0]
    fits = [interval_hazard(spells, knots=k).fit for k in (0, 3)]
    heights = [fit.data.moments(fit.theta).log_likelihood for fit in fits]
    assert heights[1] > heights[0] + 5


def test_units_of_covariates_and_of_time_do_not_matter() -> None:
    df = pd.read_csv(refdata("bcos.csv"))
    df["z"] = (np.arange(1, len(df) + 1) % 5) / 4
    for knots in (0, 2):
        one = interval_hazard(bcos(), ["arm", "z"], knots=knots)
        euro = df.assign(z=df["z"] * 1e5, left=df["left"] * 30.44, right=df["right"] * 30.44)
        other = interval_hazard(
            Durations.from_frame(euro, time="left", event=None, upper="right", arm="treatment"),
            ["arm", "z"],
            knots=knots,
        )
        np.testing.assert_allclose(other.value * [1, 1e5], one.value, rtol=1e-7)
        np.testing.assert_allclose(other.std_error * [1, 1e5], one.std_error, rtol=1e-7)


def test_weights_that_are_counts_are_people() -> None:
    df = pd.read_csv(refdata("bcos.csv"))
    df["w"] = 1 + np.arange(len(df)) % 3
    each = df.loc[df.index.repeat(df["w"])].reset_index(drop=True)
    roles = {"time": "left", "event": None, "upper": "right", "arm": "treatment"}
    for knots in (0, 2):
        one = interval_hazard(Durations.from_frame(df, **roles, weights="w"), knots=knots)
        other = interval_hazard(Durations.from_frame(each, **roles), knots=knots)
        np.testing.assert_allclose(one.value, other.value, rtol=1e-9)
        np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-9)


@pytest.mark.parametrize("knots", [0, 2])
def test_profile_limits_lie_where_the_likelihood_has_fallen(knots: int) -> None:
    est = interval_hazard(bcos(), ["arm"], knots=knots)
    low, high = np.log(profile_interval(est).tidy()[["conf_low", "conf_high"]].to_numpy()[0])
    fit = est.fit
    top = fit.data.moments(fit.theta).log_likelihood
    for limit in (low, high):
        moved = fit.theta.copy()
        moved[-1] = limit
        for _ in range(60):  # the rest of the coefficients, by Newton's steps
            here = fit.data.moments(moved)
            moved[:-1] += np.linalg.solve(here.information[:-1, :-1], here.score[:-1])
        assert 2 * (top - fit.data.moments(moved).log_likelihood) == pytest.approx(
            3.841459, rel=1e-6
        )


def test_refusals() -> None:
    for wrong in ([5.0, 5.0], [0.0, 9.0], [7.0], 40):
        with pytest.raises((DesignProblem, NotEstimable)):
            interval_hazard(bcos(), knots=wrong)
    df = pd.DataFrame({"left": [0.0, 0, 0, 6, 6, 6], "right": [6, 6, 6, None, None, None]})
    df["arm"] = list("bbbaaa")
    spells = Durations.from_frame(df, time="left", event=None, upper="right", arm="arm")
    with pytest.raises(NotEstimable):
        interval_hazard(spells)
