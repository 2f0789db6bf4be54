"""Which times are one time: those that differ by rounding only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIE = 1e-9  # times closer than this, relative to their size, are one time


def distinct_times(*columns: Floats) -> tuple[Floats, list[Ints]]:
    """Give the sorted distinct times of several columns and each column's codes into them.

    Times within 1e-9 relative of the one before are the same time; the smallest is kept.
    """
    values, codes = np.unique(np.concatenate(columns), return_inverse=True)
    if values.size > 1:
        apart = np.diff(values) > TIE * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
        if not apart.all():
            group = np.concatenate([[0], np.cumsum(apart)])
            values = values[np.concatenate([[True], apart])]
            codes = group[codes]
    splits = np.cumsum([len(column) for column in columns])[:-1]
    return values, [np.asarray(part, dtype=np.int64) for part in np.split(codes, splits)]
