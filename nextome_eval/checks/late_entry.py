"""Households that enter observation after time zero, and what ignoring that would say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.gathered import Gathered
from nextome_eval.errors import NotEstimable
from nextome_eval.study.durations import Durations

__all__ = ["begun", "late_entry"]

Method = Callable[[Any], Any]
FEW_AT_RISK = 5


def late_entry(fn: Method | None, spells: Durations, gathered: Gathered) -> None:
    """Who enters late counts from then on; beside it, what ignoring that would say."""
    late = len(np.unique(spells.unit[_first_rows(spells) & (spells.entry > 0)]))
    if not late:
        return
    gathered.refuse("late_entry", late=late)
    begin = beginning(spells)
    if begin is None:
        gathered.refuse("never_enough_at_risk", few=FEW_AT_RISK)
    elif begin > 0:
        from nextome_eval.models.survival import kaplan_meier

        gathered.refuse("curve_begins", few=FEW_AT_RISK, time=f"{begin:.4g}")
        gathered.add("curve", lambda: kaplan_meier(spells, by="arm", begin=begin))
    if fn is not None:
        entry = np.where(_first_rows(spells), 0.0, spells.entry)
        gathered.add("ignoring_entry", lambda: fn(replace(spells, entry=entry)))


def beginning(spells: Durations) -> float | None:
    """The first time at which every arm has five households at risk; None if there is none."""
    row_arm = spells.arm[spells.unit]
    begins = []
    for arm in np.unique(spells.arm):
        entry, time = spells.entry[row_arm == arm], spells.time[row_arm == arm]
        moments = np.unique(entry)
        entered = np.searchsorted(np.sort(entry), moments, side="right")
        gone = np.searchsorted(np.sort(time), moments, side="right")
        enough = moments[entered - gone >= FEW_AT_RISK]
        if not len(enough):
            return None
        begins.append(float(enough[0]))
    return max(begins)


def begun(spells: Durations) -> tuple[Durations, float]:
    """Those still at risk when every arm has five, from then on, and when that is."""
    from nextome_eval.models.survival import landmark

    begin = beginning(spells)
    if begin is None:
        raise NotEstimable("never_enough_at_risk", few=FEW_AT_RISK)
    return (landmark(spells, begin) if begin > 0 else spells), begin


def _first_rows(spells: Durations) -> np.ndarray[Any, np.dtype[np.bool_]]:
    first = np.zeros(len(spells.unit), bool)
    first[spells.starts] = True
    return first
