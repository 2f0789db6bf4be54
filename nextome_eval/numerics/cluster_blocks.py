"""Which rows belong to each cluster, gathered by cluster size so that arrays can be stacked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def consecutive(codes: NDArray[np.integer]) -> Codes:
    """Rename codes to 0..G-1, keeping their order.

    Parameters
    ----------
    codes : (rows,) integers

    Examples
    --------
    >>> consecutive(np.array([7, 3, 7])).tolist()
    [1, 0, 1]
    """
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.intp).reshape(-1)


def cluster_sums(values: Floats, cluster: Codes, count: int) -> Floats:
    """Sum rows within clusters: (rows, k) -> (count, k)."""
    total = np.zeros((count, values.shape[1]))
    np.add.at(total, cluster, values)
    return total


def blocks_by_size(cluster: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Yield (clusters (m,), rows (m, size)) for each cluster size that occurs.

    Examples
    --------
    >>> [(c.tolist(), r.tolist()) for c, r in blocks_by_size(np.array([0, 1, 0]))]
    [([1], [[1]]), ([0], [[0, 2]])]
    """
    order = np.argsort(cluster, kind="stable")
    sizes = np.bincount(cluster)
    starts = np.cumsum(sizes) - sizes
    for size in np.unique(sizes[sizes > 0]):
        which = np.flatnonzero(sizes == size)
        yield which, order[starts[which][:, None] + np.arange(size)]
