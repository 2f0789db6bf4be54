"""The effect on each cohort at each time, whenever cohorts begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.cohorts import Cohorts, refuse_cohorts_of_one
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.cohort_cells import BasePeriod, Cell, ControlGroup, cells_of
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.numerics.two_periods import Comparison, EstMethod
from nextome_eval.study.panel import Panel

__all__ = ["group_time"]

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


def group_time(
    panel: Panel,
    outcome: str,
    *,
    adjust: Sequence[str] = (),
    control_group: ControlGroup = "never",
    est_method: EstMethod = "dr",
    base_period: BasePeriod = "varying",
    anticipation: float | None = None,
) -> Estimates:
    """Estimate ATT(g, t): the effect at time t on those who began at g.

    Each is one comparison of two times, the cohort's change less its controls' change, if both
    would have changed alike without treatment given the covariates.  Households are compared
    between the two times at which they were seen: gaps in the waves move nothing.

    Parameters
    ----------
    panel : Panel
        ``begins`` gives the cohorts; those that begin after the last wave count as never treated,
        those treated at the first wave are left out (told in ``notes``).  Where no household is
        seen twice the panel is taken as repeated cross-sections.
    outcome : str
    adjust : sequence of str
        Columns, taken at the base time of each comparison.
    control_group : "never" treated, or "not_yet" treated by the later of the two times
    est_method : "dr" doubly robust, "ipw" weighted (normalised), "reg" outcome regression
    base_period : "varying" or "universal" (see `cells_of`)
    anticipation : float, optional
        How long before its beginning a cohort may already react, in the panel's time unit; None
        takes the design's.

    Returns
    -------
    Estimates
        One row a cell, coordinates ``cohort`` and ``time``; influences of households, so that
        clustering and aggregation follow.  With "universal" the base cells stand with 0.

    Raises
    ------
    DesignProblem
        No cohort inside the panel; no never-treated household; an option that is not one.
    DataProblem
        Adjusters that repeat one another.
    NotEstimable
        A cohort of one household; a cell without controls or without overlap.

    Source
    ------
    Callaway and Sant'Anna (2021); Sant'Anna and Zhao (2020); arithmetic of R did ``att_gt``.

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 3), "t": [0, 3, 6] * 6,
    ...                    "g": np.repeat([3, 3, 6, 6, np.nan, np.nan], 3),
    ...                    "y": [1., 4, 4, 2, 5, 6, 1, 1, 3, 2, 3, 5, 0, 1, 1, 1, 1, 2]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> group_time(panel, "y").tidy()[["term", "cohort", "time", "estimate"]]
      term  cohort  time  estimate
    0  ATT     3.0   3.0       2.5
    1  ATT     3.0   6.0       2.5
    2  ATT     6.0   3.0       0.0
    3  ATT     6.0   6.0       1.5

    See METHODS.md: Group-time effects
    """
    _known(control_group, ("never", "not_yet"), "control_group")
    _known(est_method, ("dr", "ipw", "reg"), "est_method")
    _known(base_period, ("varying", "universal"), "base_period")
    early = panel.design.anticipation if anticipation is None else float(anticipation)
    cohorts = Cohorts.of(panel, control_group, early)
    if np.bincount(panel.unit).max() == 1:
        from nextome_eval.models.did.cross_sections import CrossSections

        sample: _Waves | CrossSections = CrossSections(
            panel, outcome, tuple(adjust), cohorts, est_method
        )
    else:
        sample = _Waves(panel, outcome, tuple(adjust), cohorts, est_method)
    rows = []
    skipped: list[Cell] = []
    for cell in cells_of(panel.times, cohorts.values, base_period, early):
        controls = cell.controls(cohorts.begins, control_group, early) & cohorts.usable
        if control_group == "not_yet" and not controls.any():
            skipped.append(cell)
            continue
        rows.append((cell, *sample.effect(cell, controls)))
    if not rows:
        raise DesignProblem("no_not_yet_treated")
    return _answer(
        panel, cohorts, sample.seen, rows, [*cohorts.notes, *sample.notes(), *_said(skipped)]
    )


@dataclass
class _Waves:
    """Households by wave: outcomes, covariates and what one comparison needs of them."""

    panel: Panel
    outcome: str
    adjust: tuple[str, ...]
    cohorts: Cohorts
    method: EstMethod
    _kept: dict[tuple[float, float, bytes], tuple[Rows, Comparison]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        panel = self.panel
        self.y = np.ascontiguousarray(panel.wide(self.outcome).T)
        self.there = ~np.isnan(self.y)
        self.covariates, self.terms = panel.covariates(list(self.adjust))
        self.starts = panel.starts
        first = self.covariates[self.starts]
        self.fixed = not self.terms or np.array_equal(
            self.covariates, first[panel.unit], equal_nan=True
        )
        _not_collinear(first if self.fixed else self.covariates, self.terms)
        self.seen = self.cohorts.usable & (self.there.sum(axis=0) > 1)
        refuse_cohorts_of_one(panel, self.cohorts, self.seen)
        values = self.y[self.there]
        if not len(values) or np.ptp(values) == 0:
            value = f"{values[0]:g}" if len(values) else "-"
            raise NotEstimable("outcome_constant", outcome=self.outcome, value=value)

    def effect(self, cell: Cell, controls: Mask) -> tuple[float, Floats]:
        """The cell's effect and the influences (n,)."""
        influence = np.zeros(self.panel.n)
        if cell.reference:
            return 0.0, influence
        at, base = np.searchsorted(self.panel.times, [cell.time, cell.base])
        used, comparison = self._comparison(cell, controls, self.there[at] & self.there[base])
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
        return said

    def _at(self, time: float) -> Floats:
        """Covariates of each household at a time (n, q)."""
        if self.fixed:
            return self.covariates[self.starts]
        x = np.full((self.panel.n, len(self.terms)), np.nan)
        rows = np.flatnonzero(self.panel.time == time)
        x[self.panel.unit[rows]] = self.covariates[rows]
        return x

    def _comparison(self, cell: Cell, controls: Mask, there: Mask) -> tuple[Rows, Comparison]:
        """Whom the cell uses and their nuisance fits, kept for the cells that use the same."""
        treated = self.cohorts.begins == cell.cohort
        used = (treated | controls) & there
        key = (cell.cohort, -1.0 if self.fixed else cell.base, used.tobytes())
        if key not in self._kept:
            x = self._at(cell.base)
            used &= ~np.isnan(x).any(axis=1)
            self._both(cell, treated & used, used)
            design = np.column_stack([np.ones(int(used.sum())), x[used]])
            design = design[:, independent_columns(design)]
            try:
                comparison = Comparison.of(
                    treated[used].astype(np.float64), design, self.cohorts.weight[used], self.method
                )
            except NotEstimable as problem:
                raise NotEstimable(
                    "cell_not_estimable",
                    cohort=f"{cell.cohort:g}",
                    time=f"{cell.time:g}",
                    why=str(problem),
                ) from problem
            self._kept[key] = (np.flatnonzero(used), comparison)
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


def _not_collinear(covariates: Floats, terms: Sequence[str]) -> None:
    complete = covariates[~np.isnan(covariates).any(axis=1)]
    keep = independent_columns(np.column_stack([np.ones(len(complete)), complete]))[1:]
    if not keep.all():
        lost = [term for term, kept in zip(terms, keep, strict=True) if not kept]
        raise DataProblem("adjusters_repeat", columns=lost)


def _known(value: str, options: tuple[str, ...], name: str) -> None:
    if value not in options:
        raise DesignProblem("option_unknown", option=name, value=value, found=list(options))


def _said(skipped: list[Cell]) -> list[Note]:
    if not skipped:
        return []
    cells = ", ".join(f"({c.cohort:g}, {c.time:g})" for c in skipped[:5])
    return [Note.of("cells_without_controls", count=len(skipped), cells=cells)]


def _answer(
    panel: Panel,
    cohorts: Cohorts,
    seen: Mask,
    rows: Sequence[tuple[Cell, float, Floats]],
    notes: Sequence[Note],
) -> Estimates:
    influence = np.column_stack([inf for _, _, inf in rows])
    influence[~seen] = np.nan
    return Estimates(
        terms=pd.DataFrame(
            {
                "term": "ATT",
                "cohort": [cell.cohort for cell, _, _ in rows],
                "time": [cell.time for cell, _, _ in rows],
            }
        ),
        value=np.array([value for _, value, _ in rows]),
        influence=influence,
        units=panel.units,
        cluster=panel.cluster,
        method="group-time effects",
        kind="trajectory",
        fit=cohorts,
        notes=tuple(notes),
    )
