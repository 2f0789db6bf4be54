"""Weibull proportional hazards where the event is known only to lie in an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats


@dataclass(frozen=True, eq=False)
class WeibullMoments:
    """The log likelihood at (log rate, log shape, beta): value, slope, curvature, rows' slopes."""

    log_likelihood: float
    score: Floats
    information: Floats
    rows: Floats


@dataclass(frozen=True, eq=False)
class IntervalData:
    """Intervals (left, right] of the events, with entry and covariates.

    left, right, entry : (n,); right inf = not yet, right equal to left = exact
    x : (n, p); weights : (n,)
    """

    left: Floats
    right: Floats
    entry: Floats
    x: Floats
    weights: Floats

    def moments(self, theta: Floats) -> WeibullMoments:
        """Evaluate the likelihood of S(t | x) = exp(-exp(a + exp(g) log t + x b)).

        Rows give log(S(L) - S(R)) - log S(entry), exact events log h(t) - H(t) + H(entry).
        """
        exact = self.left == self.right
        low, high, start = (self._hazard(t, theta) for t in (self.left, self.right, self.entry))
        value = np.empty(len(self.left))
        slope = np.empty((len(value), len(theta)))
        bend = np.empty((len(value), len(theta), len(theta)))
        s_low, s_high = np.exp(-low.h), np.exp(-high.h)
        chance = np.maximum(s_low - s_high, 1e-300)
        d_low, d_high = low.first * s_low[:, None], high.first * s_high[:, None]
        fall = -d_low + d_high
        curve = s_low[:, None, None] * (_outer(low.first) - low.second)
        curve -= s_high[:, None, None] * (_outer(high.first) - high.second)
        value[:] = np.log(chance)
        slope[:] = fall / chance[:, None]
        bend[:] = curve / chance[:, None, None] - _outer(slope)
        if exact.any():
            shape = np.exp(theta[1])
            log_t = np.log(np.where(exact, self.left, 1.0))
            value[exact] = (np.log(low.h) + theta[1] - log_t - low.h)[exact]
            own = low.z.copy()
            own[:, 1] += 1.0
            slope[exact] = (own - low.first)[exact]
            bend[exact] = -low.second[exact]
            bend[exact, 1, 1] += (shape * log_t)[exact]
        value += start.h
        slope += start.first
        bend += start.second
        w = self.weights
        return WeibullMoments(
            log_likelihood=float(w @ value),
            score=w @ slope,
            information=-np.einsum("i,iab->ab", w, bend),
            rows=slope,
        )

    def _hazard(self, t: Floats, theta: Floats) -> CumulativeHazard:
        inside = (t > 0) & np.isfinite(t)
        log_t = np.log(np.where(inside, t, 1.0))
        shape = np.exp(theta[1])
        z = np.column_stack([np.ones(len(t)), shape * log_t, self.x])
        level = theta[0] + shape * log_t + self.x @ theta[2:]
        h = np.where(inside, np.exp(np.minimum(level, 700.0)), 0.0)
        first = h[:, None] * z
        second = first[:, :, None] * z[:, None, :]
        second[:, 1, 1] += h * shape * log_t
        return CumulativeHazard(np.where(np.isposinf(t), np.inf, h), z, first, second)


@dataclass(frozen=True, eq=False)
class CumulativeHazard:
    """H at one time a row, with the derivatives of log H and of H: (n,), (n, q), (n, q), (n, q, q).

    At time 0 and at infinity the derivatives of S = exp(-H) are 0.
    """

    h: Floats
    z: Floats
    first: Floats
    second: Floats


def _outer(rows: Floats) -> Floats:
    return rows[:, :, None] * rows[:, None, :]


def fit_interval_weibull(data: IntervalData) -> tuple[Floats, WeibullMoments, bool]:
    """Climb the likelihood from an exponential guess; give coefficients, moments, success."""
    p = data.x.shape[1]
    middle = np.where(np.isfinite(data.right), (data.left + data.right) / 2, data.left)
    events = float(data.weights[np.isfinite(data.right)].sum())
    theta = np.zeros(p + 2)
    theta[0] = np.log(max(events, 0.5) / max(float(data.weights @ (middle - data.entry)), 1e-300))
    here = data.moments(theta)
    for _ in range(200):
        move = _uphill(here)
        step = 1.0
        ahead = data.moments(theta + move)
        while not ahead.log_likelihood >= here.log_likelihood - 1e-12 and step > 1e-9:
            step /= 2
            ahead = data.moments(theta + step * move)
        theta, here = theta + step * move, ahead
        if float(here.score @ _uphill(here)) < 1e-18:
            return theta, here, True
    return theta, here, False


def _uphill(here: WeibullMoments) -> Floats:
    """Newton's step, damped where the curvature is not that of a hill."""
    size, axes = np.linalg.eigh(here.information)
    floor = 1e-8 * max(float(size[-1]), 1e-300)
    return np.asarray(axes @ ((axes.T @ here.score) / np.maximum(np.abs(size), floor)))
