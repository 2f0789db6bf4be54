"""Outcomes without a change to compare, and waves at which there is nothing to compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.study.panel import Panel


def waves_told(
    panel: Panel, outcome: str, rows: NDArray[np.intp], waves: Floats | None = None
) -> list[Note]:
    """What is missing among the rows used (codes), and waves at which one arm alone was seen.

    `waves`: those that were to be used, where they are more than the rows show.
    """
    wave = np.searchsorted(panel.times, panel.time[rows])
    shown = wave if waves is None else np.searchsorted(panel.times, waves)
    there = np.flatnonzero(np.bincount(shown, minlength=len(panel.times)))
    expected = len(there) * int((np.bincount(panel.unit[rows], minlength=panel.n) > 0).sum())
    said = []
    if len(rows) < expected:
        missing = {"count": expected - len(rows), "expected": expected, "outcome": outcome}
        said.append(Note.of("waves_missing", **missing))
    arms = panel.arm[panel.unit[rows]]
    if arms.any() and not arms.all():
        seen = [np.bincount(wave[arms == a], minlength=len(panel.times)) > 0 for a in (0, 1)]
        alone = [f"{t:g}" for t in panel.times[there][(seen[0] != seen[1])[there]]]
        if alone:
            said.append(Note.of("wave_of_one_arm", waves=", ".join(alone), outcome=outcome))
    return said


def refuse_still(outcome: str, values: Floats, unit: NDArray[np.int64] | None = None) -> None:
    """Refuse values (rows,) that show no change; `unit` (rows,) where households are seen again."""
    seen = ~np.isnan(values)
    values = values[seen]
    if not len(values):
        raise NotEstimable("outcome_never_observed", outcome=outcome)
    if np.ptp(values) == 0:
        raise NotEstimable("outcome_constant", outcome=outcome, value=f"{values[0]:g}")
    if unit is None:
        return
    last = np.zeros(int(unit.max()) + 1)
    last[unit[seen]] = values
    if (values == last[unit[seen]]).all():
        raise NotEstimable("outcome_never_changes", outcome=outcome)
