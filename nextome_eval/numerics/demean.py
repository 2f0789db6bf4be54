"""Columns with each group's weighted mean taken out."""

from __future__ import annotations

import numpy as np

from nextome_eval.numerics.cluster_blocks import Codes, Floats


def demeaned(columns: Floats, group: Codes, weights: Floats | None = None) -> Floats:
    """Take each group's (weighted) mean out of every column, (rows, p) -> (rows, p).

    Examples
    --------
    >>> demeaned(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 1])).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """
    out = np.empty_like(columns)
    share = 1 / np.bincount(group, weights)
    for j in range(columns.shape[1]):
        column = columns[:, j]
        total = np.bincount(group, column if weights is None else column * weights)
        out[:, j] = column - (total * share)[group]
    return out
