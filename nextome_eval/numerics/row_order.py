"""Rows by stratum, then time: how they are brought into that order, and whether they are in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEW_STRATA = 64  # as many can be gone through one by one


def in_order(in_time: Ints, stratum: Ints) -> tuple[Any, Ints | None]:
    """Bring rows sorted by time, ``in_time``, into the order of stratum and time.

    Gives their places in that line and the stratum there, ``slice(None)`` and None for one stratum.
    """
    highest = int(stratum.max(initial=0))
    if highest == 0:
        return slice(None), None
    codes = stratum.astype(np.min_scalar_type(highest))[in_time]  # small codes travel fast
    if highest >= FEW_STRATA:
        places = np.argsort(codes, kind="stable")
        return places, codes[places].astype(np.int64)
    parts = [np.flatnonzero(codes == s) for s in range(highest + 1)]
    return np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(part) for part in parts])


def are_in_order(time: Floats, stratum: Ints | None) -> bool:
    """Say whether rows (n,) come by stratum, then time."""
    falls = np.flatnonzero(time[1:] < time[:-1])
    if stratum is None:
        return not len(falls)
    ascends = bool((stratum[falls + 1] > stratum[falls]).all())
    return ascends and bool((stratum[1:] >= stratum[:-1]).all())
