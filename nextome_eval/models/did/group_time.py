"""The effect on each cohort at each time, whenever cohorts begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.cohorts import Cohorts
from nextome_eval.models.did.cross_sections import CrossSections
from nextome_eval.models.did.evidence import by_assignment, few_for_large_samples
from nextome_eval.models.did.paired_waves import PairedWaves
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.cohort_cells import BasePeriod, Cell, ControlGroup, cells_of
from nextome_eval.numerics.two_periods import EstMethod
from nextome_eval.study.panel import Panel

__all__ = ["group_time"]

Mask = NDArray[np.bool_]


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
        ``begins`` gives the cohorts; those that begin after the last wave (and the anticipation)
        count as never treated, those treated at the first wave are left out, and where all begin
        the last cohort is only compared with (told in ``notes``).  Where no household is seen
        twice the panel is taken as repeated cross-sections.  Where strata hold both arms,
        households are compared within their stratum (indicators in both models); those of a
        stratum without anybody to compare with are left out of the cell and told.
    outcome : str
    adjust : sequence of str
        Columns, taken at the earlier time of each comparison, as weights are where they change.
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
        clustering and aggregation follow.  With "universal" the base cells stand with 0.  Cells
        with one cluster on a side have no standard error: ``refused`` and ``notes`` say so.

    Raises
    ------
    DesignProblem
        No cohort inside the panel; no never-treated household; an option that is not one.
    DataProblem
        Adjusters that repeat one another.
    NotEstimable
        A cohort of one household; a cell without controls or without overlap; one cluster only.

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
    panel = by_assignment(panel)
    cohorts = Cohorts.of(panel, control_group, early)
    once = np.bincount(panel.unit).max() == 1
    sample = (CrossSections if once else PairedWaves)(
        panel, outcome, tuple(adjust), cohorts, est_method
    )
    rows = []
    for cell in cells_of(cohorts.times, cohorts.values, base_period, early):
        controls = cell.controls(cohorts.begins, control_group, early) & cohorts.usable
        rows.append((cell, *sample.effect(cell, controls)))
    notes = [*cohorts.notes, *sample.notes(), *_alone(sample.alone)]
    notes += few_for_large_samples(panel, sample.seen)
    return replace(
        _answer(panel, cohorts, sample.seen, rows, notes),
        outcome=outcome,
        refused=_refused([cell for cell, _, _ in rows], sample.alone),
    )


def _known(value: str, options: tuple[str, ...], name: str) -> None:
    if value not in options:
        raise DesignProblem("option_unknown", option=name, value=value, found=list(options))


def _alone(alone: list[Cell]) -> list[Note]:
    if not alone:
        return []
    return [Note.of("cells_in_one_cluster", count=len(alone), cells=_named(alone))]


def _refused(cells: list[Cell], alone: list[Cell]) -> tuple[Note | None, ...]:
    if not alone:
        return ()
    return tuple(
        Note.of("cell_in_one_cluster", cohort=f"{c.cohort:g}", time=f"{c.time:g}")
        if c in alone
        else None
        for c in cells
    )


def _named(cells: list[Cell]) -> str:
    shown = ", ".join(f"({c.cohort:g}, {c.time:g})" for c in cells[:5])
    return shown + (", ..." if len(cells) > 5 else "")


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
