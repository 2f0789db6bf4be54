"""Households that enter observation after time zero, and what ignoring that would say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.gathered import Gathered
from nextome_eval.study.durations import Durations

__all__ = ["late_entry"]

Method = Callable[[Any], Any]


def late_entry(fn: Method | None, spells: Durations, gathered: Gathered) -> None:
    """Who enters late counts from then on; beside it, what ignoring that would say."""
    late = len(np.unique(spells.unit[_first_rows(spells) & (spells.entry > 0)]))
    if not late:
        return
    gathered.refuse("late_entry", late=late)
    if fn is not None:
        entry = np.where(_first_rows(spells), 0.0, spells.entry)
        gathered.add("ignoring_entry", lambda: fn(replace(spells, entry=entry)))


def _first_rows(spells: Durations) -> np.ndarray[Any, np.dtype[np.bool_]]:
    first = np.zeros(len(spells.unit), bool)
    first[spells.starts] = True
    return first
