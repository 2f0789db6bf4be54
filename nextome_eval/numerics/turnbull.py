"""The survival curve of times known only to lie between two visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from nextome_eval.numerics.distinct_times import distinct_times
from nextome_eval.numerics.risk_set import Floats, Ints, summed


@dataclass(frozen=True, eq=False)
class Npmle:
    """Masses of the nonparametric maximum likelihood estimate.

    Attributes
    ----------
    left, right : (m,) ends of the innermost intervals (left, right], or a point where equal;
        where inside one the mass lies cannot be known
    mass : (m,) probabilities, sum 1
    first, last : (n,) the innermost intervals that each row's interval holds
    gap : how far the optimality conditions are from holding (0 at the maximum)
    """

    left: Floats
    right: Floats
    mass: Floats
    first: Ints
    last: Ints
    gap: float

    @property
    def survival(self) -> Floats:
        """Probability of no event by the right end of each innermost interval: (m,)."""
        return np.maximum(1.0 - np.cumsum(self.mass), 0.0)


def innermost(left: Floats, right: Floats) -> tuple[Floats, Floats, Ints, Ints]:
    """Find the intervals that can hold mass, and which of them lie in each row's (left, right].

    At one value an exact time opens, then right ends close, then left ends open: the event of
    (2, 4] may be at 4, that of (4, 6] may not. Turnbull 1976; Peto 1973.
    """
    n = len(left)
    finite = np.isfinite(right)
    values, (lower, upper) = distinct_times(left, np.where(finite, right, left.max() + 1.0))
    upper = np.where(finite, upper, len(values))
    exact = lower == upper
    opens = 3 * lower + np.where(exact, 0, 2)
    closes = 3 * upper + 1
    edge, what = np.unique(np.concatenate([opens, closes]), return_inverse=True)
    is_open = np.zeros(len(edge), bool)
    is_open[what[:n]] = True
    start = np.flatnonzero(is_open[:-1] & ~is_open[1:])
    ends = np.append(values, np.inf)
    first = np.searchsorted(start, what[:n])
    last = np.searchsorted(start, what[n:]) - 1
    return ends[edge[start] // 3], ends[edge[start + 1] // 3], first, last


def npmle(
    left: Floats, right: Floats, *, weights: Floats | None = None, tolerance: float = 1e-10
) -> Npmle:
    """Estimate the masses by self-consistency and iterative convex minorants, then Newton.

    Parameters
    ----------
    left, right : (n,) the event lies in (left, right]; right inf = not yet; equal = exact
    weights : (n,)
    tolerance : of the optimality conditions, relative

    Notes
    -----
    Turnbull 1976; Groeneboom and Wellner 1992; Wellner and Zhan 1997 for the mixture of the two.
    At the maximum no innermost interval has a gradient above n, and those with mass have n.
    """
    lo, hi, first, last = innermost(left, right)
    w = np.ones(len(left)) if weights is None else np.asarray(weights, dtype=np.float64)
    total, m = float(w.sum()), len(lo)
    p = np.full(m, 1.0 / m)
    gap = np.inf
    for _ in range(2000):
        p = p * gradient(p, first, last, w) / total
        p = _minorant_step(p, first, last, w)
        p = _polished(p, first, last, w, total)
        gap = _gap(p, first, last, w, total)
        if gap < tolerance:
            break
    return Npmle(lo, hi, p, first, last, gap)


def chances(p: Floats, first: Ints, last: Ints) -> Floats:
    """Probability of each row's interval: (n,)."""
    total = np.concatenate([[0.0], np.cumsum(p)])
    return np.asarray(np.maximum(total[last + 1] - total[first], 1e-300))


def gradient(p: Floats, first: Ints, last: Ints, w: Floats) -> Floats:
    """Derivative of the log likelihood in each mass: (m,)."""
    share = w / chances(p, first, last)
    change = summed(first, share, len(p) + 1) - summed(last + 1, share, len(p) + 1)
    return np.cumsum(change)[:-1]


def _gap(p: Floats, first: Ints, last: Ints, w: Floats, total: float) -> float:
    g = gradient(p, first, last, w) / total - 1.0
    held = np.abs(g[p > 1e-12]).max(initial=0.0)
    return float(max(g.max(initial=0.0), held))


def _log_likelihood(p: Floats, first: Ints, last: Ints, w: Floats) -> float:
    return float(w @ np.log(chances(p, first, last)))


def _minorant_step(p: Floats, first: Ints, last: Ints, w: Floats) -> Floats:
    """One step of the convex minorant in the cumulative masses F_1..F_{m-1}, halved if it falls."""
    m = len(p)
    if m < 2:
        return p
    chance = chances(p, first, last)
    share, curve = w / chance, w / chance**2
    upper, lower = last + 1, first  # chance = F_upper - F_lower
    slope = np.bincount(upper, share, minlength=m + 1) - np.bincount(lower, share, minlength=m + 1)
    bend = np.bincount(upper, curve, minlength=m + 1) + np.bincount(lower, curve, minlength=m + 1)
    f = np.cumsum(p)[:-1]
    d = np.maximum(bend[1:m], 1e-12)
    target = isotonic_regression(f + slope[1:m] / d, weights=d).x
    target = np.clip(target, 0.0, 1.0)
    before = _log_likelihood(p, first, last, w)
    step = 1.0
    for _ in range(12):
        moved = f + step * (target - f)
        q = np.maximum(np.diff(np.concatenate([[0.0], moved, [1.0]])), 0.0)
        if _log_likelihood(q, first, last, w) >= before:
            return q
        step /= 2
    return p


def _polished(p: Floats, first: Ints, last: Ints, w: Floats, total: float) -> Floats:
    """Newton's steps on the masses that are not dying, kept only where the likelihood rises."""
    support = np.flatnonzero(p > 1e-7)
    k = len(support)
    if k < 2 or k > 400:
        return p
    place = np.concatenate([[0], np.cumsum(p > 1e-7)])
    begin, end = place[first], place[last + 1]
    if (begin == end).any():
        return p
    q = p[support] / p[support].sum()
    before = _log_likelihood(p, first, last, w)
    for _ in range(8):
        g, h = _curvature(q, begin, end, w)
        step = np.linalg.lstsq(h, g - total, rcond=1e-13)[0]
        if not (q + step > 0).all():
            break
        q = (q + step) / (q + step).sum()
        if np.abs(step).max() < 1e-15:
            break
    full = np.zeros_like(p)
    full[support] = q
    return full if _log_likelihood(full, first, last, w) >= before - 1e-12 * abs(before) else p


def _curvature(q: Floats, begin: Ints, end: Ints, w: Floats) -> tuple[Floats, Floats]:
    """Gradient (k,) and minus the Hessian (k, k) in the masses of the support."""
    k = len(q)
    chance = chances(q, begin, end - 1)
    g = gradient(q, begin, end - 1, w)
    # rows with the same interval count together: a (k + 1)^2 table of corners, summed twice
    corner = np.zeros((k + 1, k + 1))
    weight = w / chance**2
    for one, sign_one in ((begin, 1.0), (end, -1.0)):
        for other, sign_other in ((begin, 1.0), (end, -1.0)):
            np.add.at(corner, (one, other), sign_one * sign_other * weight)
    h = np.cumsum(np.cumsum(corner, axis=0), axis=1)[:k, :k]
    return g, h


def mass_influence(found: Npmle, weights: Floats) -> Floats:
    """First-order change of the masses that each row, with its weight, brings: (n, m).

    Treats the support as known, so it is descriptive: intervals come from the bootstrap.
    """
    support = np.flatnonzero(found.mass > 1e-9)
    k = len(support)
    place = np.concatenate([[0], np.cumsum(found.mass > 1e-9)])
    begin, end = place[found.first], place[found.last + 1]
    q = found.mass[support]
    _, h = _curvature(q, begin, end, weights)
    inside = (np.arange(k) >= begin[:, None]) & (np.arange(k) < end[:, None])
    own = weights[:, None] * (inside / chances(q, begin, end - 1)[:, None] - 1.0)
    inverse = np.linalg.pinv(h, hermitian=True, rcond=1e-12)
    ones = inverse @ np.ones(k)
    inverse = inverse - np.outer(ones, ones) / ones.sum()
    influence = np.zeros((len(weights), len(found.mass)))
    influence[:, support] = own @ inverse
    return influence
