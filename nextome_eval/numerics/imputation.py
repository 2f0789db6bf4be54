"""Untreated outcomes fitted where nobody is treated yet, and carried over to where they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.cluster_blocks import Codes, Floats
from nextome_eval.numerics.least_squares import independent_columns

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Imputation:
    """Y(0) = unit effect + columns' effects, fitted by least squares on untreated rows.

    Parameters
    ----------
    outcome : (rows,)
    unit : (rows,) codes 0..n-1, each with an untreated row
    columns : (rows, q) time dummies (one left out) and covariates
    treated : (rows,) whether treated then
    weights : (rows,)
    """

    outcome: Floats
    unit: Codes
    columns: Floats
    treated: Mask
    weights: Floats

    @cached_property
    def _within(self) -> tuple[Floats, Floats, Floats]:
        """Untreated rows' unit means of columns and outcome, and the inverse gram within units."""
        free = ~self.treated
        w, unit = self.weights * free, self.unit
        total = np.bincount(unit, w)
        means = np.column_stack([np.bincount(unit, w * c) / total for c in self.columns.T])
        level = np.bincount(unit, w * self.outcome) / total
        away = (self.columns - means[unit])[free]
        gram = (away * w[free][:, None]).T @ away
        return means, level, np.asarray(np.linalg.pinv(gram, rcond=1e-11, hermitian=True))

    @cached_property
    def effects(self) -> Floats:
        """Outcome less imputed untreated outcome, (rows,): residuals on untreated rows."""
        means, level, inverse = self._within
        free = ~self.treated
        x = self.columns - means[self.unit]
        y = self.outcome - level[self.unit]
        beta = inverse @ (x[free].T @ (self.weights[free] * y[free]))
        return np.asarray(y - x @ beta)

    def adds(self, last: int) -> Mask:
        """Which of the last columns the untreated rows tell from units and columns before, (last,).

        A column as small within units as rounding is, next to its own size, adds nothing.
        """
        means, _, _ = self._within
        free = ~self.treated
        away = (self.columns - means[self.unit])[free]
        size = np.abs(self.columns[free]).max(axis=0, initial=0.0)
        moves = np.abs(away).max(axis=0, initial=0.0) > 1e-9 * np.where(size > 0, size, 1.0)
        keep = independent_columns(away * moves, self.weights[free]) & moves
        return np.asarray(keep[keep.size - last :])

    def imputable(self) -> Mask:
        """Treated rows whose untreated outcome is determined, (rows,).

        A column of a treated row that the untreated rows do not span (a time at which nobody is
        untreated) leaves it undetermined.
        """
        means, _, inverse = self._within
        free = ~self.treated
        x = self.columns - means[self.unit]
        gram = (x[free] * self.weights[free][:, None]).T @ x[free]
        lost = x - x @ inverse @ gram
        size = 1 + np.abs(x).max(initial=0.0)
        return np.asarray(self.treated & (np.abs(lost).max(axis=1, initial=0.0) < 1e-7 * size))

    def pull(self, share: Floats) -> Floats:
        """Weights v (rows,) such that sum(share x effect) over treated rows = sum(v x outcome)."""
        means, _, inverse = self._within
        free = ~self.treated
        x = self.columns - means[self.unit]
        towards = inverse @ (x.T @ share)
        level = np.bincount(self.unit, share, len(means)) / np.bincount(
            self.unit, self.weights * free, len(means)
        )
        v = -self.weights * (level[self.unit] + x @ towards)
        return np.where(self.treated, share, v)

    def influence(self, share: Floats, alike: Codes) -> Floats:
        """Influence of units (n,) on sum(share x effect), conservative about who differs.

        Parameters
        ----------
        share : (rows,) nonzero on treated rows only
        alike : (rows,) groups of treated rows (cohort and time) taken to share one effect

        Source
        ------
        Borusyak, Jaravel and Spiess (2024), equation 8.
        """
        v = self.pull(share)
        square = np.where(self.treated, v**2, 0.0)
        total = np.bincount(alike, square)
        mean = np.bincount(alike, square * self.effects) / np.where(total > 0, total, 1.0)
        rest = self.effects - np.where(self.treated, mean[alike], 0.0)
        return np.asarray(np.bincount(self.unit, v * rest))
