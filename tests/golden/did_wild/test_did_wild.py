"""The wild cluster bootstrap on boottest's eight clusters, every sign enumerated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.wild import wild_bootstrap, wild_reference
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.numerics.wild_bootstrap import wild_multipliers


def collapsed() -> Estimates:
    d = pd.read_stata(refdata("boottest_collapsed.dta")).dropna()
    names = ["selfemployed", "post", "post_self"]
    design = np.column_stack([np.ones(len(d)), d[names]]).astype(float)
    fit = LinearFit(
        design,
        d["hasinsurance"].to_numpy(float),
        np.eye(4)[[3]],
        np.arange(len(d)),
        d["year"].to_numpy(int),
    )
    return Estimates(
        terms=pd.DataFrame({"term": ["post_self"]}),
        value=fit.value,
        influence=fit.influence(len(d)),
        units=pd.RangeIndex(len(d)),
        cluster=fit.cluster,
        method="least squares",
        fit=fit,
    )


def test_boottest_eight_clusters() -> None:
    est = collapsed()
    # hasinsurance is stored in single precision; .05485775868 is what Stata prints
    assert est.value[0] == pytest.approx(0.05485775868, rel=1e-8)
    t = (est.value[0] - 0.04) / est.fit.std_error("CR1S")[0]
    assert t == pytest.approx(2.0194206531626575, rel=1e-8)
    test = wild_bootstrap(est, null=0.04)
    # 19/256 is what comes of floating-point ties: the data as they are must count
    assert (test.numerator, test.denominator) == (20, 256)


def test_interval_holds_what_is_not_rejected() -> None:
    est = collapsed()
    reference = wild_reference(est)
    low, high = reference.interval(est.value, est.std_error, 0.95)
    for limit, outward in ((low[0], -1e-4), (high[0], 1e-4)):
        assert wild_bootstrap(est, null=limit).p_value > 0.05
        assert wild_bootstrap(est, null=limit + outward).p_value <= 0.05


@pytest.mark.parametrize("kind", ["mammen", "webb", "rademacher"])
def test_multipliers_have_mean_zero_and_variance_one(kind: str) -> None:
    v, everything = wild_multipliers(kind, 40, 20_000, np.random.default_rng(1))
    assert not everything
    assert abs(v.mean()) < 5e-3
    assert v.var() == pytest.approx(1, abs=5e-3)


def test_draws_equal_refitting_each_bootstrap_sample() -> None:
    est = collapsed()
    fit, null = est.fit, 0.01
    x, y, pick = fit.design, fit.outcome, fit.pick[0]
    inverse = np.linalg.inv(x.T @ x)
    beta = fit.coefficients - inverse @ pick * (est.value[0] - null) / (pick @ inverse @ pick)
    restricted = y - x @ beta
    draws = wild_bootstrap(est, null=null, weights="webb", draws=5, seed=3).draws
    v, _ = wild_multipliers("webb", 8, 5, np.random.default_rng(3))
    for b in range(5):
        again = LinearFit(
            x, x @ beta + restricted * v[b][fit.groups], fit.pick, fit.unit, fit.cluster
        )
        t = (again.value[0] - null) / again.std_error("CR0")[0]
        assert draws[b] == pytest.approx(t, rel=1e-8)
