"""The mean of the lowest share of a sample, and how it moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["lowest_mean"]

Floats = NDArray[np.float64]


def lowest_mean(values: Floats, kept: float) -> tuple[float, Floats, float]:
    """Mean of the lowest ``kept`` of the values; the value on the edge counts in part.

    Parameters
    ----------
    values : (n,)
    kept : share in (0, 1]

    Returns
    -------
    mean : float
        L = c - mean(max(c - y, 0)) / kept, c the kept-quantile.
    influence : (n,)
        (c - max(c - y, 0) / kept - L) / n; sums to zero.
    slope : float
        dL/dkept = (c - L) / kept.

    Source
    ------
    Rockafellar and Uryasev (2000), theorem 1: the formula holds for any distribution, steps too.

    Examples
    --------
    >>> mean, influence, slope = lowest_mean(np.array([4.0, 1, 3, 2]), 0.5)
    >>> mean, influence.tolist(), slope
    (1.5, [0.125, -0.375, 0.125, 0.125], 1.0)
    """
    edge = int(np.ceil(kept * len(values) - 1e-9)) - 1
    c = float(np.sort(values)[min(max(edge, 0), len(values) - 1)])
    below = np.maximum(c - values, 0.0)
    mean = c - float(below.mean()) / kept
    return mean, (c - below / kept - mean) / len(values), (c - mean) / kept
