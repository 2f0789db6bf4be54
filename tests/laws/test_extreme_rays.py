"""The rays listed give what a linear program gives, for as many waves as monthly series have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import nextome_eval as ne
from nextome_eval.checks.honest import _completed
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.numerics.extreme_rays import TooManyRays, extreme_rays
from nextome_eval.numerics.trend_limits import relative_magnitudes, smoothness

WEIGHTS = ["first", "mean", "last", "any"]


def weighted(kind: str, after: int, rng: np.random.Generator) -> np.ndarray:
    named = {"first": np.eye(1, after)[0], "mean": np.full(after, 1 / after)}
    return named.get(
        kind, np.eye(1, after, after - 1)[0] if kind == "last" else rng.normal(size=after)
    )


@settings(max_examples=30)
@given(
    st.integers(0, 999), st.integers(1, 8), st.integers(2, 24), st.sampled_from(WEIGHTS),
    st.sampled_from([relative_magnitudes, smoothness]),
)  # fmt: skip
def test_the_largest_over_rays_is_the_linear_program(seed, before, after, kind, allowed) -> None:
    """min eta such that y - X tau <= sd eta, by duality (Andrews, Roth and Pakes 2023)."""
    rng = np.random.default_rng(seed)
    turned = np.linalg.inv(_completed(weighted(kind, after, rng)))
    rows = allowed(before, after, 0.7)[0][0]
    nuisance = (rows[:, before:] @ turned)[:, 1:]
    sd, y = rng.uniform(0.5, 2, len(rows)), rng.normal(size=len(rows))
    rays = extreme_rays(nuisance)
    assert np.abs(rays @ nuisance).max() < 1e-8
    largest = float((rays @ y / (rays @ sd)).max())
    least = linprog(
        np.r_[1.0, np.zeros(nuisance.shape[1])],
        A_ub=np.column_stack([-sd, -nuisance]),
        b_ub=-y,
        bounds=(None, None),
    )
    assert largest == pytest.approx(least.fun, rel=1e-7, abs=1e-9)


def test_too_many_rays_are_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(TooManyRays):
        extreme_rays(rng.normal(size=(40, 6)), most=500)


def test_three_years_of_months_have_their_intervals() -> None:
    """Wider than as if trends were parallel, and nested in m."""
    exposure = np.arange(-7.0, 24)
    size = len(exposure)
    noise = 0.01 * np.eye(size)
    noise[6] = noise[:, 6] = 0.0
    value = np.where(exposure >= 0, 1.0, 0.02 * np.cos(exposure))
    value[6] = 0.0
    study = Estimates(
        terms=pd.DataFrame({"term": "effect", "exposure": exposure}), value=value,
        influence=np.full((1, size), np.nan), units=pd.Index(["-"]), cluster=np.zeros(1, int),
        model_covariance=noise, kind="trajectory",
    )  # fmt: skip
    rows = ne.honest(study, m=[0.5, 1.0], towards=np.full(24, 1 / 24)).rows
    assert rows["conf_low"].is_monotonic_decreasing
    assert rows["conf_high"].is_monotonic_increasing
    assert np.isfinite(rows[["conf_low", "conf_high"]].to_numpy()).all()
