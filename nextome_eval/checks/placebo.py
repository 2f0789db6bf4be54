"""Is there an effect where there can be none: before the beginning, or on what cannot change?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NextomeProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.study.panel import Panel

__all__ = ["placebo_dates", "placebo_outcomes"]


def placebo_dates(
    fn: Callable[[Panel], Estimates], panel: Panel, *, dates: Sequence[float] | None = None
) -> Estimates:
    """Estimate as if treatment had begun earlier, on the waves before it did.

    Parameters
    ----------
    fn : callable
        From a panel to Estimates; the first row is taken.
    panel : Panel
        The treated begin at one time.
    dates : sequence of float, optional
        Pretended beginnings, in the panel's time unit; by default every wave before the beginning
        but the first.

    Returns
    -------
    Estimates
        One row a date, coordinate ``pretended``.

    Raises
    ------
    DesignProblem
        No wave but one lies before the beginning.

    Examples
    --------
    >>> from nextome_eval.models.did.did import did
    >>> df = pd.DataFrame({"id": np.repeat(range(4), 3), "t": [0, 3, 6] * 4,
    ...                    "g": np.repeat([6, 6, np.inf, np.inf], 3),
    ...                    "y": [1.0, 2, 5, 2, 2, 8, 1, 1, 2, 3, 4, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> placebo_dates(lambda p: did(p, "y"), panel).tidy()[["pretended", "estimate"]]
       pretended  estimate
    0        3.0       0.0

    See METHODS.md: Placebo
    """
    begin = float(panel.begins[panel.arm == 1].min())
    start = begin - panel.design.anticipation
    early = panel.times[panel.times < start]
    pretended = early[1:] if dates is None else np.asarray(dates, dtype=np.float64)
    pretended = pretended[(pretended > panel.times[0]) & (pretended < start)]
    if not len(pretended):
        raise DesignProblem("no_placebo_date", begin=f"{begin:g}")
    before = _before(panel, start)
    parts: dict[float, Estimates] = {}
    refused = []
    for date in pretended:
        begins = np.where(np.isfinite(panel.begins), float(date), np.inf)
        try:
            parts[float(date)] = _first(fn(replace(before, begins=begins)))
        except NextomeProblem:
            refused.append(f"{date:g}")
    if not parts:
        raise DesignProblem("no_placebo_date", begin=f"{begin:g}")
    said = (Note.of("groups_not_estimable", groups=", ".join(refused)),) if refused else ()
    return _stacked(list(parts.values()), "pretended", list(parts), said)


def placebo_outcomes(
    fn: Callable[[Panel, str], Estimates], panel: Panel, *, outcomes: Sequence[str]
) -> Estimates:
    """Estimate the effect on outcomes that treatment cannot have changed.

    Parameters
    ----------
    fn : callable
        From a panel and an outcome's name to Estimates; the first row is taken.
    panel : Panel
    outcomes : sequence of str

    Returns
    -------
    Estimates
        One row an outcome, coordinate ``outcome``.

    Examples
    --------
    >>> from nextome_eval.models.did.did import did
    >>> df = pd.DataFrame({"id": np.repeat(range(4), 2), "t": [0, 6] * 4,
    ...                    "arm": np.repeat(["pilot", "now"], 4), "height": [1.0, 1, 2, 3] * 2})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> placebo_outcomes(did, panel, outcomes=["height"]).tidy()[["outcome", "estimate"]]
      outcome  estimate
    0  height       0.0

    See METHODS.md: Placebo
    """
    if not len(outcomes):
        raise DesignProblem("no_placebo_outcome")
    parts = [_first(fn(panel, name)) for name in outcomes]
    return _stacked(parts, "outcome", list(outcomes), ())


def _before(panel: Panel, start: float) -> Panel:
    """The same households with the waves before the beginning only."""
    rows = np.flatnonzero(panel.time < start)
    kept = np.unique(panel.unit[rows])
    inside = panel.take(kept)
    early = np.flatnonzero(inside.time < start)
    return replace(
        inside,
        frame=inside.frame.iloc[early],
        unit=inside.unit[early],
        time=inside.time[early],
        times=np.unique(inside.time[early]),
        weights=None if inside.weights is None else inside.weights[early],
    )


def _first(est: Estimates) -> Estimates:
    return est.contrast(np.eye(1, len(est)), [str(est.terms["term"].iloc[0])])


def _stacked(
    parts: list[Estimates], coordinate: str, labels: Sequence[object], said: tuple[str, ...]
) -> Estimates:
    together = Estimates.stack(parts)
    return replace(
        together,
        terms=pd.DataFrame({"term": "placebo", coordinate: list(labels)}),
        model_covariance=np.diag([float(part.covariance[0, 0]) for part in parts]),
        notes=(*together.notes, *said),
    )
