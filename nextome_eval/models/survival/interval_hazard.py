"""Hazard ratios where the event is known only to lie between two visits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.cox import clusters_of
from nextome_eval.models.survival.rows_at_risk import folded, names_of
from nextome_eval.models.survival.turnbull import ends_of
from nextome_eval.numerics.cox_fit import inverse
from nextome_eval.numerics.interval_weibull import IntervalData, fit_interval_weibull
from nextome_eval.study.durations import Durations


def interval_hazard(
    spells: Durations, covariates: str | Sequence[str] = "arm", *, robust: str | None = None
) -> Estimates:
    """Estimate hazard ratios under a Weibull baseline from intervals (left, right].

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``; exact and right-censored times are allowed, and delayed entry.
    covariates : list of str
        Roles or columns.
    robust : str, optional
        Role or column by which influences are summed; else the inverse information.

    Returns
    -------
    Estimates
        One row a covariate, the ratio shown.

    Raises
    ------
    NotEstimable
        The likelihood has no maximum: all events on one side.

    Notes
    -----
    S(t | x) = exp(-(rate t)^shape exp(x b)), maximum likelihood; the proportional-hazards form of
    R's survreg(dist = "weibull"), -b / scale.

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
    left, right = (ends[known] for ends in ends_of(spells))
    if not np.isfinite(right).any():
        raise NotEstimable("no_event_left", n=len(known))
    if ((left <= 0) & (right == left)).any():
        raise DesignProblem("one_spell_from_zero", method="interval_hazard")
    weights = np.ones(len(known)) if spells.weights is None else spells.weights[known]
    centre = weights @ x[known] / weights.sum()
    data = IntervalData(left, right, spells.entry[known], x[known] - centre, weights)
    theta, top, converged = fit_interval_weibull(data)
    size = np.linalg.eigvalsh(top.information)
    if not converged or size[0] <= 1e-7 * size[-1] or (np.abs(theta[2:]) > 15).any():
        raise NotEstimable("interval_no_maximum", terms=terms)
    covariance = inverse(top.information)
    influence = weights[:, None] * top.rows @ covariance
    absent = [i for i in range(len(x)) if np.isnan(x[i]).any()]
    notes: tuple[str, ...] = ()
    if absent:
        left_out = names_of(spells, absent)
        notes = (Note.of("left_out_covariate_missing", count=len(left_out)),)
    return Estimates(
        terms=pd.DataFrame({"term": terms}),
        value=theta[2:],
        influence=folded(spells, influence[:, 2:], known),
        units=spells.units,
        cluster=spells.cluster if robust is None else clusters_of(spells, robust),
        scale="log",
        method="Weibull proportional hazards, interval-censored",
        kind="effects",
        model_covariance=None if robust is not None else covariance[2:, 2:],
        notes=notes,
    )
