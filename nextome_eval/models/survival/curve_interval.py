"""Limits of a curve at any level, by the transformation asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from nextome_eval.errors import DesignProblem
from nextome_eval.numerics.curve_limits import (
    SURVIVAL_INTERVALS,
    hazard_limits,
    survival_limits,
)
from nextome_eval.numerics.risk_set import Floats, Ints

Limits = Callable[[float], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False)
class SurvivalInterval:
    """Reference of a survival curve: log-log, log, plain, logit or arcsine.

    Where the curve is 0 the formulae say nothing and both limits are 0, but for a survival curve
    whose upper limit there is that of the last step above 0: ``fallen`` gives its rows at 0 (z,),
    ascending, S and its error (z,) at that step.
    """

    kind: str
    fallen: tuple[Ints, Floats, Floats] | None = None
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Two-sided p-values (k,) of the value itself."""
        return np.asarray(2 * ndtr(-np.abs((value - null) / std_error)))

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits (k,), (k,)."""
        z = float(ndtri((1 + level) / 2))
        low, high = survival_limits(value, std_error, z, kind=self.kind)
        if self.fallen is not None:
            rows, last, its_error = self.fallen
            high[rows] = survival_limits(last, its_error, z, kind=self.kind)[1]
        return low, high

    def picked(self, rows: Ints) -> SurvivalInterval:
        """Return the reference of some of the rows."""
        if self.fallen is None:
            return self
        known, value, std_error = self.fallen
        at = np.flatnonzero(np.isin(rows, known))
        place = np.searchsorted(known, rows[at])
        return SurvivalInterval(self.kind, (at, value[place], std_error[place]))


@dataclass(frozen=True, eq=False)
class HazardInterval:
    """Reference of a cumulative hazard or a mean count: log or plain."""

    kind: str = "log"
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Two-sided p-values (k,) of the value itself."""
        return np.asarray(2 * ndtr(-np.abs((value - null) / std_error)))

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits (k,), (k,)."""
        return hazard_limits(value, std_error, float(ndtri((1 + level) / 2)), kind=self.kind)


@dataclass(frozen=True, eq=False)
class OwnLimits:
    """Reference of rows that bring their limits as functions of the level.

    ``limits(level)`` gives low and high (k,); ``p_values`` (k,) where the method has a test.
    """

    limits: Limits
    p_values: Floats | None = None
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Two-sided p-values (k,)."""
        if self.p_values is not None:
            return self.p_values
        return np.asarray(2 * ndtr(-np.abs((value - null) / std_error)))

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Limits (k,), (k,)."""
        return self.limits(level)

    def picked(self, rows: Ints) -> OwnLimits:
        """Return the limits of some of the rows."""

        def some(level: float) -> tuple[Floats, Floats]:
            low, high = self.limits(level)
            return low[rows], high[rows]

        return OwnLimits(some, None if self.p_values is None else self.p_values[rows])


def known_interval(interval: str, allowed: tuple[str, ...] = SURVIVAL_INTERVALS) -> str:
    """Return the name of an interval, or say which there are."""
    if interval not in allowed:
        raise DesignProblem("interval_unknown", interval=interval, found=list(allowed))
    return interval
