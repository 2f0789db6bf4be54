"""Repeated cross-sections: people seen once, compared cohort by cohort."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.adjusters import refuse_collinear
from nextome_eval.models.did.cohorts import Cohorts
from nextome_eval.models.did.evidence import in_one_cluster, refuse_one_cluster
from nextome_eval.models.did.still_outcomes import refuse_still
from nextome_eval.models.did.within_towns import Towns
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.cohort_cells import Cell
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.numerics.two_cross_sections import cross_section_effect
from nextome_eval.numerics.two_periods import EstMethod
from nextome_eval.study.panel import Panel

Mask = NDArray[np.bool_]


@dataclass
class CrossSections:
    """People by the one time at which they were seen."""

    panel: Panel
    outcome: str
    adjust: tuple[str, ...]
    cohorts: Cohorts
    method: EstMethod
    alone: list[Cell] = field(default_factory=list)
    towns: Towns = field(init=False)

    def __post_init__(self) -> None:
        # one row a person: rows and people are in the same order
        self.y = self.panel.column(self.outcome)
        self.covariates, self.terms = self.panel.covariates(list(self.adjust))
        self.towns = Towns.of(self.panel)
        complete = ~np.isnan(self.y) & ~np.isnan(self.covariates).any(axis=1)
        used = np.isin(self.panel.time, self.cohorts.times)
        self.seen = self.cohorts.usable & complete & used
        refuse_still(self.outcome, self.y[complete])
        refuse_collinear(self.covariates, self.terms)
        refuse_one_cluster(self.panel, self.seen)

    def effect(self, cell: Cell, controls: Mask) -> tuple[float, Floats]:
        """The cell's effect and the influences (n,)."""
        influence = np.zeros(self.panel.n)
        if cell.reference:
            return 0.0, influence
        at, before = self.panel.time == cell.time, self.panel.time == cell.base
        treated = self.cohorts.begins == cell.cohort
        used = (treated | controls) & (at | before) & self.seen
        self._all_four(cell, treated[used], at[used])
        used = self.towns.shared(
            cell, used, [side & when for side in (treated, ~treated) for when in (at, before)]
        )
        groups = [used & side & when for side in (treated, ~treated) for when in (at, before)]
        if any(in_one_cluster(self.panel, group) for group in groups):
            self.alone.append(cell)
        design = np.column_stack([self.towns.columns(used), self.covariates[used]])
        design = design[:, independent_columns(design)]
        try:
            value, influence[used] = cross_section_effect(
                self.y[used],
                treated[used].astype(float),
                at[used].astype(float),
                design,
                self.cohorts.weight[used],
                self.method,
            )
        except NotEstimable as problem:
            raise NotEstimable(
                "cell_not_estimable",
                cohort=f"{cell.cohort:g}",
                time=f"{cell.time:g}",
                why=str(problem),
            ) from problem
        return value, influence

    def notes(self) -> list[Note]:
        """What was missing, and that people are taken as seen once."""
        lost = int((self.cohorts.usable & ~self.seen).sum())
        said = [Note.of("left_out_never_observed", count=lost, outcome=self.outcome)]
        return [*(said if lost else []), Note.of("cross_sections"), *self.towns.notes()]

    def _all_four(self, cell: Cell, treated: Mask, at: Mask) -> None:
        for group, who in ((treated, "treated"), (~treated, "controls")):
            for when in (at, ~at):
                if not (group & when).any():
                    raise NotEstimable(
                        "cell_empty",
                        cohort=f"{cell.cohort:g}",
                        who=who,
                        time=f"{cell.time:g}",
                        base=f"{cell.base:g}",
                        outcome=self.outcome,
                    )
