"""Mean time free of the event up to a horizon: the area under the survival curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.product_limit import Curve
from nextome_eval.numerics.risk_set import Floats, Ints, divide


@dataclass(frozen=True, eq=False)
class RestrictedMean:
    """Area under each stratum's curve from 0 to tau.

    ``value`` (S,), ``variance`` (S,) from Greenwood's terms, ``influence`` (n,) of each row on its
    own stratum's area, ``longest`` (S,) last exit time.
    """

    value: Floats
    variance: Floats
    influence: Floats
    longest: Floats


def restricted_mean(curve: Curve, tau: float, *, origin: float = 0.0) -> RestrictedMean:
    """Estimate E[min(T, tau)] - origin for each stratum of a curve.

    Notes
    -----
    Variance: sum over t <= tau of (area from t to tau)^2 d / (Y (Y - d)). Irwin 1949; Karrison
    1987; the formula of R's survfit and survRM2.
    """
    risk = curve.risk
    later = area_after(curve, tau)
    left = curve.n_risk - curve.n_event
    jump = divide(later, np.where(left <= 1e-12 * curve.n_risk, 0.0, left))
    share = divide(curve.n_event, curve.n_risk)
    happened = np.where(risk.event > 0, jump[risk.last], 0.0)
    influence = -risk.weights * (happened - risk.over_time_at_risk(jump * share))
    first = np.minimum(risk.time[risk.start[:-1]], tau)
    starts = risk.start[:-1]
    value = first - origin + later[starts]
    terms = jump * later * share
    variance = np.add.reduceat(terms, starts)
    return RestrictedMean(value, variance, influence, risk.time[risk.start[1:] - 1])


def area_after(curve: Curve, tau: float) -> Floats:
    """Area under the curve from each cell's time to tau: (m,), 0 past tau."""
    return curve.risk.upward(curve.survival * _width(curve, tau))


def _width(curve: Curve, tau: float) -> Floats:
    risk = curve.risk
    following = np.append(risk.time[1:], tau)
    following[risk.start[1:] - 1] = np.inf
    return np.maximum(np.minimum(following, tau) - np.minimum(risk.time, tau), 0.0)


def restricted_mean_permuted(
    at_risk: tuple[Floats, Floats], events: tuple[Floats, Floats], time: Floats, tau: float
) -> tuple[Floats, Floats]:
    """Difference of restricted means and its variance, many re-assignments at once.

    Parameters
    ----------
    at_risk, events : for the treated and the other arm, (B, k) at the k event times
    time : (k,) distinct event times
    """
    width = np.diff(np.append(np.minimum(time, tau), tau))
    first = min(float(time[0]), tau) if len(time) else tau
    areas, variances = [], []
    for y, d in zip(at_risk, events, strict=True):
        share = divide(d, y)
        survival = np.cumprod(1.0 - share, axis=1)
        later = np.cumsum((survival * width)[:, ::-1], axis=1)[:, ::-1]
        areas.append(first + later[:, 0] if len(time) else np.full(len(y), tau))
        variances.append((later**2 * divide(share, np.maximum(y - d, 0.0))).sum(axis=1))
    return areas[0] - areas[1], variances[0] + variances[1]


def arms_counts(
    first: Ints, last: Ints, event: Ints, arms: Floats, cells: Ints
) -> tuple[Floats, Floats]:
    """Number at risk and with an event in the marked rows, at given cells: (B, k) each."""
    present = ((first[:, None] <= cells) & (cells <= last[:, None])).astype(float)
    happens = ((last[:, None] == cells) & (event > 0)[:, None]).astype(float)
    return arms @ present, arms @ happens
