"""Limits of a survival curve that hold with few at risk: the beta product procedure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from nextome_eval.numerics.product_limit import Bools, Curve
from nextome_eval.numerics.risk_set import Floats


@dataclass(frozen=True, eq=False)
class BetaProduct:
    """Beta distributions matched to the products, one pair a cell: parameters (m,) each."""

    low_a: Floats
    low_b: Floats
    high_a: Floats
    high_b: Floats

    def limits(self, level: float) -> tuple[Floats, Floats]:
        """Limits (m,), (m,) at a confidence level."""
        tail = (1 - level) / 2
        low = np.where(self.low_a > 0, betaincinv(*_safe(self.low_a, self.low_b), tail), 0.0)
        high = np.where(
            self.high_b > 0, betaincinv(*_safe(self.high_a, self.high_b), 1 - tail), 1.0
        )
        return low, high


def beta_product(curve: Curve) -> BetaProduct:
    """Match the beta products just after each cell's time by their first two moments.

    Notes
    -----
    Upper: product over events of Beta(Y - d + 1, d). Lower: the same times Beta(Y+, 1), Y+ being
    the number still at risk after the time. Without censoring this is Clopper and Pearson's
    interval. Fay, Brittain and Proschan 2013, Biostatistics 14:723.
    """
    risk, y, d = curve.risk, curve.n_risk, curve.n_event
    left = y - d
    mean = risk.running(np.log1p(-d / (y + 1.0)))
    square = risk.running(np.log((left + 1.0) / (y + 1.0)) + np.log((left + 2.0) / (y + 2.0)))
    first, second = np.exp(mean), np.exp(square)
    following = np.append(y[1:], 0.0)
    following[risk.start[1:] - 1] = 0.0
    anyone = following > 0
    beyond = np.where(anyone, following, 1.0)
    low_first = np.where(anyone, first * beyond / (beyond + 1.0), 0.0)
    low_second = np.where(anyone, second * beyond / (beyond + 2.0), 0.0)
    no_event = risk.running(d) <= 0
    high_a, high_b = _matched(first, second, no_event)
    low_a, low_b = _matched(low_first, low_second, ~anyone)
    return BetaProduct(
        low_a=np.where(anyone, low_a, 0.0),
        low_b=low_b,
        high_a=high_a,
        high_b=np.where(no_event, 0.0, high_b),
    )


def _matched(first: Floats, second: Floats, skip: Bools) -> tuple[Floats, Floats]:
    mean = np.where(skip, 0.5, first)
    variance = np.where(skip, 1 / 12, second - first**2)
    size = mean * (1 - mean) / np.maximum(variance, 1e-300) - 1.0
    return mean * size, (1 - mean) * size


def _safe(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    return np.where(a > 0, a, 1.0), np.where(b > 0, b, 1.0)
