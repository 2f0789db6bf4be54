"""Limits where the profile of a likelihood has fallen by a chi-square's worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.optimize import brentq

from nextome_eval.numerics.cox_fit import Hill, climb
from nextome_eval.numerics.risk_set import Floats, Ints

H = TypeVar("H", bound=Hill)


@dataclass(frozen=True, eq=False)
class Restricted:
    """A hill seen along the coefficients that are free to move."""

    log_likelihood: float
    score: Floats
    information: Floats


def profile(
    evaluate: Callable[[Floats], Hill], beta: Floats, fixed: Ints, values: Floats
) -> tuple[float, Floats]:
    """Maximise a log likelihood with some coefficients held; give its height and the place."""
    free = np.setdiff1d(np.arange(len(beta)), fixed)
    full = np.array(beta, dtype=np.float64)
    full[fixed] = values
    if not len(free):
        return evaluate(full).log_likelihood, full

    def along(b: Floats) -> Restricted:
        place = full.copy()
        place[free] = b
        there = evaluate(place)
        return Restricted(
            there.log_likelihood, there.score[free], there.information[np.ix_(free, free)]
        )

    found, top, _, _ = climb(along, along(full[free]), start=full[free], limit=500, settled=1e-24)
    full[free] = found
    return top.log_likelihood, full


def profile_limits(
    evaluate: Callable[[Floats], Hill],
    beta: Floats,
    column: int,
    *,
    std_error: float,
    fall: float,
) -> tuple[float, float]:
    """Find where the profile of one coefficient lies ``fall`` (a chi-square quantile) / 2 lower.

    Parameters
    ----------
    evaluate : log likelihood with slope and curvature at (p,) coefficients
    beta : (p,) its maximum; column : which coefficient; std_error : a first guess of its width

    Returns
    -------
    lower, upper : infinite where the profile never falls that far (within 60 widths)
    """
    top = evaluate(beta).log_likelihood
    warm = np.array(beta, dtype=np.float64)

    def depth(value: float) -> float:
        nonlocal warm
        height, warm = profile(evaluate, warm, np.array([column]), np.array([value]))
        fallen = max(2.0 * (top - height), 0.0)
        return float(np.sqrt(fallen) - np.sqrt(fall))

    return _search(depth, beta[column], -std_error, fall), _search(
        depth, beta[column], std_error, fall
    )


def _search(depth: Callable[[float], float], centre: float, width: float, fall: float) -> float:
    near, step = centre, width * np.sqrt(fall)
    far = centre + step
    while depth(far) < 0:
        near, step = far, step * 1.6
        far = far + step
        if abs(far - centre) > 60 * abs(width) * np.sqrt(fall):
            return float(np.sign(width) * np.inf)
    return float(brentq(depth, near, far, xtol=1e-12, rtol=8.9e-16))
