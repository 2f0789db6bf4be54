"""Limits of hazard ratios where the profile likelihood falls, instead of Wald's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import chdtrc, chdtri

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.cox_frame import FittedCox
from nextome_eval.models.survival.cox_residuals import fitted_cox
from nextome_eval.models.survival.curve_interval import OwnLimits
from nextome_eval.models.survival.interval_frame import FittedIntervals
from nextome_eval.numerics.cox_fit import CoxFit, Hill, inverse
from nextome_eval.numerics.exact_ties import exact_moments
from nextome_eval.numerics.likelihood_interval import profile, profile_limits
from nextome_eval.numerics.partial_likelihood import moments
from nextome_eval.numerics.risk_set import Floats, Ints


def profile_interval(est: Estimates) -> Estimates:
    """Give hazard ratios profile-likelihood intervals and likelihood-ratio p-values.

    Parameters
    ----------
    est : Estimates
        From `cox`, one cause, or from `interval_hazard`. Firth's answers have them already and
        come back as they are.

    Returns
    -------
    Estimates
        The same values; limits at any level where the profile falls by its chi-square quantile.

    Raises
    ------
    DesignProblem
        The estimates are not those of such a model.
    NotEstimable
        Their error is that of influences: robust=, or weights that are not counts.

    Notes
    -----
    Venzon and Moolgavkar 1988.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.models.survival.cox import cox
    >>> from nextome_eval.study.durations import Durations
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "b", "a", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> profile_interval(cox(spells, ["arm"])).tidy()["conf_high"].round(2).tolist()
    [3.26]

    See METHODS.md: cox
    """
    if isinstance(est.fit, (FittedIntervals, FittedCox)) and est.model_covariance is None:
        raise NotEstimable("profile_needs_likelihood")
    if isinstance(est.fit, FittedIntervals):
        data, theta = est.fit.data, est.fit.theta
        k = len(data.spline.knots)
        of_ratios = np.arange(k, len(theta))
        return replace(
            est, reference=profile_reference(data.moments, theta, est.fit.information, of_ratios)
        )
    fit = fitted_cox(est, asked_by="profile_interval").kernel
    if isinstance(est.reference, OwnLimits):
        return est
    return replace(est, reference=profile_reference(likelihood_of(fit), fit.beta, fit.information))


def likelihood_of(fit: CoxFit) -> Callable[[Floats], Hill]:
    """Give the partial likelihood of a fit as a function of the coefficients."""

    def evaluate(beta: Floats) -> Hill:
        if fit.ties == "exact":
            return exact_moments(fit.risk, fit.x, beta, offset=fit.offset)
        return moments(fit.risk, fit.x, beta, steps=fit.steps, offset=fit.offset)

    return evaluate


def profile_reference(
    evaluate: Callable[[Floats], Hill],
    beta: Floats,
    information: Floats,
    columns: Ints | None = None,
) -> OwnLimits:
    """Make the reference whose limits and p-values come from the profiled likelihood.

    ``columns`` (k,): which of the coefficients (p,) are shown; all by default.
    """
    width = np.sqrt(np.diag(inverse(information)))
    top = evaluate(beta).log_likelihood
    shown = np.arange(len(beta)) if columns is None else columns

    def limits(level: float) -> tuple[Floats, Floats]:
        fall = float(chdtri(1, 1 - level))
        pairs = [
            profile_limits(evaluate, beta, int(j), std_error=float(width[j]), fall=fall)
            for j in shown
        ]
        low, high = np.array(pairs).T
        return low, high

    heights = [profile(evaluate, beta, np.array([j]), np.zeros(1))[0] for j in shown]
    return OwnLimits(limits, np.asarray(chdtrc(1, np.maximum(2 * (top - np.array(heights)), 0.0))))
