"""Firth's slope is the derivative of its height; causes at once are causes one at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextome_eval.models.survival import cox, logrank
from nextome_eval.numerics.cox_fit import fit_cox
from nextome_eval.numerics.exact_ties import exact_moments, exact_scores
from nextome_eval.numerics.firth import penalised_moments
from nextome_eval.numerics.risk_set import RiskSet, risk_set
from nextome_eval.study.durations import Durations


def data(seed: int, *, weighted: bool = True) -> tuple[RiskSet, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(15, 40))
    exits = rng.integers(2, 12, n).astype(float)
    risk = risk_set(
        exits,
        np.append(rng.random(n - 2) < 0.7, [True, True]).astype(np.int64),
        entry=np.where(rng.random(n) < 0.3, exits * rng.random(n), 0.0),
        strata=np.arange(n) % 2,
        weights=rng.uniform(0.5, 2, n) if weighted else None,
    )
    return risk, rng.normal(size=(n, 3)), rng.normal(size=n) / 3


def slope(height: object, at: np.ndarray) -> np.ndarray:
    assert callable(height)
    step = 1e-5
    return np.array([(height(at + e) - height(at - e)) / (2 * step) for e in step * np.eye(3)])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["efron", "breslow"]))
def test_firths_slope_is_its_derivative(seed: int, ties: str) -> None:
    risk, x, offset = data(seed)
    frame = fit_cox(risk, x, ties=ties, offset=offset, limit=1)
    beta = np.array([0.3, -0.2, 0.1])
    at = penalised_moments(frame, beta)
    found = slope(lambda b: penalised_moments(frame, b).log_likelihood, beta)
    np.testing.assert_allclose(at.score, found, rtol=2e-5, atol=2e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_the_exact_likelihoods_slope_and_curvature(seed: int) -> None:
    risk, x, offset = data(seed, weighted=False)
    beta = np.array([0.3, -0.2, 0.1])
    at = exact_moments(risk, x, beta, offset=offset)
    found = slope(lambda b: exact_moments(risk, x, b, offset=offset).log_likelihood, beta)
    np.testing.assert_allclose(at.score, found, rtol=1e-5, atol=1e-6)
    bend = slope(lambda b: exact_moments(risk, x, b, offset=offset).score, beta)
    np.testing.assert_allclose(at.information, -bend, rtol=1e-5, atol=1e-6)
    shares = exact_scores(risk, x, beta, offset=offset)
    np.testing.assert_allclose(shares.sum(axis=0), at.score, atol=1e-9)


def test_causes_at_once_are_causes_one_at_a_time() -> None:
    rng = np.random.default_rng(4)
    df = pd.DataFrame({"t": rng.integers(1, 15, 120), "e": rng.integers(0, 3, 120)})
    df["x"], df["arm"] = rng.normal(size=120), rng.choice(["a", "b"], 120)
    causes = {1: "housed", 2: "left"}
    both = cox(
        Durations.from_frame(df, time="t", event="e", causes=causes, arm="arm"), ["arm", "x"]
    )
    assert both.terms["cause"].tolist() == ["housed", "housed", "left", "left"]
    for code, name in causes.items():
        one = Durations.from_frame(df.assign(e=df["e"] == code), time="t", event="e", arm="arm")
        alone, part = cox(one, ["arm", "x"]), both.where(cause=name)
        np.testing.assert_allclose(part.value, alone.value)
        np.testing.assert_allclose(part.covariance, alone.covariance)
        together = Durations.from_frame(df, time="t", event="e", causes=causes, arm="arm")
        assert logrank(together, cause=name).statistic == pytest.approx(logrank(one).statistic)
