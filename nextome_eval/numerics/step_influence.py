"""Influences and covariances of long curves, computed for the columns that are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from nextome_eval.numerics.product_limit import Curve
from nextome_eval.numerics.risk_set import Floats, Ints

ELEMENTS = 4_000_000  # beyond this, an array is made only for the columns asked for


class Deferred:
    """Stands for an array (n, k) that is made, column by column, when it is needed."""

    ndim = 2
    dtype = np.dtype(np.float64)

    def __init__(self, columns: Callable[[Ints], Floats], n: int, k: int) -> None:
        self._columns = columns
        self.shape = (n, k)

    def __getitem__(self, key: Any) -> Floats:
        rows, columns = key
        chosen = np.arange(self.shape[1])[np.ravel(columns)]
        block = self._columns(chosen)
        if np.ndim(rows) == 2:
            rows = np.ravel(rows)
        return np.asarray(block[rows])

    def __array__(self, dtype: Any = None, copy: Any = None) -> Floats:
        return self._columns(np.arange(self.shape[1]))


class DeferredCovariance(Deferred):
    """Stands for a covariance (k, k) whose diagonal is known."""

    def __init__(self, columns: Callable[[Ints], Floats], diagonal: Floats) -> None:
        super().__init__(columns, len(diagonal), len(diagonal))
        self._diagonal = diagonal

    def diagonal(self) -> Floats:
        """Variances (k,)."""
        return self._diagonal


class InfluenceCovariance(DeferredCovariance):
    """Stands for the covariance (k, k) of influences summed by cluster, whose diagonal is known."""

    def __init__(self, influence: Any, cluster: Ints, diagonal: Floats) -> None:
        super().__init__(lambda cells: self[:, cells], diagonal)
        self._influence, self._cluster = influence, cluster

    def __getitem__(self, key: Any) -> Floats:
        rows, columns = (np.ravel(np.arange(self.shape[0])[part]) for part in key)
        return np.asarray(self._summed(rows).T @ self._summed(columns))

    def _summed(self, chosen: Ints) -> Floats:
        columns = np.nan_to_num(self._influence[:, chosen]).T
        return np.stack([np.bincount(self._cluster, column) for column in columns], axis=1)


def deferred(columns: Callable[[Ints], Floats], n: int, k: int) -> Floats:
    """Make the (n, k) array at once where it is small, else stand in for it."""
    if n * k <= ELEMENTS:
        return columns(np.arange(k))
    return cast(Floats, Deferred(columns, n, k))


def greenwood_covariance(curve: Curve) -> Floats:
    """Covariance S(s) S(t) G(min(s, t)) of a survival curve's cells, 0 between strata."""
    return step_covariance(curve, curve.survival, curve.greenwood)


def hazard_covariance(curve: Curve) -> Floats:
    """Covariance V(min(s, t)) of a cumulative hazard's cells, 0 between strata."""
    return step_covariance(curve, np.ones(curve.risk.m), curve.hazard_variance)


def step_covariance(curve: Curve, factor: Floats, variance: Floats) -> Floats:
    """Covariance f(s) f(t) V(min(s, t)) of a process with independent increments."""
    risk, m = curve.risk, curve.risk.m

    def columns(cells: Ints) -> Floats:
        whole = np.arange(m)
        earlier = np.minimum(whole[:, None], cells[None, :])
        same = risk.cell_stratum[:, None] == risk.cell_stratum[cells][None, :]
        return np.where(same, factor[:, None] * factor[cells] * variance[earlier], 0.0)

    if m * m <= ELEMENTS:
        return columns(np.arange(m))
    return cast(Floats, DeferredCovariance(columns, factor * factor * variance))
