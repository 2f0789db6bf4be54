"""Regression of the time free of the event up to a horizon, where some were lost before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.product_limit import curve
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, divide, risk_set

STEPS = 100


@dataclass(frozen=True, eq=False)
class MeanRegression:
    """Coefficients (p,) and each row's influence on them (n, p)."""

    beta: Floats
    influence: Floats


def censoring_weighted(
    time: Floats,
    event: Ints,
    x: Floats,
    outcome: Floats,
    *,
    group: Ints,
    weights: Floats,
    log: bool,
) -> MeanRegression:
    """Fit E[outcome | x] = x b, or exp(x b), from rows seen to the end, weighted for the others.

    Parameters
    ----------
    time : (n,) cut at the horizon; event : (n,) 1 = seen to its end (event, or horizon reached)
    x : (n, p) with the constant first; outcome : (n,) of time, known where event is 1
    group : (n,) codes 0..k-1: censoring is estimated within each
    weights : (n,)
    log : exponential mean (a ratio) rather than linear (a difference)

    Notes
    -----
    Tian, Zhao and Wei 2014, Biostatistics 15:222, as in R's survRM2, with the influence of the
    estimated censoring. Events come before censorings at ties, so G is read just before the time.
    """
    risk = risk_set(time, event, strata=group, weights=weights)
    censored = risk.at_exit(np.where(event > 0, 0.0, weights))
    exposed = risk.at_risk(weights) - risk.at_exit(np.where(event > 0, weights, 0.0))
    hazard = divide(censored, exposed)
    stay = np.log1p(-np.minimum(hazard, 1.0 - 1e-15))
    free = np.exp(risk.running(stay) - stay)
    inverse = np.where(event > 0, 1.0 / free[risk.last], 0.0)
    fit = estimating_equation(outcome, x, weights=weights * inverse, log=log)
    mean = _mean(x, fit, log)
    own = x * (weights * inverse * (outcome - mean))[:, None]
    later = risk.at_exit(own)
    jump = (risk.upward(later) - later) * divide(np.ones(risk.m), exposed)[:, None]
    drift = jump * hazard[:, None]
    died = (event > 0)[:, None]
    lived = risk.running(drift)[risk.last] - np.where(died, drift[risk.last], 0.0)
    lost = np.where(died, 0.0, jump[risk.last])
    kappa = own + weights[:, None] * (lost - lived)
    bread = x.T @ (x * (weights * (mean if log else 1.0))[:, None])
    return MeanRegression(fit, np.asarray(np.linalg.solve(bread, kappa.T).T, dtype=np.float64))


def pseudo_regression(values: Floats, x: Floats, *, log: bool) -> MeanRegression:
    """Fit E[value | x] = x b, or exp(x b), to pseudo-observations (n,), rows independent.

    Andersen, Hansen and Klein 2004, Lifetime Data Analysis 10:335; the sandwich of its equations.
    """
    beta = estimating_equation(values, x, weights=np.ones(len(values)), log=log)
    mean = _mean(x, beta, log)
    own = x * (values - mean)[:, None]
    bread = x.T @ (x * (mean if log else np.ones(len(x)))[:, None])
    return MeanRegression(beta, np.asarray(np.linalg.solve(bread, own.T).T, dtype=np.float64))


def pseudo_restricted_means(time: Floats, event: Ints, tau: float) -> Floats:
    """What each row adds to the restricted mean, n times the mean less n - 1 without it: (n,).

    Leaving out is exact, in blocks of rows: O(n m) time, memory bounded.
    """
    risk = risk_set(time, event)
    n = risk.n
    y, d = risk.n_risk, risk.n_event
    ends = np.minimum(np.append(risk.time[1:], np.inf), tau)
    width = np.maximum(ends - np.minimum(risk.time, tau), 0.0)
    first = min(float(risk.time[0]), tau)
    whole = first + float(curve(risk).survival @ width)
    without = np.empty(n)
    for rows in _blocks(risk):
        here = np.arange(risk.m) <= risk.last[rows, None]
        own = (np.arange(risk.m) == risk.last[rows, None]) & (risk.event[rows, None] > 0)
        steps = 1.0 - divide(d - own, y - here)
        without[rows] = first + np.cumprod(steps, axis=1) @ width
    return n * whole - (n - 1) * without


def _blocks(risk: RiskSet) -> Iterator[slice]:
    size = max(1, 2_000_000 // max(risk.m, 1))
    for begin in range(0, risk.n, size):
        yield slice(begin, min(begin + size, risk.n))


def estimating_equation(y: Floats, x: Floats, *, weights: Floats, log: bool) -> Floats:
    """Solve sum of w x (y - mean) = 0: least squares, or the Poisson score by Newton's steps."""
    if not log:
        return np.asarray(np.linalg.solve(x.T @ (x * weights[:, None]), x.T @ (weights * y)))
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(weights @ y / weights.sum())  # the constant comes first
    for _ in range(STEPS):
        mean = np.exp(x @ beta)
        step = np.linalg.solve(x.T @ (x * (weights * mean)[:, None]), x.T @ (weights * (y - mean)))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-13:
            break
    return beta


def _mean(x: Floats, beta: Floats, log: bool) -> Floats:
    return np.asarray(np.exp(x @ beta) if log else x @ beta)
