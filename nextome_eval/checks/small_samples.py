"""Standard errors for few households or towns, and numbers without any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.gathered import Gathered
from nextome_eval.errors import NextomeProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.jackknife import jackknife
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import Normal, StudentT
from nextome_eval.numerics.least_squares import LinearFit

__all__ = ["bias_reduced", "described", "flagged", "jackknifed", "left_out_in_turn", "wider"]

FEW_DF = 4
MANY = 200  # clusters from which on the plain clustered error and the jackknife's are one


def described(est: Estimates) -> Estimates:
    """The numbers alone: no standard error, no interval, no p-value, and a note that says so."""
    why = Note.of("no_inference")
    own = est.refused or (None,) * len(est)
    return replace(
        est,
        model_covariance=None,
        reference=Normal(),
        shown_interval=None,
        fit=None,
        refused=tuple(said or why for said in own),
        notes=est.notes if all(own) else (*est.notes, why),
    )


def bias_reduced(est: Estimates) -> Estimates:
    """CR2 with Satterthwaite degrees of freedom; G/(G-1) and t(G-1) where there is no fit."""
    if not isinstance(est.fit, LinearFit) or any(est.refused):
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
    """CR3 from the fit, with t on the clusters less one."""
    try:
        covariance = est.fit.covariance("CR3")
    except NotEstimable:
        covariance = est.fit.covariance("jackknife")
    reference = StudentT(np.full(len(est), count - 1.0))
    return replace(est, model_covariance=covariance, reference=reference)


def left_out_in_turn(
    est: Estimates, fn: Callable[[Any], Any] | None, door: Any, by: str
) -> Estimates | None:
    """The jackknife by computing again without each; None where it cannot be had.

    Where there are many, the clustered error of the influences, which is then the same.
    """
    if est.clusters >= MANY and not any(est.refused):
        return _by_influence(est)
    if fn is None:
        return None
    try:
        return jackknife(fn, door, by=by)
    except NextomeProblem:
        return None


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
