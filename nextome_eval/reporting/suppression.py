"""Which further cells must be masked so that no small count can be worked out from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["System", "feasible_range", "protected"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
_TOLERANCE = 1e-6
# a count can never be larger than this; only bounds the linear programmes
_LARGE = 1e6


@dataclass(frozen=True)
class System:
    """Counts x (m,) at least 0, what is true of them, and which of them a reader would see.

    Parameters
    ----------
    value : float array (m,)
        The true counts.
    equations : float array (q, m)
    right : float array (q,)
        ``equations @ x == right`` is what every reader knows.
    sensitive : bool array (m,)
        May not be worked out.
    printed : bool array (m,)
        Stand in a table (others are differences and complements that nobody prints).
    fixed : bool array (m,)
        Already known to the reader: cannot be masked any more.
    cost : float array (m,)
        What masking a cell costs.
    """

    value: Floats
    equations: Floats
    right: Floats
    sensitive: Bools
    printed: Bools
    fixed: Bools
    cost: Floats


def feasible_range(system: System, cell: int, masked: Bools) -> tuple[float, float]:
    """Least and greatest count that a reader must hold possible for a masked cell."""
    known = ~masked
    low = np.where(known, system.value, 0.0)
    high = np.where(known, system.value, _LARGE)
    if not len(system.equations):
        return float(low[cell]), float(high[cell])
    aim = np.zeros(len(low))
    aim[cell] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * aim,
            A_eq=system.equations,
            b_eq=system.right,
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        ends.append(float(found.fun) * sign if found.status == 0 else float(system.value[cell]))
    return ends[0], ends[1]


def protected(system: System, threshold: int) -> Bools:
    """Return the cells to mask (m,): the sensitive ones, and what would give them back.

    A sensitive count is protected when a reader must hold everything from 0 to ``threshold - 1``
    possible for it (or as much of that as masking the whole table would leave open).

    See METHODS.md: Secondary suppression
    """
    masked = (system.sensitive | ~system.printed) & ~system.fixed
    for cells, equations in _blocks(system):
        part = _part(system, cells, equations)
        if part.sensitive.any():
            masked[cells] = _protect_block(part, masked[cells], threshold)
    return masked


def _protect_block(system: System, masked: Bools, threshold: int) -> Bools:
    masked = masked.copy()
    everything = ~system.fixed
    for cell in _in_order(system, masked):
        low, high = feasible_range(system, int(cell), masked)
        if low <= _TOLERANCE and high >= threshold - 1 - _TOLERANCE:
            continue
        least, most = feasible_range(system, int(cell), everything)
        aims = (max(least, 0.0), min(most, float(threshold - 1)))
        for aim, reached in zip(
            aims, (low <= aims[0] + _TOLERANCE, high >= aims[1] - _TOLERANCE), strict=True
        ):
            if not reached:
                masked |= _opened(system, int(cell), masked, aim)
    return masked


def _in_order(system: System, masked: Bools) -> Ints:
    """Sensitive cells, those with the least choice of what to mask first."""
    cells = np.flatnonzero(system.sensitive & ~system.fixed)
    beside = (system.equations != 0).astype(float)
    choice = beside.T @ (beside @ (~masked).astype(float))
    return np.asarray(cells[np.lexsort((system.value[cells], choice[cells]))])


def _opened(system: System, cell: int, masked: Bools, aim: float) -> Bools:
    """The cheapest cells to mask so that `cell` may be thought to be `aim` (Kelly)."""
    m = len(system.value)
    free = masked | (~system.fixed & system.printed)
    up = np.where(free, _LARGE, 0.0)
    down = np.where(free, system.value, 0.0)
    change = aim - system.value[cell]
    bounds = np.column_stack([np.zeros(2 * m), np.concatenate([up, down])])
    bounds[cell] = (max(change, 0.0),) * 2
    bounds[m + cell] = (max(-change, 0.0),) * 2
    price = np.where(masked, 1e-6, system.cost)
    found = linprog(
        np.concatenate([price, price]),
        A_eq=np.hstack([system.equations, -system.equations]),
        b_eq=np.zeros(len(system.equations)),
        bounds=bounds,
        method="highs",
    )
    if found.status != 0:
        return ~system.fixed
    moved = found.x[:m] + found.x[m:] > _TOLERANCE
    return np.asarray(moved & ~system.fixed)


def _blocks(system: System) -> list[tuple[Ints, Ints]]:
    """Cells that no equation ties together, known ones aside, can be protected apart."""
    tied = (system.equations != 0) & ~system.fixed
    if not tied.any():
        return []
    links = csr_array(tied.T.astype(float) @ tied.astype(float))
    _, block = connected_components(links, directed=False)
    found = []
    for number in np.unique(block[tied.any(axis=0)]):
        cells = np.flatnonzero(block == number)
        found.append((cells, np.flatnonzero(tied[:, cells].any(axis=1))))
    return found


def _part(system: System, cells: Ints, rows: Ints) -> System:
    known = system.equations[np.ix_(rows, np.flatnonzero(system.fixed))]
    return System(
        value=system.value[cells],
        equations=system.equations[np.ix_(rows, cells)],
        right=system.right[rows] - known @ system.value[system.fixed],
        sensitive=system.sensitive[cells],
        printed=system.printed[cells],
        fixed=system.fixed[cells],
        cost=system.cost[cells],
    )
