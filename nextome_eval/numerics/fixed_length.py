"""The shortest interval of fixed length that covers under a bounded change of slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import ndtr

from nextome_eval.numerics.cluster_blocks import Floats


def folded_critical(bias: float, alpha: float) -> float:
    """The 1 - alpha quantile of |N(bias, 1)|.

    Examples
    --------
    >>> round(folded_critical(0.0, 0.05), 4), round(folded_critical(3.0, 0.05), 4)
    (1.96, 4.6449)
    """
    b = abs(bias)

    def over(c: float) -> float:
        return float(ndtr(c - b) - ndtr(-c - b)) - (1 - alpha)

    return float(brentq(over, 0.0, b + 10.0, xtol=1e-13))


def fixed_length(
    beta: Floats, sigma: Floats, before: int, towards: Floats, most: float, alpha: float
) -> tuple[float, float]:
    """Centre and half-length of the shortest fixed-length interval for towards' tau.

    The estimator is towards' beta_after + v' beta_before with v such that straight lines cancel;
    where slopes bend by at most ``most`` a step, its largest bias is ``most`` times the sum of
    what it does to each bend.  v is chosen for the shortest interval that covers.

    Parameters
    ----------
    beta : (before + after,) effects, the base left out
    sigma : their covariance
    towards : (after,)

    Source
    ------
    Rambachan and Roth (2023), section 4.1; Donoho (1994); Armstrong and Kolesar (2018).
    """
    problem = _Affine.of(sigma, before, towards)
    plain = problem.least_variance()
    v = plain
    if before > 1 and most > 0:
        straight = np.zeros(before)
        straight[-1] = problem.line[before:] @ towards
        low, high = problem.bent(straight), problem.bent(plain)

        def half(limit: float) -> float:
            return problem.half(problem.within(limit, straight, plain), most, alpha)

        if high - low > 1e-10 * (1 + high):
            found = minimize_scalar(
                half, bounds=(low, high), method="bounded", options={"xatol": 1e-7 * (high - low)}
            )
            best = min((float(found.x), low, high), key=half)
            v = problem.within(best, straight, plain)
    return float(problem.all(v) @ beta), problem.half(v, most, alpha)


@dataclass(frozen=True)
class _Affine:
    """Affine estimators of towards' tau that straight lines do not bias.

    ``bends`` (b, before + after): what a change of slope of 1 at each inner point adds to delta;
    ``line``: the delta of a straight line.
    """

    sigma: Floats
    before: int
    towards: Floats
    bends: Floats
    line: Floats

    @classmethod
    def of(cls, sigma: Floats, before: int, towards: Floats) -> _Affine:
        after = len(towards)
        place = np.concatenate([np.arange(-before, 0), np.arange(1, after + 1)]).astype(np.float64)
        # zero at the base: bends from the base on pile up forwards, those before it backwards
        parts = [np.where(place > j, place - j, 0.0) for j in range(after)]
        parts += [np.where(place < j, j - place, 0.0) for j in range(-before + 1, 0)]
        return cls(sigma, before, towards, np.array(parts), place)

    def all(self, v: Floats) -> Floats:
        """The estimator's weights on every effect."""
        return np.concatenate([v, self.towards])

    def bent(self, v: Floats) -> float:
        """Largest bias where slopes bend by at most 1."""
        return float(np.abs(self.bends @ self.all(v)).sum())

    def half(self, v: Floats, most: float, alpha: float) -> float:
        """Half-length of the interval that covers whatever the bias."""
        w = self.all(v)
        sd = float(np.sqrt(w @ self.sigma @ w))
        return sd * folded_critical(most * self.bent(v) / sd, alpha)

    def least_variance(self) -> Floats:
        """The most precise v."""
        early = slice(0, self.before)
        constraint = self.line[early]
        system = np.block(
            [
                [self.sigma[early, early], constraint[:, None]],
                [constraint[None, :], np.zeros((1, 1))],
            ]
        )
        right = np.append(
            -self.sigma[early, self.before :] @ self.towards,
            -self.line[self.before :] @ self.towards,
        )
        return np.asarray(np.linalg.solve(system, right)[early])

    def within(self, limit: float, straight: Floats, plain: Floats) -> Floats:
        """The most precise v whose bias is at most ``limit``: a quadratic programme with slacks."""
        early, count = self.before, len(self.bends)
        ends = self.bent(straight), self.bent(plain)
        mix = float(np.clip((limit - ends[0]) / (ends[1] - ends[0]), 0, 1))
        start = mix * plain + (1 - mix) * straight
        fixed = self.bends[:, early:] @ self.towards
        own = self.bends[:, :early]
        scale = float(self.towards @ self.sigma[early:, early:] @ self.towards)
        nothing = np.zeros(count)
        inside = np.vstack(
            [
                np.hstack([-own, np.eye(count)]),
                np.hstack([own, np.eye(count)]),
                np.concatenate([np.zeros(early), -np.ones(count)])[None, :],
            ]
        )
        edge = np.concatenate([-fixed, fixed, [limit]])
        flat = np.concatenate([self.line[:early], nothing])[None, :]
        level = float(self.line[early:] @ self.towards)

        def variance(z: Floats) -> float:
            w = self.all(z[:early])
            return float(w @ self.sigma @ w) / scale

        def slope(z: Floats) -> Floats:
            pull = 2 * (self.sigma @ self.all(z[:early]))[:early] / scale
            return np.concatenate([pull, nothing])

        found = minimize(
            variance,
            np.concatenate([start, np.abs(own @ start + fixed)]),
            jac=slope,
            constraints=[
                {"type": "ineq", "fun": lambda z: inside @ z + edge, "jac": lambda z: inside},
                {"type": "eq", "fun": lambda z: flat @ z + level, "jac": lambda z: flat},
            ],
            method="SLSQP",
            options={"maxiter": 300, "ftol": 1e-14},
        )
        return np.asarray(found.x[:early])
