"""Does the finding rest on one town or one household?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import NextomeProblem, NotEstimable
from nextome_eval.estimates.answer import Method, as_estimates, grouped
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.scale import scale_named

__all__ = ["leave_one_out"]


def leave_one_out(fn: Method, door: Any, *, by: str | None = None) -> Estimates:
    """Estimate again without each group: the first row of ``fn``, one row a group left out.

    Parameters
    ----------
    fn : callable
        From a door to Estimates; weights are to be estimated inside it.
    door : Panel or Durations
    by : str, optional
        "household", "strata" (towns), "cluster" or a column.  None: the door's clusters.

    Returns
    -------
    Estimates
        Coordinates ``left_out`` and ``shift`` (estimate without the group less the estimate with
        all, on the scale inside).  ``notes`` name the group that moves it most, and the groups
        without which nothing can be estimated.

    Raises
    ------
    NotEstimable
        Fewer than two groups, or no group can be left out.

    Examples
    --------
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": range(4), "t": 0, "arm": ["a", "a", "b", "b"], "y": [1., 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> def mean(p):
    ...     return Estimates.of_mean(p.units, p.wide("y")[:, 0], term="mean")
    >>> print(leave_one_out(mean, panel).notes[0])
    Leaving out 3 moves the estimate most: by -1.

    See METHODS.md: Leave one out
    """
    whole = as_estimates(fn(door), asked_by="leave_one_out")
    codes, labels = grouped(door, by)
    present = np.unique(codes)
    if len(present) < 2:
        raise NotEstimable(
            "too_few_groups",
            by=by or "cluster",
            count=len(present),
            least=2,
            asked_by="leave_one_out",
        )
    parts: dict[Any, Estimates] = {}
    refused: list[str] = []
    for g in present:
        try:
            rest = fn(door.take(np.flatnonzero(codes != g)))
            parts[labels[g]] = as_estimates(rest, asked_by="leave_one_out")
        except NextomeProblem:
            refused.append(str(labels[g]))
    if not parts:
        raise NotEstimable("no_group_leaves_enough", by=by or "cluster")
    return _stacked(whole, parts, refused)


def _stacked(whole: Estimates, parts: dict[Any, Estimates], refused: list[str]) -> Estimates:
    name = str(whole.terms["term"].iloc[0])
    first = [part.contrast(np.eye(1, len(part)), [name]) for part in parts.values()]
    together = Estimates.stack(first)
    shift = together.value - whole.value[0]
    notes: list[str] = []
    if len(shift):
        worst = int(np.argmax(np.abs(shift)))
        label = str(list(parts)[worst])
        notes.append(Note.of("moves_most", label=label, shift=_said(whole, together, worst)))
    if refused:
        notes.append(Note.of("groups_not_estimable", groups=", ".join(refused)))
    return replace(
        together,
        terms=pd.DataFrame({"term": name, "left_out": list(parts), "shift": shift}),
        model_covariance=np.diag([float(part.covariance[0, 0]) for part in first]),
        notes=tuple(notes),
    )


def _said(whole: Estimates, without: Estimates, row: int) -> str:
    shown = scale_named(whole.scale).shown
    return f"{float(shown(without.value[row]) - shown(whole.value[0])):+.3g}"
