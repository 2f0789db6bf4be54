"""What is allowed to have gone wrong: polyhedra of departures from parallel trends."""

from __future__ import annotations

import numpy as np

from nextome_eval.numerics.cluster_blocks import Floats


def relative_magnitudes(before: int, after: int, most: float) -> list[tuple[Floats, Floats]]:
    """Steps after the beginning at most ``most`` times the largest step before it.

    A union of polyhedra {A delta <= d}, one for each step before that may be the largest and each
    of its signs; delta (before + after,) leaves out the base, where it is zero.  Rows on effects
    before alone say nothing of those after and are left out.

    Source
    ------
    Rambachan and Roth (2023), section 2.4.1; rows as R HonestDiD.
    """
    steps = _steps(before + after)
    bound = np.concatenate([np.ones(before), np.full(after, most)])
    sets = []
    for largest in range(before):
        for sign in (1.0, -1.0):
            allowed = bound[:, None] * (sign * steps[largest])
            rows = np.vstack([steps - allowed, -steps - allowed])
            rows = _on_later(np.delete(rows, before, axis=1), before)
            sets.append((rows, np.zeros(len(rows))))
    return sets


def smoothness(before: int, after: int, most: float) -> list[tuple[Floats, Floats]]:
    """The slope changes from one step to the next by at most ``most``.

    Rows on effects before alone are left out where several come after, as R HonestDiD does.

    Source
    ------
    Rambachan and Roth (2023), section 2.4.2.

    Examples
    --------
    >>> rows, limit = smoothness(1, 1, 0.5)[0]
    >>> rows.tolist(), limit.tolist()
    ([[1.0, 1.0], [-1.0, -1.0]], [0.5, 0.5])
    """
    bends = np.delete(np.diff(_steps(before + after), axis=0), before, axis=1)
    rows = np.vstack([bends, -bends])
    if after > 1:
        rows = _on_later(rows, before)
    return [(rows, np.full(len(rows), float(most)))]


def _on_later(rows: Floats, before: int) -> Floats:
    return np.asarray(rows[(rows[:, before:] != 0).any(axis=1)])


def _steps(count: int) -> Floats:
    """First differences of count + 1 points, (count, count + 1)."""
    return np.asarray(np.diff(np.eye(count + 1), axis=0))
