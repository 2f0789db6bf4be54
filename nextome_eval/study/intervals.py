"""Days covered by intervals: united first, then counted inside a window."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.study.columns import Floats, Ints

__all__ = ["covers", "days_inside", "united"]


def united(unit: Ints, start: Floats, end: Floats) -> tuple[Ints, Floats, Floats]:
    """Unite the intervals [start, end) of each unit that overlap or touch.

    Parameters
    ----------
    unit, start, end : arrays, (rows,)
        Code of the unit, first day, and the day after the last (inf = for good).

    Returns
    -------
    unit, start, end : arrays, (runs,)
        Disjoint intervals with gaps between them, in order of unit and time.

    Examples
    --------
    >>> united(np.array([0, 0, 0]), np.array([0.0, 5, 20]), np.array([10.0, 12, 30]))
    (array([0, 0]), array([ 0., 20.]), array([12., 30.]))
    """
    order = np.lexsort((start, unit))
    unit, start, end = unit[order], start[order], end[order]
    if len(unit) == 0:
        return unit, start, end
    reach = pd.Series(end).groupby(unit).cummax().to_numpy()
    fresh = np.ones(len(unit), bool)
    fresh[1:] = (unit[1:] != unit[:-1]) | (start[1:] > reach[:-1])
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(unit)) - 1
    return unit[first], start[first], reach[last]


def days_inside(unit: Ints, start: Floats, end: Floats, window: tuple[Floats, Floats]) -> Floats:
    """Return the days of each unit (n,) that its intervals [start, end) cover in its window.

    Overlapping intervals count once, so the days never exceed the window.

    Parameters
    ----------
    unit, start, end : arrays, (rows,)
    window : pair of float arrays, (n,)
        First day and the day after the last, a unit.

    Examples
    --------
    >>> window = (np.array([0.0]), np.array([100.0]))
    >>> days_inside(np.array([0, 0]), np.array([-5.0, 8]), np.array([10.0, 20]), window)
    array([20.])
    """
    low, high = window
    unit, start, end = united(unit, start, end)
    days = np.minimum(end, high[unit]) - np.maximum(start, low[unit])
    covered: Floats = np.zeros(len(low))
    np.add.at(covered, unit, np.maximum(days, 0.0))
    return covered


def covers(unit: Ints, start: Floats, end: Floats, day: Floats) -> Ints:
    """Return for each unit the interval that covers its day (n,): its row, or -1 for none.

    The intervals of one unit must not overlap.

    Examples
    --------
    >>> covers(np.array([0, 0, 1]), np.array([0.0, 9, 4]), np.array([9.0, 12, 6]),
    ...        np.array([9.0, 6]))
    array([ 1, -1])
    """
    inside = np.flatnonzero((start <= day[unit]) & (day[unit] < end))
    row = np.full(len(day), -1, np.int64)
    row[unit[inside]] = inside
    return row
