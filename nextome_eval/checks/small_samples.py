"""Standard errors for few households or towns, and numbers without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nextome_eval.checks.gathered import Gathered
from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import Normal, StudentT
from nextome_eval.numerics.least_squares import LinearFit

__all__ = ["bias_reduced", "described", "flagged", "jackknifed", "wider"]

FEW_DF = 4


def described(est: Estimates) -> Estimates:
    """The numbers alone: no standard error, no interval, no p-value."""
    return replace(
        est,
        model_covariance=np.full((len(est), len(est)), np.nan),
        reference=Normal(),
        shown_interval=None,
        fit=None,
    )


def bias_reduced(est: Estimates) -> Estimates:
    """CR2 with Satterthwaite degrees of freedom; G/(G-1) and t(G-1) where there is no fit."""
    if not isinstance(est.fit, LinearFit):
        return _by_influence(est)
    return replace(
        est, model_covariance=est.fit.covariance("CR2"), reference=StudentT(est.fit.df())
    )


def _by_influence(est: Estimates) -> Estimates:
    count = est.clusters
    if count < 2:
        raise NotEstimable("one_cluster")
    summed = est.clustered_influence
    return replace(
        est,
        model_covariance=count / (count - 1) * summed.T @ summed,
        reference=StudentT(np.full(len(est), count - 1.0)),
        shown_interval=None,
    )


def jackknifed(est: Estimates, count: int) -> Estimates:
    if not isinstance(est.fit, LinearFit):
        return _by_influence(est)
    try:
        covariance = est.fit.covariance("CR3")
    except NotEstimable:
        covariance = est.fit.covariance("jackknife")
    reference = StudentT(np.full(len(est), count - 1.0))
    return replace(est, model_covariance=covariance, reference=reference)


def wider(one: Estimates, other: Estimates) -> Estimates:
    widths = [high - low for low, high in (one.interval(0.95), other.interval(0.95))]
    return one if widths[0][0] >= widths[1][0] else other


def flagged(est: Estimates, gathered: Gathered) -> Estimates:
    """Say so where any row rests on few degrees of freedom; rows without any do not count."""
    df = np.asarray([] if est.reference.df is None else est.reference.df, dtype=np.float64)
    fewest = float(np.nanmin(df)) if np.isfinite(df).any() else np.inf
    if fewest < FEW_DF:
        gathered.refuse("few_df", df=fewest)
    return est
