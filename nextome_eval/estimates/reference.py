"""What an estimate is compared with to get its p-value and interval at any level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

Floats = NDArray[np.float64]

__all__ = ["Normal", "Permuted", "Profile", "Reference", "RowReference", "StudentT"]


class Reference(Protocol):
    """Gives p-values and intervals for k values with their standard errors."""

    @property
    def df(self) -> Floats | None:
        """Degrees of freedom (k,), where there are any."""

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Two-sided p-values (k,)."""

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits (k,), (k,)."""


@runtime_checkable
class RowReference(Reference, Protocol):
    """A reference that differs by row, and can be given for some of the rows."""

    def picked(self, rows: NDArray[np.int64]) -> Reference:
        """Return the reference of the rows picked."""


@dataclass(frozen=True)
class Normal:
    """The normal distribution: right for many households and clusters."""

    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Two-sided p-values (k,)."""
        return np.asarray(2 * ndtr(-np.abs((value - null) / std_error)))

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits (k,), (k,)."""
        half = ndtri((1 + level) / 2) * std_error
        return value - half, value + half


@dataclass(frozen=True)
class StudentT:
    """Student's t with degrees of freedom (k,), one a term."""

    df: Floats

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Two-sided p-values (k,)."""
        return np.asarray(2 * stdtr(self.df, -np.abs((value - null) / std_error)))

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits (k,), (k,)."""
        half = stdtrit(self.df, (1 + level) / 2) * std_error
        return value - half, value + half


@dataclass(frozen=True)
class Permuted:
    """Studentised draws (B, k) under the null: ``|value - null| / std_error`` is ranked in them.

    The observed assignment counts as a draw where the draws are not all the assignments.
    """

    draws: Floats
    enumerated: bool
    df: None = None

    def counts(self, value: Floats, std_error: Floats, null: float) -> tuple[Floats, int]:
        """Assignments at least as far out, ties within 1e-9 counted (k,), and all of them."""
        observed = np.abs((value - null) / std_error)
        far = np.abs(self.draws) >= observed * (1 - 1e-9)
        extra = 0 if self.enumerated else 1
        return far.sum(axis=0).astype(np.float64) + extra, len(self.draws) + extra

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Share of assignments at least as far out (k,)."""
        numerator, denominator = self.counts(value, std_error, null)
        return numerator / denominator

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits by inversion: the nulls that the permutation does not reject (k,), (k,)."""
        half = self._critical(level) * std_error
        return value - half, value + half

    def _critical(self, level: float) -> Floats:
        ranked = np.sort(np.abs(self.draws), axis=0)
        total = len(ranked) + (0 if self.enumerated else 1)
        keep = int(np.floor((1 - level) * total + 1e-9)) - (0 if self.enumerated else 1)
        if keep < 1:
            return np.full(ranked.shape[1], np.inf)
        return np.asarray(ranked[-keep])


@dataclass(frozen=True)
class Profile:
    """Limits where a profiled likelihood falls by its quantile: ``limits(level)`` gives both."""

    limits: Callable[[float], tuple[Floats, Floats]]
    p_values: Callable[[], Floats]
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Likelihood-ratio p-values (k,) against the scale's null."""
        return self.p_values()

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Profile-likelihood limits (k,), (k,)."""
        return self.limits(level)
