"""How far apart are two arms, in units of their own spread?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["effective_size", "standardised_difference", "variance_ratio", "weighted_moments"]

Floats = NDArray[np.float64]


def effective_size(weights: Floats) -> float:
    """Return how many households of equal weight know as much: (sum w)^2 / sum w^2 (Kish 1965).

    Examples
    --------
    >>> effective_size(np.array([1.0, 1, 1, 1])), effective_size(np.array([3.0, 1]))
    (4.0, 1.6)
    """
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def weighted_moments(values: Floats, weights: Floats | None = None) -> tuple[float, float]:
    """Return mean and variance; with weights w of sum 1, sum w (x - m)^2 / (1 - sum w^2).

    With equal weights the variance is the usual one, with divisor n - 1 (Austin and Stuart 2015).
    """
    if len(values) == 0:
        return np.nan, np.nan
    share = np.full(len(values), 1 / len(values)) if weights is None else weights / weights.sum()
    mean = float(share @ values)
    rest = 1 - float(share @ share)
    spread = float(share @ (values - mean) ** 2)
    return mean, spread / rest if rest > 1e-12 else np.nan


def standardised_difference(
    values: Floats, arm: NDArray[np.int64], *, binary: bool, weights: Floats | None = None
) -> float:
    """Return mean of arm 1 less mean of arm 0 over their pooled standard deviation.

    The pooled standard deviation is ``sqrt((s1^2 + s0^2) / 2)``, and for a share
    ``sqrt((p1 (1 - p1) + p0 (1 - p0)) / 2)``.  It stays that of the unweighted arms when the means
    are weighted, so that weighting cannot look better by widening the yardstick.  NaN where the
    arms differ and neither has any spread.

    Parameters
    ----------
    values : float array (n,), without missing values
    arm : int array (n,)
    binary : bool
        Whether the values are 0 or 1.
    weights : float array (n,), optional

    Source
    ------
    Austin (2009), "Balance diagnostics for comparing the distribution of baseline covariates",
    Statistics in Medicine 28, section 2; Stuart (2010) for the unweighted yardstick.

    Examples
    --------
    >>> standardised_difference(np.array([2.0, 4, 1, 3]), np.array([1, 1, 0, 0]), binary=False)
    0.707...
    """
    means, spreads = [], []
    for code in (1, 0):
        own = arm == code
        plain, variance = weighted_moments(values[own])
        means.append(plain if weights is None else weighted_moments(values[own], weights[own])[0])
        spreads.append(plain * (1 - plain) if binary else variance)
    pooled = np.sqrt(sum(spreads) / 2)
    gap = means[0] - means[1]
    if pooled > 0:
        return float(gap / pooled)
    return 0.0 if gap == 0 else np.nan


def variance_ratio(
    values: Floats, arm: NDArray[np.int64], *, weights: Floats | None = None
) -> float:
    """Return the variance in arm 1 over that in arm 0; NaN where arm 0 has none."""
    upper, lower = (
        weighted_moments(values[arm == code], None if weights is None else weights[arm == code])[1]
        for code in (1, 0)
    )
    return upper / lower if lower > 0 else np.nan
