"""A linear effect re-estimated for many dealings of the arms at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.numerics.orthonormal import orthonormal

_ELEMENTS = 4_000_000


@dataclass(frozen=True)
class Redealt:
    """The effect under each dealing, for the outcome less any constant effect delta.

    ``value - delta * shift`` is the estimate and ``yy - 2 delta ys + delta^2 ss`` its CR0
    variance.  Dealings under which the effect cannot be computed hold NaN.
    """

    value: Floats
    shift: Floats
    yy: Floats
    ys: Floats
    ss: Floats

    def studentised(self, delta: float = 0.0) -> Floats:
        """Estimate over its clustered standard error, (B,)."""
        variance = self.yy - 2 * delta * self.ys + delta**2 * self.ss
        floor = 1e-18 * (self.yy + delta**2 * self.ss)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (self.value - delta * self.shift) / np.sqrt(np.maximum(variance, floor))
        return np.asarray(t)

    def plain(self, delta: float = 0.0) -> Floats:
        """The estimate itself, (B,)."""
        return self.value - delta * self.shift


@dataclass(frozen=True)
class Redealer:
    """What of a fit stays the same when arms are dealt anew (Frisch-Waugh-Lovell).

    Parameters
    ----------
    fit : a LinearFit that knows its ``arm_columns`` and ``arm_loading``
    term : which reported term
    """

    fit: LinearFit
    term: int = 0

    @property
    def possible(self) -> bool:
        """Whether the term rests on arm columns alone."""
        if not self.fit.arm_columns or self.fit.arm_loading is None:
            return False
        rest = np.delete(self.fit.pick[self.term], self.fit.arm_columns)
        return not rest.any()

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(self.fit.groups, kind="stable")

    @cached_property
    def _starts(self) -> NDArray[np.intp]:
        sizes = np.bincount(self.fit.groups)
        return np.cumsum(sizes) - sizes

    @cached_property
    def _fixed(self) -> tuple[Floats, Floats, Floats, NDArray[np.intp]]:
        """Orthonormal nuisance, loadings, both residualised outcomes (rows, 2), households."""
        fit, order = self.fit, self._order
        root = (np.ones(len(order)) if fit.weights is None else np.sqrt(fit.weights))[order]
        arms = list(fit.arm_columns)
        nuisance = np.delete(fit.design, arms, axis=1)[order] * root[:, None]
        length = np.sqrt((nuisance**2).sum(axis=0))
        q = orthonormal(nuisance / np.where(length > 0, length, 1.0))[0]
        assert fit.arm_loading is not None
        loading = fit.arm_loading[order] * root[:, None]
        shift = fit.design[:, arms].sum(axis=1)
        both = np.column_stack([fit.outcome, shift])[order] * root[:, None]
        return q, loading, both - q @ (q.T @ both), fit.unit[order]

    def deal(self, arms: NDArray[np.integer]) -> Redealt:
        """Re-estimate for dealings (B, n) of 0/1 arms."""
        step = max(1, _ELEMENTS // len(self.fit.outcome))
        parts = [self._some(arms[i : i + step]) for i in range(0, len(arms), step)]
        return Redealt(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _some(self, arms: NDArray[np.integer]) -> tuple[Floats, ...]:
        q, loading, outcome, unit = self._fixed
        dealt = arms[:, unit].astype(np.float64)
        on_q = np.einsum("br,rj,rp->bjp", dealt, loading, q, optimize=True)
        gram = np.einsum("br,rj,rk->bjk", dealt, loading, loading, optimize=True)
        gram -= on_q @ np.swapaxes(on_q, 1, 2)
        moment = np.einsum("br,rj,ro->bjo", dealt, loading, outcome, optimize=True)
        good = _regular(gram)
        gram[~good] = np.eye(gram.shape[1])
        beta = np.linalg.solve(gram, moment)
        pick = self.fit.pick[self.term][list(self.fit.arm_columns)]
        towards = np.linalg.solve(gram, np.broadcast_to(pick[:, None], (*gram.shape[:2], 1)))
        own = dealt * (towards[..., 0] @ loading.T) - _turned(on_q, towards[..., 0]) @ q.T
        sums = []
        for which in (0, 1):
            b = beta[..., which]
            fitted = dealt * (b @ loading.T) - _turned(on_q, b) @ q.T
            row = own * (outcome[:, which] - fitted)
            sums.append(np.add.reduceat(row, self._starts, axis=1))
        value = np.einsum("j,bjo->bo", pick, beta)
        value[~good] = np.nan
        y, s = sums
        return value[:, 0], value[:, 1], (y * y).sum(1), (y * s).sum(1), (s * s).sum(1)


def _turned(on_q: Floats, direction: Floats) -> Floats:
    return np.asarray(np.einsum("bjp,bj->bp", on_q, direction))


def _regular(gram: Floats) -> NDArray[np.bool_]:
    size = np.sqrt(np.einsum("bjj->bj", gram).clip(min=0))
    usable = (size > 1e-9).all(axis=1)
    scale = np.where(size > 1e-9, size, 1.0)
    smallest = np.linalg.eigvalsh(gram / scale[:, :, None] / scale[:, None, :])[:, 0]
    return np.asarray(usable & (smallest > 1e-9))
