"""Who is at risk at each time: sorted once, integer-coded, shared by every survival method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIE = 1e-9  # times closer than this, relative to their size, are one time


def distinct_times(*columns: Floats) -> tuple[Floats, list[Ints]]:
    """Give the sorted distinct times of several columns and each column's codes into them.

    Times within 1e-9 relative of the one before are the same time; the smallest is kept.
    """
    if len(columns) == 1 and (columns[0][1:] >= columns[0][:-1]).all():
        first = np.concatenate([[True], columns[0][1:] > columns[0][:-1]])[: len(columns[0])]
        values, codes = columns[0][first], np.cumsum(first) - 1
    else:
        values, codes = np.unique(np.concatenate(columns), return_inverse=True)
    if values.size > 1:
        apart = np.diff(values) > TIE * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
        if not apart.all():
            group = np.concatenate([[0], np.cumsum(apart)])
            values = values[np.concatenate([[True], apart])]
            codes = group[codes]
    splits = np.cumsum([len(column) for column in columns])[:-1]
    return values, [np.asarray(part, dtype=np.int64) for part in np.split(codes, splits)]


@dataclass(frozen=True, eq=False)
class RiskSet:
    """Rows as intervals of cells; a cell is one distinct exit time of one stratum.

    Row i is at risk in the cells ``first[i]..last[i]`` (both included), which are the exit times
    t of its stratum with entry < t <= exit. Cells are ordered by stratum, then time.

    Attributes
    ----------
    first, last : (n,) integer cell codes
    event : (n,) 0 = censored, else the cause
    weights : (n,)
    stratum : (n,) integer codes 0..S-1
    time : (m,) time of each cell
    cell_stratum : (m,) stratum of each cell
    start : (S + 1,) first cell of each stratum, and m
    delayed : whether any row enters after its stratum's first cell
    """

    first: Ints
    last: Ints
    event: Ints
    weights: Floats
    stratum: Ints
    time: Floats
    cell_stratum: Ints
    start: Ints
    delayed: bool

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.last)

    @property
    def m(self) -> int:
        """Number of cells."""
        return len(self.time)

    @cached_property
    def one_row_a_cell(self) -> bool:
        """Whether rows are the cells, in their order: nothing need be summed or looked up."""
        return self.n == self.m and bool((self.last == np.arange(self.n)).all())

    def at_exit(self, values: Floats) -> Floats:
        """Sum ``values`` (n,) or (n, p) over the rows that leave in each cell: (m,) or (m, p)."""
        if values.ndim == 2:
            return by_column(self.at_exit, values, self.m)
        if self.one_row_a_cell:
            return values
        return summed(self.last, values, self.m)

    def at_risk(self, values: Floats) -> Floats:
        """Sum ``values`` (n,) or (n, p) over the rows at risk in each cell: (m,) or (m, p)."""
        if values.ndim == 2:
            return by_column(self.at_risk, values, self.m)
        total = self.upward(self.at_exit(values))
        if self.delayed:
            entered = summed(self.first, values, self.m)
            later = self.upward(entered) - entered
            total = total - later
        return total

    def upward(self, cells: Floats) -> Floats:
        """Sum from each cell to the end of its stratum, the cell included."""
        total = np.cumsum(cells[::-1], axis=0)[::-1]
        if len(self.start) > 2:
            padded = np.concatenate([total, np.zeros_like(total[:1])])
            total = total - padded[self.start[1:]][self.cell_stratum]
        return total

    def running(self, cells: Floats) -> Floats:
        """Sum from the beginning of its stratum to each cell, the cell included."""
        total = np.cumsum(cells, axis=0)
        if len(self.start) > 2:
            padded = np.concatenate([np.zeros_like(total[:1]), total])
            total = total - padded[self.start[:-1]][self.cell_stratum]
        return total

    def over_time_at_risk(self, cells: Floats) -> Floats:
        """Sum ``cells`` (m,) or (m, p) over the cells in which each row is at risk."""
        if cells.ndim == 2:
            return by_column(self.over_time_at_risk, cells, self.n)
        total = self.running(cells)
        until = total if self.one_row_a_cell else total[self.last]
        if not self.delayed:
            return until
        return until - (total - cells)[self.first]

    def counts(self) -> tuple[Floats, Floats, Floats]:
        """Give the weighted numbers at risk, with an event (any cause), and censored, by cell."""
        happened = self.event > 0
        events = self.at_exit(np.where(happened, self.weights, 0.0))
        censored = self.at_exit(np.where(happened, 0.0, self.weights))
        at_risk = self.at_risk(self.weights)
        if self.delayed:  # subtraction leaves dust where the truth is nobody
            at_risk = np.maximum(at_risk, events)
        return at_risk, events, censored


def risk_set(
    exit: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> RiskSet:
    """Sort and code rows (entry, exit] with an event or cause, once, for every method.

    Parameters
    ----------
    exit : (n,) time of the event or of leaving observation
    event : (n,) 0 = censored, otherwise the integer code of the cause
    entry : (n,) time at which observation begins; None = observed from the start
    strata : (n,) integer codes 0..S-1; None = one stratum
    weights : (n,) non-negative; None = 1 each
    """
    leave = np.asarray(exit, dtype=np.float64)
    n = len(leave)
    stratum = np.zeros(n, np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
    begin = None if entry is None else np.asarray(entry, dtype=np.float64)
    if begin is not None and n and begin.max() < leave.min():
        begin = None  # everyone is there before anything happens
    columns = [leave] if begin is None else [leave, np.maximum(begin, -np.finfo(float).max)]
    times, codes = distinct_times(*columns)
    width = len(times)
    n_strata = int(stratum.max()) + 1 if n else 0
    key = stratum * width + codes[0]
    if n_strata == 1 and begin is None:
        cells, last = np.arange(width), codes[0]
    elif n_strata * width <= 4 * n + 1024:  # few strata: marking what is there beats sorting
        there = np.zeros(n_strata * width, np.int64)
        there[key] = 1
        cells, last = np.flatnonzero(there), (np.cumsum(there) - 1)[key]
    else:
        cells, last = np.unique(key, return_inverse=True)
    start = np.searchsorted(cells, np.arange(n_strata + 1) * width)
    first = start[stratum]
    if begin is not None:
        first = np.searchsorted(cells, stratum * width + codes[1], side="right")
    return RiskSet(
        first=first.astype(np.int64),
        last=last.astype(np.int64),
        event=np.asarray(event, dtype=np.int64),
        weights=np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64),
        stratum=stratum,
        time=times[cells % width] if width else times,
        cell_stratum=(cells // max(width, 1)).astype(np.int64),
        start=start.astype(np.int64),
        delayed=bool((first > start[stratum]).any()),
    )


def summed(codes: Ints, amounts: Floats, size: int) -> Floats:
    """Sum amounts (n,) by code: (size,)."""
    return np.asarray(np.bincount(codes, amounts, size), dtype=np.float64)


def by_column(sum_up: Callable[[Floats], Floats], values: Floats, size: int) -> Floats:
    """Apply a sum to each column of (k, p): (size, p), each column in one piece of memory."""
    total = np.empty((size, values.shape[1]), order="F")
    for j in range(values.shape[1]):
        total[:, j] = sum_up(np.ascontiguousarray(values[:, j]))
    return total


def divide(top: Floats, bottom: Floats) -> Floats:
    """Divide, giving 0 where nobody is at risk (0 / 0)."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom != 0)
