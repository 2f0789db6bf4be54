"""Households seen at two waves, compared cohort by cohort."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.adjusters import refuse_collinear
from nextome_eval.models.did.cohorts import Cohorts, refuse_cohorts_of_one
from nextome_eval.models.did.evidence import in_one_cluster, refuse_one_cluster
from nextome_eval.models.did.still_outcomes import refuse_still
from nextome_eval.models.did.within_towns import Towns
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.cohort_cells import Cell
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.numerics.two_periods import Comparison, EstMethod
from nextome_eval.study.panel import Panel

Mask = NDArray[np.bool_]
Kept = tuple[NDArray[np.intp], Comparison, bool]


@dataclass
class PairedWaves:
    """Households by wave: outcomes, covariates and what one comparison needs of them."""

    panel: Panel
    outcome: str
    adjust: tuple[str, ...]
    cohorts: Cohorts
    method: EstMethod
    alone: list[Cell] = field(default_factory=list)
    towns: Towns = field(init=False)
    _kept: dict[tuple[float, float, bytes], Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        panel = self.panel
        self.y = np.ascontiguousarray(panel.wide(self.outcome).T)
        self.there = ~np.isnan(self.y)
        self.covariates, self.terms = panel.covariates(list(self.adjust))
        self.towns = Towns.of(panel)
        self.starts = panel.starts
        first = self.covariates[self.starts]
        self.fixed = not self.terms or np.array_equal(
            self.covariates, first[panel.unit], equal_nan=True
        )
        self.weights: Floats | None = None
        if panel.weights is not None and not np.array_equal(
            panel.weights, panel.weights[self.starts][panel.unit]
        ):
            self.weights = _wide(panel, panel.weights)
        refuse_collinear(first if self.fixed else self.covariates, self.terms)
        waves = np.isin(panel.times, self.cohorts.times)
        self.seen = self.cohorts.usable & (self.there[waves].sum(axis=0) > 1)
        refuse_still(self.outcome, panel.column(self.outcome), panel.unit)
        begins = self.cohorts.begins
        refuse_cohorts_of_one(panel, begins, self.seen & np.isin(begins, self.cohorts.values))
        refuse_one_cluster(panel, self.seen)

    def effect(self, cell: Cell, controls: Mask) -> tuple[float, Floats]:
        """The cell's effect and the influences (n,)."""
        influence = np.zeros(self.panel.n)
        if cell.reference:
            return 0.0, influence
        at, base = np.searchsorted(self.panel.times, [cell.time, cell.base])
        both = self.there[at] & self.there[base]
        used, comparison, alone = self._comparison(cell, controls, both)
        if alone:
            self.alone.append(cell)
        change = self.y[at].take(used) - self.y[base].take(used)
        value, influence[used] = comparison.effect(change)
        return value, influence

    def notes(self) -> list[Note]:
        """What was missing."""
        lost = int((self.cohorts.usable & ~self.seen).sum())
        gaps = int((~self.there[:, self.seen]).sum())
        said = [Note.of("left_out_seen_once", count=lost, outcome=self.outcome)] if lost else []
        if gaps:
            said.append(Note.of("waves_missing_pairs", count=gaps, outcome=self.outcome))
        if self.weights is not None:
            said.append(Note.of("weights_of_earlier_wave"))
        return [*said, *self.towns.notes()]

    def _at(self, time: float) -> Floats:
        """Covariates of each household at a time (n, q)."""
        if self.fixed:
            return self.covariates[self.starts]
        x = np.full((self.panel.n, len(self.terms)), np.nan)
        rows = np.flatnonzero(self.panel.time == time)
        x[self.panel.unit[rows]] = self.covariates[rows]
        return x

    def _weighing(self, time: float) -> Floats:
        """Weights of each household at a time (n,)."""
        if self.weights is None:
            return self.cohorts.weight
        at = int(np.searchsorted(self.panel.times, time))
        return np.asarray(self.weights[:, at])

    def _comparison(self, cell: Cell, controls: Mask, there: Mask) -> Kept:
        """Whom the cell uses, their nuisance fits, whether a side is one cluster.

        Kept for the cells that use the same.
        """
        treated = self.cohorts.begins == cell.cohort
        used = (treated | controls) & there
        earlier = min(cell.time, cell.base)
        still = self.fixed and self.weights is None
        key = (cell.cohort, -1.0 if still else earlier, used.tobytes())
        if key not in self._kept:
            x = self._at(earlier)
            used &= ~np.isnan(x).any(axis=1)
            self._both(cell, treated & used, used)
            used = self.towns.shared(cell, used, [treated, ~treated])
            design = np.column_stack([self.towns.columns(used), x[used]])
            design = design[:, independent_columns(design)]
            try:
                comparison = Comparison.of(
                    treated[used].astype(np.float64),
                    design,
                    self._weighing(earlier)[used],
                    self.method,
                )
            except NotEstimable as problem:
                raise NotEstimable(
                    "cell_not_estimable",
                    cohort=f"{cell.cohort:g}",
                    time=f"{cell.time:g}",
                    why=str(problem),
                ) from problem
            alone = any(in_one_cluster(self.panel, used & side) for side in (treated, ~treated))
            self._kept[key] = (np.flatnonzero(used), comparison, alone)
        return self._kept[key]

    def _both(self, cell: Cell, treated: Mask, used: Mask) -> None:
        for there, who in ((treated.any(), "treated"), ((used & ~treated).any(), "controls")):
            if not there:
                raise NotEstimable(
                    "cell_empty",
                    cohort=f"{cell.cohort:g}",
                    who=who,
                    time=f"{cell.time:g}",
                    base=f"{cell.base:g}",
                    outcome=self.outcome,
                )


def _wide(panel: Panel, values: Floats) -> Floats:
    """Values of rows as households by waves (n, T), NaN where there is no row."""
    out = np.full((panel.n, len(panel.times)), np.nan)
    out[panel.unit, np.searchsorted(panel.times, panel.time)] = values
    return out
