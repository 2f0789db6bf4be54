"""Which cohort is compared at which time, from which base, with whom: by time, never by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.cluster_blocks import Floats

BasePeriod = Literal["varying", "universal"]
ControlGroup = Literal["never", "not_yet"]


@dataclass(frozen=True)
class Cell:
    """ATT(cohort, time), measured from ``base``; ``reference`` cells are zero by definition."""

    cohort: float
    time: float
    base: float

    @property
    def after(self) -> bool:
        """Whether the cohort has begun."""
        return self.time >= self.cohort

    @property
    def reference(self) -> bool:
        """Whether the cell is its own base."""
        return self.time == self.base

    def controls(
        self, begins: Floats, group: ControlGroup, anticipation: float
    ) -> NDArray[np.bool_]:
        """Households compared with (n,): never begun, or not begun by the later of the two times.

        A household within ``anticipation`` of its beginning no longer counts as not begun.
        """
        never = np.isinf(begins)
        if group == "never":
            return never
        later = max(self.time, self.base)
        return np.asarray(never | ((begins > later + anticipation) & (begins != self.cohort)))


def cells_of(
    times: Floats, cohorts: Floats, base_period: BasePeriod, anticipation: float
) -> list[Cell]:
    """Every cell that has a base, cohort by cohort.

    "varying": a cohort's early times are compared with the time just before each, so that the
    effects before the beginning are period by period; "universal": all with the last time before
    the beginning (less the anticipation).  Cohorts with no time before that have no cells.

    Source
    ------
    Callaway and Sant'Anna (2021); R did ``att_gt``.

    Examples
    --------
    >>> cells = cells_of(np.array([0.0, 3, 6, 12]), np.array([6.0]), "varying", 0)
    >>> [(cell.time, cell.base) for cell in cells]
    [(3.0, 0.0), (6.0, 3.0), (12.0, 3.0)]
    """
    found = []
    for cohort in cohorts:
        early = times[times + anticipation < cohort]
        if not len(early):
            continue
        last = float(early[-1])
        for k, time in enumerate(times):
            if base_period == "universal" or time >= cohort:
                found.append(Cell(float(cohort), float(time), last))
            elif k > 0:
                found.append(Cell(float(cohort), float(time), float(times[k - 1])))
    return found
