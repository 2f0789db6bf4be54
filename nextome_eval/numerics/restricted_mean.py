"""Mean time free of the event up to a horizon: the area under the survival curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.product_limit import Curve
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, divide

Mask = NDArray[np.bool_]


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
    width = np.minimum(following, tau) - np.minimum(risk.time, tau)
    return np.asarray(np.maximum(width, 0.0))


def permuted_restricted_means(
    risk: RiskSet,
    arms: Ints,
    tau: float,
    *,
    cluster: Ints | None = None,
    followed: Floats | None = None,
    block: int = 2048,
) -> tuple[Floats, Floats]:
    """Restricted means of two arms and their variances, many re-assignments at once.

    Parameters
    ----------
    risk : of all rows together, one stratum, nobody entering late, weights of 1
    arms : (B, n) 1 where the row is in the treated arm
    cluster : (n,) codes; with them the variances are of influences summed within clusters, each
        cluster lying whole in one arm. None: Greenwood's.
    followed : (n,) how long each row was followed, whatever happened before; None: not known

    Returns
    -------
    value, variance : (2, B), the arm 0 first; NaN where an arm's follow-up ends before tau
    """
    event = np.flatnonzero(risk.at_exit((risk.event > 0).astype(float)))
    cells = event[risk.time[event] <= tau]
    order = np.argsort(risk.last, kind="stable")
    low, high = (np.searchsorted(risk.last[order], cells, side) for side in ("left", "right"))
    died = (risk.event[order] > 0).astype(float)
    times = np.minimum(risk.time[risk.last], tau * (1 + 1e-9))
    width = np.diff(np.append(risk.time[cells], tau))
    first = min(float(risk.time[cells[0]]), tau) if len(cells) else tau
    flats = None if cluster is None else np.eye(int(cluster.max()) + 1)[cluster[order]]
    # how many of the cells a row lives to see: its own is the last of them if it ends in an event
    lived = np.searchsorted(cells, risk.last[order], "right")
    ended = (died > 0) & (risk.time[risk.last[order]] <= tau)
    value, variance = np.empty((2, len(arms))), np.empty((2, len(arms)))
    for begin in range(0, len(arms), block):
        lines = arms[begin : begin + block]
        for a in (0, 1):
            member = (lines == a)[:, order].astype(float)
            left = _counted(member)
            y = left[:, -1:] - left[:, low]
            gone = _counted(member * died)
            d = gone[:, high] - gone[:, low]
            v, later, share, end = _areas(y, d, width, first)
            if flats is None:
                s = (later**2 * divide(share, y - d)).sum(axis=1)
            else:
                own = _influences(divide(later, y - d), share, lived, ended)
                s = ((own * member @ flats) ** 2).sum(axis=1)
            here = slice(begin, begin + len(lines))
            longest = np.where(lines == a, times, -np.inf).max(axis=1)
            short = longest < tau * (1 - 1e-9)
            if followed is not None:
                known = np.where(lines == a, followed, -np.inf).max(axis=1)
                short &= (end > 0) | (known < tau * (1 - 1e-9))
            value[a, here], variance[a, here] = (
                np.where(short, np.nan, v),
                np.where(short, np.nan, s),
            )
    return value, variance


def _counted(values: Floats) -> Floats:
    total = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=total[:, 1:])
    return total


def _areas(
    y: Floats, d: Floats, width: Floats, first: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Restricted means (B,), per cell the area after it and the hazard, the curves' ends (B,)."""
    share = divide(d, y)
    survival = np.cumprod(1.0 - share, axis=1)
    later = np.cumsum((survival * width)[:, ::-1], axis=1)[:, ::-1]
    area = later[:, 0] if later.shape[1] else np.zeros(len(later))
    end = np.asarray(survival[:, -1] if survival.shape[1] else np.ones(len(survival)), float)
    return first + area, later, share, end


def _influences(jump: Floats, share: Floats, lived: Ints, ended: Mask) -> Floats:
    """Influence (B, n) of each row on its arm's mean, from what the cells weigh (B, m)."""
    own = _counted(jump * share)[:, lived]
    own[:, ended] -= jump[:, lived[ended] - 1]
    return own
