"""Hazard ratios where the event is known only to lie between two visits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.cox import clusters_of
from nextome_eval.models.survival.interval_frame import (
    FittedIntervals,
    interval_data,
    searched_intervals,
)
from nextome_eval.models.survival.rows_at_risk import folded, names_of
from nextome_eval.numerics.cox_fit import inverse
from nextome_eval.study.durations import Durations


def interval_hazard(
    spells: Durations,
    covariates: str | Sequence[str] = "arm",
    *,
    knots: int | Sequence[float] = 0,
    robust: str | None = None,
) -> Estimates:
    """Estimate hazard ratios under a smooth baseline from intervals (left, right].

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``; exact and right-censored times are allowed, and delayed entry.
    covariates : list of str
        Roles or columns.
    knots : int or sequence of float
        0: a Weibull baseline. More: a natural cubic spline of the log cumulative hazard in log
        time with so many inner knots, at quantiles of the events (the middle of each interval);
        or all knots as times, the first and the last being the boundaries.
    robust : str, optional
        Role or column by which influences are summed; else the inverse information.

    Returns
    -------
    Estimates
        One row a covariate, the ratio shown, with Wald's interval; `profile_interval` gives the
        likelihood's own.

    Raises
    ------
    NotEstimable
        The likelihood has no maximum (all events on one side), or is highest where the baseline
        hazard would fall below zero.

    Notes
    -----
    S(t | x) = exp(-exp(s(log t) + x b)), maximum likelihood. With a straight s it is the
    proportional-hazards form of R's survreg(dist = "weibull"), -b / scale. Royston and Parmar
    2002, Statistics in Medicine 21:2175.

    Examples
    --------
    >>> df = pd.DataFrame({"seen_without": [0.0, 6, 6, 12, 0, 6], "arm": list("ababba"),
    ...                    "seen_with": [6, 12, None, 18, 6, None]})
    >>> spells = Durations.from_frame(df, time="seen_without", event=None, upper="seen_with",
    ...                               arm="arm")
    >>> interval_hazard(spells, ["arm"]).tidy()["estimate"].round(2).tolist()
    [0.81]

    See METHODS.md: interval_hazard
    """
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    x, terms = spells.covariates(names)
    if not terms:
        raise NotEstimable("no_covariate", covariates=names)
    known = np.flatnonzero(~np.isnan(x).any(axis=1))
    data = interval_data(spells, known, x[known], knots)
    theta, top = searched_intervals(data, terms)
    k = len(data.spline.knots)
    covariance = inverse(top.information)
    influence = data.weights[:, None] * top.rows @ covariance
    absent = np.isnan(x).any(axis=1)
    notes: tuple[str, ...] = ()
    if absent.any():
        notes = (Note.of("left_out_covariate_missing", count=len(names_of(spells, absent))),)
    shape = "Weibull" if k == 2 else f"spline, {k - 2} knots"
    return Estimates(
        terms=pd.DataFrame({"term": terms}),
        value=theta[k:],
        influence=folded(spells, influence[:, k:], known),
        units=spells.units,
        cluster=spells.cluster if robust is None else clusters_of(spells, robust),
        scale="log",
        method=f"proportional hazards, interval-censored ({shape})",
        kind="effects",
        model_covariance=None if robust is not None else covariance[k:, k:],
        fit=FittedIntervals(data, theta, top.information),
        notes=notes,
    )
