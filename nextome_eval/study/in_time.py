"""The rows of durations by their ends, sorted once for every method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.study.columns import Floats, Ints

__all__ = ["ONE_TIME", "InTime"]

ONE_TIME = 1e-9  # times closer than this, relative to their size, differ by rounding only


@dataclass(frozen=True, eq=False)
class InTime:
    """Rows by a time: ``order`` (rows,), and the ``time`` (rows,) in that order.

    Times that differ by rounding only are one time, the smallest.
    """

    order: Ints
    time: Floats

    @classmethod
    def of(cls, time: Floats) -> InTime:
        """Sort rows by ``time`` (rows,)."""
        order = np.argsort(time)
        return cls(order, _rid_of_rounding(time[order]))

    def back(self) -> Floats:
        """Give each row its time, the rows being as they came."""
        time = np.empty_like(self.time)
        time[self.order] = self.time
        return time


def _rid_of_rounding(times: Floats) -> Floats:
    gap, slack = times[1:] - times[:-1], ONE_TIME * np.abs(times[1:])
    if not ((gap > 0) & (gap <= slack)).any():
        return times
    heads = np.flatnonzero(np.concatenate([[True], gap > slack]))
    return np.repeat(times[heads], np.diff(heads, append=len(times)))
