"""Columns with each group's weighted mean taken out, or those of two crossed groups."""

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


def demeaned_two_ways(
    columns: Floats, unit: Codes, wave: Codes, weights: Floats | None = None
) -> Floats:
    """Take unit and wave effects out by weighted least squares, (rows, p) -> (rows, p).

    Waves may be missing: the T x T normal equations of the wave effects are solved.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [6.0]])
    >>> demeaned_two_ways(x, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])).ravel().tolist()
    [0.5, -0.5, -0.5, 0.5]
    """
    units, waves = int(unit.max()) + 1, int(wave.max()) + 1
    w = np.ones(len(unit)) if weights is None else weights
    share = 1 / np.bincount(unit, w)
    cell = np.bincount(unit * waves + wave, w, units * waves).reshape(units, waves)
    spread = cell * share[:, None]
    normal = np.diag(cell.sum(axis=0)) - cell.T @ spread
    inverse = np.linalg.pinv(normal, rcond=1e-11, hermitian=True)
    out = np.empty_like(columns)
    for j in range(columns.shape[1]):
        column = columns[:, j]
        within = column - (np.bincount(unit, w * column) * share)[unit]
        effect = inverse @ np.bincount(wave, w * within, waves)
        out[:, j] = within - effect[wave] + (spread @ effect)[unit]
    return out
