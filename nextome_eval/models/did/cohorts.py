"""Who begins when, who counts as never treated, and who was treated all along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.study.panel import Panel

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cohorts:
    """Cohorts of a panel as group-time effects use them.

    Attributes
    ----------
    begins : (n,) first treated time; inf for those never treated by the last time, nor so soon
        after it that they may already react
    usable : (n,) False for households treated at or before the first time
    times : (T,) waves, those before the last to begin may react where all begin
    values : (C,) beginnings that have a wave before them and somebody to begin after them
    weight : (n,) a household's weight at its first wave
    notes : what was left out
    """

    begins: Floats
    usable: Mask
    times: Floats
    values: Floats
    weight: Floats
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, panel: Panel, control_group: str, anticipation: float) -> Cohorts:
        """Read the cohorts.

        Raises
        ------
        DesignProblem
            No cohort begins inside the panel; no never-treated household where they are asked for;
            all begin at once and nobody else is there.
        NotEstimable
            A cohort of a single household.
        """
        first, last = float(panel.times[0]), float(panel.times[-1])
        begins = np.where(panel.begins > last + anticipation, np.inf, panel.begins)
        usable = begins > first
        values = np.unique(begins[(begins <= last) & usable])
        if not len(values):
            found = [f"{b:g}" for b in np.unique(panel.begins)]
            raise DesignProblem(
                "no_cohort_inside", found=found, first=f"{first:g}", last=f"{last:g}"
            )
        values = values[values > first + anticipation]
        if not len(values):
            raise DesignProblem("anticipation_leaves_no_base", anticipation=f"{anticipation:g}")
        if control_group == "never" and not np.isinf(begins).any():
            raise DesignProblem("no_never_treated")
        notes = []
        if always := int((~usable).sum()):
            notes.append(Note.of("left_out_always_treated", count=always, first=f"{first:g}"))
        times, final = panel.times, float(begins.max())
        if np.isfinite(final):
            until = final - anticipation
            times, values = times[times < until], values[values < final]
            if not len(values) or len(times) < 2:
                raise DesignProblem("no_not_yet_treated")
            notes.append(Note.of("last_cohort_compares", cohort=f"{final:g}", first=f"{until:g}"))
        return cls(begins, usable, times, values, _first_weight(panel), tuple(notes))

    def combined(self, matrix: Floats) -> Cohorts | None:
        """Rows picked still belong to these cohorts; combinations of rows no longer do."""
        picked = ((matrix != 0).sum(axis=1) == 1).all() and (matrix.sum(axis=1) == 1).all()
        return self if picked else None


def refuse_cohorts_of_one(panel: Panel, begins: Floats, seen: Mask) -> None:
    """A cohort of one household cannot tell its effect from that household's own course."""
    for cohort in np.unique(begins[seen & np.isfinite(begins)]):
        members = np.flatnonzero((begins == cohort) & seen)
        if len(members) == 1:
            raise NotEstimable("cohort_of_one", cohort=f"{cohort:g}", unit=panel.units[members[0]])


def _first_weight(panel: Panel) -> Floats:
    return np.ones(panel.n) if panel.weights is None else panel.weights[panel.starts]
