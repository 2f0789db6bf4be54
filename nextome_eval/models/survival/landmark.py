"""From a chosen month on, those still without the event then: a landmark analysis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.study.durations import Durations


def landmark(spells: Durations, time: float) -> Durations:
    """Keep who is still at risk at ``time`` and let the clock of risk begin there.

    What happened before the landmark (a household that moved early, a course attended) can then be
    compared without immortal time: it is a covariate known at the landmark.

    Parameters
    ----------
    spells : Durations
        Exact times.
    time : float
        The landmark, in the unit of the times.

    Returns
    -------
    Durations
        The households with a spell beyond the landmark, at risk from it on; times keep their
        origin.

    Raises
    ------
    NotEstimable
        Nobody is left, or no event comes after the landmark.

    Notes
    -----
    Anderson, Cain and Gelber 1983; van Houwelingen 2007.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9], "housed": [1, 1, 0, 1, 0]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> later = landmark(spells, 3)
    >>> later.n, later.entry.tolist()
    (4, [3.0, 3.0, 3.0, 3.0])

    See METHODS.md: landmark
    """
    if spells.upper is not None:
        raise DesignProblem("exact_times_needed", method="landmark")
    rows = spells.time > time * (1 + 1e-9)
    if not (spells.event[rows] > 0).any():
        raise NotEstimable("nothing_after_landmark", time=time, n=int(rows.sum()))
    stays = np.flatnonzero(np.bincount(spells.unit[rows], minlength=spells.n) > 0)
    kept = spells.take(stays.astype(np.int64))
    inside = kept.time > time * (1 + 1e-9)
    _, unit = np.unique(kept.unit[inside], return_inverse=True)
    return replace(
        kept,
        frame=kept.frame[inside],
        unit=unit.astype(np.int64),
        entry=np.maximum(kept.entry[inside], time),
        time=kept.time[inside],
        event=kept.event[inside],
        weights=None if kept.weights is None else kept.weights[inside],
    )
