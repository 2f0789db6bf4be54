"""What each row adds to a Cox fit: martingale, deviance, score, Schoenfeld, dfbeta, dfbetas."""

from __future__ import annotations

import numpy as np

from nextome_eval.numerics.cox_fit import CoxFit, inverse
from nextome_eval.numerics.exact_ties import exact_scores
from nextome_eval.numerics.partial_likelihood import exposure_to
from nextome_eval.numerics.risk_set import Floats, Ints, by_column, summed


def martingale(fit: CoxFit) -> Floats:
    """Events less the number expected of each row: (n,). Their weighted sum is 0."""
    at = fit.at
    return (fit.risk.event > 0) - at.relative * at.exposure


def deviance(fit: CoxFit) -> Floats:
    """Martingale residuals made symmetric: (n,). Therneau, Grambsch and Fleming 1990."""
    left = martingale(fit)
    died = fit.risk.event > 0
    expected = np.where(died, died - left, 1.0)
    inside = left + np.where(died, np.log(expected), 0.0)
    return np.asarray(np.sign(left) * np.sqrt(np.maximum(-2.0 * inside, 0.0)))


def score(fit: CoxFit) -> Floats:
    """Score process of each row at the end of follow-up, before weighting: (n, p).

    Weighted, they sum to the score of the partial likelihood, 0 at the estimate.
    """
    if fit.ties == "exact":
        return exact_scores(fit.risk, fit.x, fit.beta, offset=fit.offset)
    at, x, died = fit.at, fit.x, fit.risk.event > 0
    process = np.empty_like(x, order="F")
    for j in range(x.shape[1]):
        drift = exposure_to(fit.risk, fit.steps, at.hazard * at.mean[:, j])
        lived = at.relative * (x[:, j] * at.exposure - drift)
        process[:, j] = died * (x[:, j] - mean_at_exit(fit, at.mean[:, j])) - lived
    return process


def dfbeta(fit: CoxFit, *, variance: Floats | None = None) -> Floats:
    """Change in the coefficients that each row, with its weight, brings: (n, p).

    The influence of the row: ``dfbeta.T @ dfbeta`` is the robust variance of Lin and Wei 1989.
    """
    bread = inverse(fit.information) if variance is None else variance
    process = score(fit)
    if fit.risk.given is not None:
        process = fit.risk.given[:, None] * process
    return np.asarray((bread @ process.T).T)


def dfbetas(fit: CoxFit) -> Floats:
    """Change in the coefficients that each row brings, in standard errors: (n, p)."""
    return np.asarray(dfbeta(fit) / np.sqrt(np.diag(inverse(fit.information))))


def schoenfeld(fit: CoxFit) -> tuple[Ints, Floats]:
    """Give the rows with an event, by stratum and time, and x - xbar at their time: (D, p)."""
    died = np.flatnonzero((fit.risk.event > 0) & (fit.risk.weights > 0))
    rows = died[np.argsort(fit.risk.last[died], kind="stable")]
    mean = by_column(lambda one: mean_at_exit(fit, one)[rows], fit.at.mean, len(rows))
    return rows, fit.x[rows] - mean


def scaled_schoenfeld(fit: CoxFit) -> tuple[Ints, Floats]:
    """Give the rows with an event and the effect that each points to at its time: (D, p).

    beta + D V (x - xbar): smoothed over time it is beta(t). Grambsch and Therneau 1994.
    """
    rows, residuals = schoenfeld(fit)
    return rows, fit.beta + len(rows) * residuals @ inverse(fit.information)


def mean_at_exit(fit: CoxFit, mean: Floats) -> Floats:
    """Risk-set mean of a covariate, ``mean`` (J,), at each row's exit: (n,); ties averaged."""
    risk, cell = fit.risk, fit.steps.cell
    many = np.maximum(np.bincount(cell, minlength=risk.m), 1)
    return np.asarray((summed(cell, mean, risk.m) / many)[risk.last])
