"""Which non-negative weights, and no fewer, make rows cancel in every column?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.cluster_blocks import Floats

__all__ = ["TooManyRays", "extreme_rays"]

Mask = NDArray[np.bool_]
MOST_RAYS = 6_000
_ZERO = 1e-10


class TooManyRays(ArithmeticError):
    """There are more rays than can be listed."""


def extreme_rays(columns: Floats, *, most: int = MOST_RAYS) -> Floats:
    """Extreme rays of {v >= 0, v' X = 0} for X (rows, k): each has no smaller support (r, rows).

    One column after another is made to cancel: rays that already cancel stay, and each pair of
    opposite sign gives one that does, kept if no other is nonzero within its support only.

    Raises
    ------
    TooManyRays
        More than `most` on the way.

    Source
    ------
    Motzkin, Raiffa, Thompson and Thrall (1953), the double description method.

    Examples
    --------
    >>> extreme_rays(np.array([[1.0], [1.0], [-2.0]])).tolist()
    [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]
    """
    rows, k = columns.shape
    scale = np.abs(columns).max(axis=0, initial=0.0)
    left = [columns[:, j] / scale[j] for j in range(k) if scale[j] > 0]
    rays = np.eye(rows)
    done = 0
    while left:
        sums = rays @ np.array(left).T
        sums[np.abs(sums) < _ZERO] = 0.0
        grown = (sums > 0).sum(axis=0) * (sums < 0).sum(axis=0) - (sums != 0).sum(axis=0)
        next_one = int(np.argmin(grown))
        done += 1
        rays = _cancelled(rays, sums[:, next_one], done + 1)
        left.pop(next_one)
        if len(rays) > most:
            raise TooManyRays
    return rays


def _cancelled(rays: Floats, sums: Floats, widest: int) -> Floats:
    """Rays that cancel one column more; an extreme one has at most `widest` nonzero weights."""
    stay, up, down = (np.flatnonzero(where) for where in (sums == 0, sums > 0, sums < 0))
    there = rays > 0
    together = [rays[stay]]
    step = max(1, 2_000_000 // max(1, len(down) * rays.shape[1]))
    for start in range(0, len(up), step):
        some = up[start : start + step]
        width = (there[some][:, None] | there[down][None]).sum(axis=2)
        i, j = np.nonzero(width <= widest)
        mixed = -sums[down[j], None] * rays[some[i]] + sums[some[i], None] * rays[down[j]]
        together.append(mixed / mixed.max(axis=1, initial=1e-300, keepdims=True))
    return _smallest(np.vstack(together))


def _smallest(rays: Floats) -> Floats:
    """Those within whose support no other lies, each once."""
    there = rays > 0
    _, first = np.unique(there, axis=0, return_index=True)
    rays, there = rays[np.sort(first)], there[np.sort(first)]
    own = there.astype(np.float32)
    step = max(1, 20_000_000 // max(1, len(rays)))
    kept = [
        ((own @ (1 - own[start : start + step]).T) == 0).sum(axis=0) == 1
        for start in range(0, len(rays), step)
    ]
    return rays[np.concatenate(kept)] if kept else rays
