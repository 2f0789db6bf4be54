"""Pointwise limits of a survival curve or a cumulative hazard, by transformation."""

from __future__ import annotations

import numpy as np

from nextome_eval.numerics.risk_set import Floats

BLOCK = 1 << 14  # rows worked through at once, so that what is between stays in the cache
SURVIVAL_INTERVALS = ("log-log", "log", "plain", "logit", "arcsine")


def survival_limits(
    value: Floats, std_error: Floats, z: float, *, kind: str = "log-log"
) -> tuple[Floats, Floats]:
    """Limits (k,), (k,) of survival probabilities within [0, 1], as R's survfit makes them.

    Parameters
    ----------
    value, std_error : (k,) S and its standard error, on the probability scale
    z : normal quantile
    kind : "log-log", "log", "plain", "logit" or "arcsine"

    Notes
    -----
    At S = 1 and S = 0 no formula has a width and both limits are S: the beta-product interval is
    the one that stays honest there.
    """
    low, high = np.empty((2, len(value)))
    with np.errstate(all="ignore"):
        for begin in range(0, len(value), BLOCK):
            here = slice(begin, begin + BLOCK)
            low[here], high[here] = _formula(value[here], std_error[here], z, kind)
    flat = np.flatnonzero(~((value > 0) & (value < 1)))
    low[flat] = high[flat] = value[flat]
    return low, high


def _formula(s: Floats, std_error: Floats, z: float, kind: str) -> tuple[Floats, Floats]:
    width = z * std_error
    if kind == "plain":
        return np.maximum(s - width, 0.0), np.minimum(s + width, 1.0)
    if kind == "log":
        factor = np.exp(width / s)
        return s / factor, np.minimum(s * factor, 1.0)
    if kind == "log-log":
        logarithm = np.log(s)
        factor = np.exp(width / (s * logarithm))
        return np.exp(logarithm / factor), np.exp(logarithm * factor)
    if kind == "logit":
        odds, factor = (1 - s) / s, np.exp(width / (s * (1 - s)))
        return 1 / (1 + odds * factor), 1 / (1 + odds / factor)
    middle, width = np.arcsin(np.sqrt(s)), 0.5 * width / np.sqrt(s * (1 - s))
    low = np.sin(np.maximum(0.0, middle - width)) ** 2
    return low, np.sin(np.minimum(np.pi / 2, middle + width)) ** 2


def hazard_limits(
    value: Floats, std_error: Floats, z: float, *, kind: str = "log"
) -> tuple[Floats, Floats]:
    """Limits (k,), (k,) of a cumulative hazard or count, "log" or "plain", never below 0."""
    if kind == "plain":
        return np.maximum(value - z * std_error, 0.0), value + z * std_error
    some = value > 0
    factor = np.exp(z * std_error / np.where(some, value, 1.0))
    return np.where(some, value / factor, 0.0), np.where(some, value * factor, 0.0)


def steps_crossing(time: Floats, fallen: Floats, p: float, origin: float) -> float:
    """Time at which a rising step function (k,) reaches ``p``, the middle of a flat there.

    Infinite where it stays below. The rule is R's: if the function equals p (within 1.5e-8), the
    middle between reaching p and leaving it, or the last time if it never leaves.
    """
    slack = float(np.sqrt(np.finfo(np.float64).eps))
    x, y = np.concatenate([[origin], time]), np.concatenate([[0.0], fallen])
    reached = np.flatnonzero(y >= p - slack)
    if not len(reached):
        return float(np.inf)
    passed = np.flatnonzero(y > p + slack)
    begin = x[reached[0]]
    end = x[passed[0]] if len(passed) else x[-1]
    return float(begin if y[reached[0]] > p + slack else (begin + end) / 2)
