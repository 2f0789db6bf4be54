"""Proportional hazards over a smooth baseline, where the event may only be known to an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.risk_set import Floats


@dataclass(frozen=True, eq=False)
class LogTimeSpline:
    """Natural cubic spline of log time: straight before the first knot and after the last.

    knots : (k,) times above 0, first and last the boundaries; two of them = a straight line
    turn : (k, k) brings the columns to like size and little correlation
    """

    knots: Floats
    turn: Floats

    @classmethod
    def of(cls, knots: Floats, times: Floats) -> LogTimeSpline:
        """Make the spline; ``times`` (m,) are where it will be asked."""
        plain = cls(knots, np.eye(len(knots)))
        r = np.linalg.qr(plain.columns(times), mode="r")
        return cls(knots, np.linalg.inv(r) * np.sqrt(len(times)))

    def columns(self, times: Floats) -> Floats:
        """Value at times above 0: (n, k)."""
        u, inner, low, high, share = self._shape(times)
        cubes = [
            np.maximum(u - k, 0) ** 3
            - s * np.maximum(u - low, 0) ** 3
            - (1 - s) * np.maximum(u - high, 0) ** 3
            for k, s in zip(inner, share, strict=True)
        ]
        return np.column_stack([np.ones(len(u)), u, *cubes]) @ self.turn

    def slopes(self, times: Floats) -> Floats:
        """Derivative by log time: (n, k)."""
        u, inner, low, high, share = self._shape(times)
        squares = [
            3
            * (
                np.maximum(u - k, 0) ** 2
                - s * np.maximum(u - low, 0) ** 2
                - (1 - s) * np.maximum(u - high, 0) ** 2
            )
            for k, s in zip(inner, share, strict=True)
        ]
        return np.column_stack([np.zeros(len(u)), np.ones(len(u)), *squares]) @ self.turn

    def _shape(self, times: Floats) -> tuple[Floats, Floats, float, float, Floats]:
        k = np.log(self.knots)
        width = float(k[-1] - k[0])
        u, inner = (np.log(times) - k[0]) / width, (k[1:-1] - k[0]) / width
        return u, inner, 0.0, 1.0, 1.0 - inner


@dataclass(frozen=True, eq=False)
class SplineMoments:
    """The log likelihood at (baseline, beta): value, slope, curvature, rows' slopes (n, q)."""

    log_likelihood: float
    score: Floats
    information: Floats
    rows: Floats


@dataclass(frozen=True, eq=False)
class CumulativeHazard:
    """H at one time a row (n,) and its columns z (n, q): H = exp(z theta), 0 at time 0."""

    h: Floats
    z: Floats

    @property
    def first(self) -> Floats:
        """dH / dtheta: (n, q)."""
        return self.h[:, None] * self.z

    def curved(self, weights: Floats) -> Floats:
        """Weighted sum of the second derivatives: (q, q)."""
        return _gram(self.z, weights * self.h)

    def of(self, rows: NDArray[np.bool_]) -> CumulativeHazard:
        """The same for some of the rows."""
        return CumulativeHazard(self.h[rows], self.z[rows])


@dataclass(frozen=True, eq=False)
class IntervalData:
    """Intervals (left, right] of the events, with entry and covariates.

    left, right, entry : (n,); right inf = not yet, right equal to left = exact
    x : (n, p); weights : (n,); spline : the baseline
    """

    left: Floats
    right: Floats
    entry: Floats
    x: Floats
    weights: Floats
    spline: LogTimeSpline

    def moments(self, theta: Floats) -> SplineMoments:
        """Evaluate the likelihood of log H(t | x) = s(log t) + x b.

        Rows give log(S(L) - S(R)) - log S(entry); exact events log h(t) - H(t) + H(entry). A
        baseline that falls where it is looked at has no likelihood: minus infinity.
        """
        exact = self.left == self.right
        low, start = self._hazard(self.left, theta), self._hazard(self.entry, theta)
        value, slope = -low.h + start.h, start.first - low.first
        w, curved = self.weights, start.curved(self.weights) - low.curved(self.weights)
        some = np.isfinite(self.right) & ~exact
        possible = True
        if some.any():
            high, under = self._hazard(self.right, theta, some), low.of(some)
            width = high.h - under.h
            possible = bool((width > 0).all())
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                odds = 1.0 / np.expm1(width)  # S(R) / (S(L) - S(R))
                value[some] += np.log(-np.expm1(-width))
                rise = high.first - under.first
                slope[some] += odds[:, None] * rise
                curved += high.curved(w[some] * odds) - under.curved(w[some] * odds)
                curved -= _gram(rise, w[some] * odds * (1 + odds))
        if exact.any():
            tilt = self._slopes(self.left[exact])
            pace = tilt @ theta
            possible &= bool((pace > 0).all())
            with np.errstate(divide="ignore", invalid="ignore"):
                value[exact] += low.z[exact] @ theta + np.log(pace) - np.log(self.left[exact])
                tilt = tilt / pace[:, None]
            slope[exact] += low.z[exact] + tilt
            curved -= _gram(tilt, w[exact])
        total = float(w @ value)
        return SplineMoments(
            log_likelihood=total if possible and np.isfinite(total) else -np.inf,
            score=w @ slope,
            information=-curved,
            rows=slope,
        )

    def pace(self, theta: Floats, times: Floats) -> Floats:
        """Slope of log H by log time: (m,), below 0 where the baseline would fall."""
        return np.asarray(self._slopes(times) @ theta)

    def _slopes(self, times: Floats) -> Floats:
        return np.hstack([self.spline.slopes(times), np.zeros((len(times), self.x.shape[1]))])

    def _hazard(
        self, t: Floats, theta: Floats, rows: NDArray[np.bool_] | None = None
    ) -> CumulativeHazard:
        t, x = (t, self.x) if rows is None else (t[rows], self.x[rows])
        inside = t > 0
        z = np.hstack([self.spline.columns(np.where(inside, t, self.spline.knots[0])), x])
        return CumulativeHazard(np.where(inside, np.exp(np.minimum(z @ theta, 700.0)), 0.0), z)


def _gram(rows: Floats, weights: Floats) -> Floats:
    return np.asarray((rows * weights[:, None]).T @ rows)


def default_knots(left: Floats, right: Floats, weights: Floats, inner: int) -> Floats:
    """Boundaries at the first and last event (middle of its interval), inner knots at quantiles.

    Quantiles of log time, as Royston and Parmar 2002 place them; weights that are counts repeat
    rows. A straight line (no inner knots) is the same wherever its boundaries are.
    """
    known = np.isfinite(right)
    middle = np.log((left[known] + right[known]) / 2)
    order = np.argsort(middle)
    w = weights[known][order]
    w = w if (np.abs(w - np.round(w)) < 1e-9).all() else w / w.min()
    last = np.cumsum(w)
    places = np.column_stack([last - w, last - 1]).ravel()
    wanted = np.linspace(0, 1, inner + 2) * (last[-1] - 1)
    knots = np.exp(np.interp(wanted, places, np.repeat(middle[order], 2)))
    if inner == 0 and not knots[1] > knots[0]:
        knots = knots * np.array([0.5, 2.0])
    return np.asarray(knots)


def fit_interval_spline(data: IntervalData) -> tuple[Floats, SplineMoments, bool]:
    """Climb the likelihood from an exponential guess; give coefficients, moments, success."""
    theta = _exponential(data)
    here = data.moments(theta)
    for _ in range(200):
        move = _uphill(here)
        step = 1.0
        ahead = data.moments(theta + move)
        floor = here.log_likelihood - 1e-12 * max(abs(here.log_likelihood), 1.0)
        while not ahead.log_likelihood >= floor and step > 1e-9:
            step /= 2
            ahead = data.moments(theta + step * move)
        if not ahead.log_likelihood >= floor:
            return theta, here, False
        theta, here = theta + step * move, ahead
        if float(here.score @ _uphill(here)) < 1e-18:
            return theta, here, True
    return theta, here, False


def _exponential(data: IntervalData) -> Floats:
    """Baseline H(t) = rate t, as coefficients of the spline."""
    middle = np.where(np.isfinite(data.right), (data.left + data.right) / 2, data.left)
    events = float(data.weights[np.isfinite(data.right)].sum())
    rate = max(events, 0.5) / max(float(data.weights @ (middle - data.entry)), 1e-300)
    plain = LogTimeSpline(data.spline.knots, np.eye(len(data.spline.knots)))
    two = data.spline.knots[[0, -1]]
    start = np.zeros(len(data.spline.knots))
    start[:2] = np.linalg.solve(plain.columns(two)[:, :2], np.log(rate * two))
    theta = np.zeros(len(start) + data.x.shape[1])
    theta[: len(start)] = np.linalg.solve(data.spline.turn, start)
    return theta


def _uphill(here: SplineMoments) -> Floats:
    """Newton's step, damped where the curvature is not that of a hill."""
    size, axes = np.linalg.eigh(here.information)
    floor = 1e-8 * max(float(size[-1]), 1e-300)
    return np.asarray(axes @ ((axes.T @ here.score) / np.maximum(np.abs(size), floor)))
