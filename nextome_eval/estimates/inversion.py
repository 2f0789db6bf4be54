"""Intervals that hold every value a resampling test does not reject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Inverted"]

Floats = NDArray[np.float64]
_TIE = 1e-9


@dataclass(frozen=True)
class Inverted:
    """The reference of one value whose resampled statistics depend on the hypothesised effect.

    Parameters
    ----------
    studentised : callable, effect -> (B,) statistics under it; NaN counts as extreme
    spread : the observed statistic is (value - effect) / spread
    counts_observed : whether the observed data count as one more draw
    """

    studentised: Callable[[float], Floats]
    spread: float
    counts_observed: bool
    df: None = None

    def counts(self, value: float, null: float) -> tuple[int, int]:
        """Numerator and denominator of the p-value."""
        draws = self.studentised(null)
        observed = abs(value - null) / self.spread
        far = int((np.isnan(draws) | (np.abs(draws) >= observed * (1 - _TIE))).sum())
        extra = int(self.counts_observed)
        return far + extra, len(draws) + extra

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Share of draws at least as far out, (1,)."""
        numerator, denominator = self.counts(float(value[0]), null)
        return np.array([numerator / denominator])

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """The outermost effects with p > 1 - level, (1,), (1,); infinite where none is rejected."""
        centre = float(value[0])
        low = self._limit(centre, -1.0, 1 - level)
        return np.array([low]), np.array([self._limit(centre, 1.0, 1 - level)])

    def _kept(self, centre: float, null: float, alpha: float) -> bool:
        numerator, denominator = self.counts(centre, null)
        return numerator / denominator > alpha * (1 + _TIE)

    def _limit(self, centre: float, side: float, alpha: float) -> float:
        """Walk outwards until rejected, then halve; the statistic is monotone but for the tails."""
        inner, step = 0.0, 2 * self.spread
        for _ in range(40):
            if not self._kept(centre, centre + side * (inner + step), alpha):
                break
            inner, step = inner + step, step * 2
        else:
            return side * float("inf")
        outer = inner + step
        while outer - inner > 1e-10 * (outer + self.spread):
            middle = (inner + outer) / 2
            if self._kept(centre, centre + side * middle, alpha):
                inner = middle
            else:
                outer = middle
        return centre + side * inner
