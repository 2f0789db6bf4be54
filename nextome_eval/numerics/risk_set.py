"""Who is at risk at each time: sorted once, integer-coded, shared by every survival method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nextome_eval.numerics.distinct_times import TIE
from nextome_eval.numerics.row_order import FEW_STRATA, are_in_order, in_order

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RiskSet:
    """Rows as intervals of cells; a cell is one distinct exit time of one stratum.

    Row i is at risk in the cells ``first[i]..last[i]`` (both included), which are the exit times
    t of its stratum with entry < t <= exit. Cells are ordered by stratum, then time.

    Attributes
    ----------
    order : (n,) the rows by stratum, then time; None where they come so
    heads : (m,) first row of each cell, in that order
    late : (n,) first cells, or None where every row is there from its stratum's first cell on
    event : (n,) 0 = censored, else the cause
    given : (n,) weights, or None where each row counts 1
    time : (m,) time of each cell
    start : (S + 1,) first cell of each stratum, and m
    begins : (S + 1,) first row of each stratum, in that order, and n
    """

    order: Ints | None
    heads: Ints
    late: Ints | None
    event: Ints
    given: Floats | None
    time: Floats
    start: Ints
    begins: Ints

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.event)

    @property
    def m(self) -> int:
        """Number of cells."""
        return len(self.time)

    @property
    def delayed(self) -> bool:
        """Whether any row enters after its stratum's first cell."""
        return self.late is not None

    @cached_property
    def weights(self) -> Floats:
        """Weight of each row: (n,)."""
        return np.ones(self.n) if self.given is None else self.given

    @cached_property
    def last(self) -> Ints:
        """Cell in which each row leaves: (n,)."""
        if self.m == self.n:
            cells = np.arange(self.n)
        else:
            new = np.zeros(self.n, np.int64)
            new[self.heads[1:]] = 1
            cells = np.cumsum(new, out=new)
        return cells if self.order is None else _put(self.order, cells)

    @cached_property
    def first(self) -> Ints:
        """First cell in which each row is at risk: (n,)."""
        return self.start[self.stratum] if self.late is None else self.late

    @cached_property
    def cell_stratum(self) -> Ints:
        """Stratum of each cell: (m,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @cached_property
    def stratum(self) -> Ints:
        """Stratum of each row: (n,)."""
        return self.cell_stratum[self.last]

    def at_exit(self, values: Floats) -> Floats:
        """Sum ``values`` (n,) or (n, p) over the rows that leave in each cell: (m,) or (m, p)."""
        if values.ndim == 2:
            return by_column(self.at_exit, values, self.m)
        ordered = values if self.order is None else values[self.order]
        if self.m == self.n:
            return ordered
        return np.asarray(np.add.reduceat(ordered, self.heads), dtype=np.float64)

    def at_risk(self, values: Floats, cells: Any = slice(None)) -> Floats:
        """Sum ``values`` (n,) or (n, p) over the rows at risk in each cell: (m,) or (m, p).

        With ``cells``, in these only.
        """
        if values.ndim == 2:
            return by_column(lambda one: self.at_risk(one, cells), values, self.m)
        if self.few_strata and self.n > self.m > self.n / 2:  # few rows share a cell: sum by row
            ordered = values if self.order is None else values[self.order]
            total = along(np.add, ordered, self.begins, backward=True)[self.heads[cells]]
        else:
            total = self.upward(self.at_exit(values))[cells]
        if self.late is not None:
            entered = summed(self.late, values, self.m)
            total = total - (self.upward(entered) - entered)[cells]
        return np.asarray(total)

    def upward(self, cells: Floats) -> Floats:
        """Sum from each cell to the end of its stratum, the cell included."""
        if self.few_strata:
            return along(np.add, cells, self.start, backward=True)
        total = np.cumsum(cells[::-1], axis=0)[::-1]
        padded = np.concatenate([total, np.zeros_like(total[:1])])
        return np.asarray(total - padded[self.start[1:]][self.cell_stratum])

    def running(self, cells: Floats) -> Floats:
        """Sum from the beginning of its stratum to each cell, the cell included."""
        if self.few_strata:
            return along(np.add, cells, self.start)
        total = np.cumsum(cells, axis=0)
        padded = np.concatenate([np.zeros_like(total[:1]), total])
        return np.asarray(total - padded[self.start[:-1]][self.cell_stratum])

    @property
    def few_strata(self) -> bool:
        """Whether going from stratum to stratum costs nothing beside the cells."""
        return len(self.start) <= FEW_STRATA

    def over_time_at_risk(self, cells: Floats) -> Floats:
        """Sum ``cells`` (m,) or (m, p) over the cells in which each row is at risk."""
        if cells.ndim == 2:
            return by_column(self.over_time_at_risk, cells, self.n)
        total = self.running(cells)
        until = total if self.order is None and self.m == self.n else total[self.last]
        if self.late is None:
            return until
        return until - (total - cells)[self.late]

    @cached_property
    def n_event(self) -> Floats:
        """Weighted events of any cause in each cell: (m,)."""
        happened = self.event > 0
        return self.at_exit(happened.astype(float) if self.given is None else happened * self.given)

    @cached_property
    def n_risk(self) -> Floats:
        """Weighted number at risk just before each cell's time: (m,)."""
        if self.given is None and self.late is None:  # the rows from there to the stratum's end
            at_risk = np.repeat(self.begins[1:].astype(float), np.diff(self.start))
            at_risk -= self.heads
            return at_risk
        at_risk = self.at_risk(self.weights)
        if self.late is not None:  # subtraction leaves dust where the truth is nobody
            at_risk = np.maximum(at_risk, self.n_event)
        return at_risk


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
    stratum = None if strata is None else np.asarray(strata, dtype=np.int64)
    order, times, own = None, leave, stratum
    if not are_in_order(leave, stratum):
        order = np.argsort(leave)
        if stratum is not None:
            places, own = in_order(order, stratum)
            order = order[places]
        times = leave[order]
    begins = np.array([0, n])[0 if n else 1 :]
    if own is not None and n:
        begins = np.searchsorted(own, np.arange(int(own[-1]) + 2))
    heads = _heads(times, begins)
    start = np.searchsorted(heads, begins)
    time = times[heads]
    return RiskSet(
        order=order,
        heads=heads,
        late=None if entry is None else _late(entry, stratum, time, start),
        event=np.asarray(event, dtype=np.int64),
        given=None if weights is None else np.asarray(weights, dtype=np.float64),
        time=time,
        start=start,
        begins=begins,
    )


def _heads(times: Floats, begins: Ints) -> Ints:
    """First row of each cell, from sorted times and where the strata begin (S + 1,)."""
    new = np.ones(len(times), bool)
    still = np.abs(times[1:])
    still *= TIE
    still += times[:-1]
    np.greater(times[1:], still, out=new[1:])
    new[begins[:-1][np.diff(begins) > 0]] = True
    return np.flatnonzero(new)


def _late(entry: ArrayLike, stratum: Ints | None, time: Floats, start: Ints) -> Ints | None:
    """First cell of each row after its entry, or None where nobody enters late."""
    begin = np.maximum(np.asarray(entry, dtype=np.float64), -np.finfo(float).max)
    reach = begin + TIE * np.abs(begin)
    if not len(time) or reach.max() < time.min():
        return None
    first = np.searchsorted(time, reach, side="right")
    begins = np.zeros(1, np.int64)
    if stratum is not None:
        moments = np.unique(time)
        strata = np.repeat(np.arange(len(start) - 1), np.diff(start))
        keys = strata * len(moments) + np.searchsorted(moments, time)
        seen = np.searchsorted(moments, reach, side="right")
        first = np.searchsorted(keys, stratum * len(moments) + seen)
        begins = start[stratum]
    return first if (first > begins).any() else None


def _put(order: Ints, values: Ints) -> Ints:
    placed = np.empty_like(values)
    placed[order] = values
    return placed


def along(step: np.ufunc, values: Floats, start: Ints, *, backward: bool = False) -> Floats:
    """Accumulate values (k,), by sums or by products, from each start (S + 1,) to the next."""
    total = np.empty_like(values, dtype=np.float64)
    turn = slice(None, None, -1) if backward else slice(None)
    for begin, end in pairwise(start):
        step.accumulate(values[begin:end][turn], axis=0, out=total[begin:end][turn])
    return total


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
    some = bottom != 0
    if some.all():
        return np.asarray(top / bottom)
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=some)
