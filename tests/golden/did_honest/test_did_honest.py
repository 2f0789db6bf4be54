"""Honest intervals of the Medicaid event study, as HonestDiD's README prints them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from nextome_eval.checks.honest import _completed, honest
from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.conditional_moments import MomentTest
from nextome_eval.numerics.fixed_length import fixed_length, folded_critical
from nextome_eval.numerics.trend_limits import relative_magnitudes, smoothness

GOLDEN = json.loads(Path(__file__).with_name("medicaid.json").read_text())
R = json.loads(Path(__file__).with_name("honest.json").read_text())
FIXED_LENGTH = json.loads(Path(__file__).with_name("flci.json").read_text())

# R gives the outermost accepted of 1000 grid points .00037 apart, after a first stage simulated
# 1000 times; here limits are bisected and the first stage is simulated 20 000 times.  On R's grid
# and with R's draw of the first stage every point is decided alike (test_every_point_of_the_grid),
# and the limits are the EARLIER ones to the last figure printed; the later README's are not points
# of the grid that this covariance gives.
GRID = 6e-4
README = {
    0.5: (0.0241, 0.0673),
    1.0: (0.0171, 0.0720),
    1.5: (0.00859, 0.0796),
    2.0: (-0.00107, 0.0883),
}
EARLIER = {
    0.5: (0.0240, 0.0672),
    1.0: (0.0170, 0.0720),
    1.5: (0.00824, 0.0797),
    2.0: (-0.000916, 0.0881),
}
# R draws the folded normal's quantile a million times, so its third digit can move by one
SMOOTH = {
    0.0: (0.0259, 0.0607),
    0.01: (0.0132, 0.0787),
    0.02: (0.00286, 0.0907),
    0.03: (-0.00714, 0.101),
    0.04: (-0.0171, 0.111),
    0.05: (-0.0271, 0.121),
}


def medicaid() -> Estimates:
    year = np.insert(np.array(GOLDEN["year"], dtype=float), 5, 2013)
    beta = np.insert(np.array(GOLDEN["beta"]), 5, 0.0)
    sigma = np.insert(np.insert(np.array(GOLDEN["sigma"]), 5, 0, axis=0), 5, 0, axis=1)
    return Estimates(
        terms=pd.DataFrame({"term": "effect", "exposure": year - 2014}),
        value=beta,
        influence=np.full((1, 8), np.nan),
        units=pd.Index(["-"]),
        cluster=np.zeros(1, int),
        model_covariance=sigma,
        kind="trajectory",
        method="event study",
    )


def named(case: dict[str, Any]) -> str:
    return f"{case['study']}-{case['restriction']}-{case['m']}-{case['towards']}"


def on_the_grid(case: dict[str, Any]) -> tuple[Floats, Floats]:
    """Points of R's grid that are kept here, R's simulated first stage given, and by R."""
    study = R["studies"][case["study"]]
    beta, sigma, before = np.array(study["beta"]), np.array(study["sigma"]), study["pre"]
    towards = np.array(case["towards"], dtype=float)
    turned = np.linalg.inv(_completed(towards))
    limits = relative_magnitudes if case["restriction"] == "relative" else smoothness
    grid = np.linspace(-case["reach"], case["reach"], 1000)
    kept = np.zeros(1000, bool)
    for (rows, limit), first in zip(
        limits(before, len(towards), case["m"]), case["first"], strict=True
    ):
        late = rows[:, before:] @ turned
        ours = MomentTest.of(late[:, 1:], rows @ sigma @ rows.T, 0.05, np.random.default_rng(1), 20)
        test = replace(ours, first=first, cap=first if len(towards) > 1 else np.inf)
        kept |= ~test.rejects((rows @ beta - limit)[:, None] - late[:, :1] * grid, 0.05)
    return grid[kept], grid[case["kept"]]


@pytest.mark.parametrize("case", R["cases"], ids=named)
def test_every_point_of_the_grid(case: dict[str, Any]) -> None:
    ours, theirs = on_the_grid(case)
    np.testing.assert_array_equal(ours, theirs)


def test_readme_to_the_figures_printed() -> None:
    for case in R["cases"][:4]:
        kept, _ = on_the_grid(case)
        assert tuple(float(f"{v:.3g}") for v in kept[[0, -1]]) == EARLIER[case["m"]]


@pytest.mark.parametrize("case", R["cases"], ids=named)
def test_limits_lie_within_steps_of_the_grid(case: dict[str, Any]) -> None:
    """R's 1000 draws move its first stage by up to 0.3, and its limits by up to two more steps."""
    study = R["studies"][case["study"]]
    before, towards = study["pre"], case["towards"]
    exposure = np.delete(np.arange(-before - 1.0, len(towards)), before)
    found = honest(
        Estimates(
            terms=pd.DataFrame({"term": "effect", "exposure": exposure}),
            value=np.array(study["beta"]),
            influence=np.full((1, len(exposure)), np.nan),
            units=pd.Index(["-"]),
            cluster=np.zeros(1, int),
            model_covariance=np.array(study["sigma"]),
            kind="trajectory",
        ),
        restriction=case["restriction"],
        m=[case["m"]],
        towards=towards,
        method="c-lf",
    ).rows.iloc[1]
    step = 2 * case["reach"] / 999
    _, theirs = on_the_grid(case)
    np.testing.assert_allclose(
        [found["conf_low"], found["conf_high"]], theirs[[0, -1]], rtol=0, atol=3 * step
    )


@pytest.mark.parametrize("printed", [README, EARLIER])
def test_relative_magnitudes(printed: dict[float, tuple[float, float]]) -> None:
    found = honest(medicaid(), m=list(printed))
    rows = found.rows.set_index("m")
    for m, limits in printed.items():
        np.testing.assert_allclose(rows.loc[m], limits, atol=GRID)
    assert found.estimand == "effect at exposure 0"
    assert found.breakdown == 1.5


def test_smoothness() -> None:
    rows = honest(medicaid(), restriction="smooth", m=list(SMOOTH)).rows.set_index("m")
    for m, limits in SMOOTH.items():
        np.testing.assert_allclose(rows.loc[m], limits, atol=5e-4 if limits[1] > 0.1 else 1.1e-4)


@pytest.mark.parametrize("case", FIXED_LENGTH)
def test_fixed_length_is_the_cone_programmes(case: tuple[str, list[float], float, float]) -> None:
    name, towards, most, half = case
    study = R["studies"][name]
    beta, sigma = np.array(study["beta"]), np.array(study["sigma"])
    _, found = fixed_length(beta, sigma, study["pre"], np.array(towards), most, 0.05)
    assert found == pytest.approx(half, rel=1e-8)


def test_smooth_conditional_holds_the_same_question() -> None:
    both = [
        honest(medicaid(), restriction="smooth", m=[0.02], method=how).rows.iloc[1]
        for how in ("flci", "c-lf")
    ]
    assert both[0]["conf_low"] == pytest.approx(both[1]["conf_low"], abs=2e-3)
    assert both[0]["conf_high"] == pytest.approx(both[1]["conf_high"], abs=2e-3)


def test_larger_m_never_gives_a_shorter_interval() -> None:
    for restriction in ("relative", "smooth"):
        m = [0.0, 0.01, 0.1, 0.5, 1, 2]
        rows = honest(medicaid(), restriction=restriction, m=m).rows.iloc[1:]
        assert (np.diff(rows["conf_low"]) <= 1e-4).all()
        assert (np.diff(rows["conf_high"]) >= -1e-4).all()


def test_average_effect() -> None:
    found = honest(medicaid(), m=[1.0], towards=[0.5, 0.5])
    assert found.estimand == "weighted effect: 0.5 x exposure 0 + 0.5 x exposure 1"
    plain = found.rows.iloc[0]
    assert (plain["conf_low"] + plain["conf_high"]) / 2 == pytest.approx(
        np.mean(GOLDEN["beta"][5:])
    )
    one = honest(medicaid(), m=[1.0]).rows.iloc[1]
    assert found.rows.iloc[1]["conf_high"] > one["conf_high"]


def test_statistic_is_the_linear_programme() -> None:
    """The largest vertex is min eta such that y - X tau <= sd eta."""
    beta, sigma = np.array(GOLDEN["beta"]), np.array(GOLDEN["sigma"])
    rows, _ = relative_magnitudes(5, 2, 1.0)[3]
    x, y, cov = rows[:, 6:], rows @ beta, rows @ sigma @ rows.T
    test = MomentTest.of(x, cov, 0.05, np.random.default_rng(1), draws=2000)
    sd = np.sqrt(np.diag(cov))
    solved = linprog([1.0, 0.0], A_ub=-np.column_stack([sd, x]), b_ub=-y, bounds=[(None, None)] * 2)
    assert (test.vertices @ y).max() == pytest.approx(solved.fun, abs=1e-10)


def test_size_of_the_conditional_test() -> None:
    """At the edge of the null it rejects at most 5 %."""
    rng = np.random.default_rng(2)
    sigma = np.array([[1.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 1.0]])
    x = np.array([[1.0], [-1.0], [0.5]])
    test = MomentTest.of(x, sigma, 0.05, rng)
    draws = np.linalg.cholesky(sigma) @ rng.standard_normal((3, 20_000))
    assert test.rejects(draws, 0.05).mean() < 0.055


def test_folded_normal() -> None:
    assert folded_critical(0.0, 0.05) == pytest.approx(1.959963984540054)
    assert folded_critical(8.0, 0.05) == pytest.approx(8 + 1.6448536269514722)


def test_refusals() -> None:
    with pytest.raises(DesignProblem, match="is not offered"):
        honest(medicaid(), method="flci")
    with pytest.raises(DesignProblem, match="one weight for each of the 2 waves"):
        honest(medicaid(), towards=[1.0])
    with pytest.raises(DesignProblem, match="must not be negative"):
        honest(medicaid(), m=[-1.0])
    with pytest.raises(NotEstimable, match="Only one wave"):
        honest(medicaid().where(exposure=[-1.0, 0.0, 1.0]))
    with pytest.raises(DesignProblem, match="from event_study"):
        honest(medicaid().average())
