"""The door for time to an event: spells at risk, ended by an event or cut short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.arms import coded_arms
from nextome_eval.study.columns import Floats, Ints, coded, need, numbers, one_a_unit
from nextome_eval.study.design import Design, assignment_level
from nextome_eval.study.door import Door, coded_roles, first_rows
from nextome_eval.study.events import read_events, refuse_all_censored, refuse_leavers_only
from nextome_eval.study.faces import FaceOfDurations
from nextome_eval.study.in_time import ONE_TIME, InTime

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["Durations"]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Durations(FaceOfDurations, Door):
    """Spells at risk on (entry, time], checked here and trusted after.

    Attributes
    ----------
    entry, time : float array, (rows,)
        Start of observation (0 where none was given) and end of it.
    upper : float array, (rows,), or None
        Interval-censored data: the event lies in (time, upper]; inf = not yet.
    event : int array, (rows,)
        0 = censored, else the code of the cause.
    causes : dict
        What each code of `event` is called.
    in_time : InTime
        The rows by their ends, sorted once for every method.

    See `Door` for frame, units, arm, strata, cluster and weights.
    """

    entry: Floats
    time: Floats
    upper: Floats | None
    event: Ints
    causes: dict[int, str]
    in_time: InTime = field(init=False)

    def __post_init__(self) -> None:
        changed: dict[str, Any] = {}
        if self.upper is None and self.entry.any():  # an entry may tie an end
            both = InTime.of(np.concatenate([self.entry, self.time])).back()
            changed["entry"], changed["time"] = np.split(both, 2)
        line = InTime.of(changed.get("time", self.time))
        if self.upper is None:
            changed["time"] = line.back()
        for name, value in (changed | {"in_time": line}).items():
            object.__setattr__(self, name, value)

    @cached_property
    def event_in_time(self) -> Ints:
        """`event` of the rows by their ends: (rows,)."""
        return self.event[self.in_time.order]

    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        *,
        time: str,
        event: str | None,
        entry: str | None = None,
        upper: str | None = None,
        unit: str | None = None,
        arm: str | None = None,
        strata: str | None = None,
        cluster: str | None = None,
        weights: str | None = None,
        causes: Mapping[Any, str | None] | None = None,
        complete: bool = False,
    ) -> Durations:
        """Make durations from any table; the arguments name its columns, the others stay.

        Parameters
        ----------
        df : DataFrame
            One row a spell (a household has several where covariates change or events recur).
        time : str
            End of the spell, in any unit; with `upper`, the left end of the interval.
        event : str or None
            Boolean or 0/1, or values declared in `causes`; None with `upper`.
        entry : str, optional
            When observation of the spell begins: at risk on (entry, time].
        upper : str, optional
            Right end of the interval (left, right]; inf or missing = not yet.
        unit, arm, strata, cluster : str, optional
            Household, arm (ordered as in `Panel`), stratum and cluster. Without `unit` each row is
            a household.
        weights : str, optional
            Positive weights of the rows.
        causes : mapping, optional
            Coding of `event`, ``{1: "moved out", 2: "left the area"}``; 0 or missing = censored,
            and so is what is called None: ``{2: "died", 1: None}``.
        complete : bool
            Say that everybody's end was seen. Without it, data with no censored spell are
            refused: such files usually hold leavers only.

        Returns
        -------
        Durations

        Raises
        ------
        DataProblem
            A coding is undeclared; a duration is missing, negative or zero; spells of one
            household overlap; every household is censored; only leavers are there.

        Examples
        --------
        >>> df = pd.DataFrame({"months": [3.0, 8, 12, 12], "housed": [1, 1, 0, 0],
        ...                    "group": ["pilot", "pilot", "control", "control"]})
        >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
        >>> spells.n, spells.arm, spells.arm_labels.tolist()
        (4, array([1, 1, 0, 0]), ['control', 'pilot'])
        """
        if len(df) == 0:
            raise DataProblem("table_empty")
        codes, units = _units(df, unit)
        ends = numbers(df, time, units, codes)
        starts = np.zeros(len(df)) if entry is None else numbers(df, entry, units, codes)
        order = _by_household(codes, starts, ends, len(units))
        frame, codes, ends = df.iloc[order], codes[order], ends[order]
        starts = starts if entry is None else starts[order]
        right = None if upper is None else _right_ends(frame, upper, units[codes])
        happened, names = read_events(frame, event, right, causes)
        _check_spells(starts, ends, right, codes, units)
        if right is not None:
            _refuse((happened > 0) != np.isfinite(right), "event_against_interval", codes, units)
        if right is None and not complete:
            refuse_leavers_only(happened)
        elif right is not None:
            refuse_all_censored(happened)
        roles = coded_roles(frame, codes, units, strata=strata, cluster=cluster, weights=weights)
        arms, labels = _arms(frame, arm, codes, units)
        design = Design(
            arm=str(labels[-1]),
            compared_to=str(labels[0]),
            assigned_by=assignment_level(arms, roles["strata"], roles["cluster"]),
            strata=strata,
        )
        return cls(
            frame=frame,
            units=units,
            unit=codes,
            entry=starts,
            time=ends,
            upper=right,
            event=happened,
            causes=names,
            arm=arms,
            arm_labels=labels,
            design=design,
            **roles,
        )

    @classmethod
    def from_records(
        cls,
        records: Records,
        plan: Plan,
        *,
        definition: str | None = None,
        competing: bool = False,
    ) -> Durations:
        """Make the durations of a study: months from referral to independent housing.

        `definition` is one of the nested definitions; the plan's by default. With `competing`,
        leaving the area is a cause of its own (for cumulative incidence), else it is censoring.
        """
        from nextome_eval.study.doors_of_study import durations_of_study

        return durations_of_study(records, plan, definition=definition, competing=competing)

    def with_arm(self, arm: Ints) -> Self:
        """Return the same spells with arms (n,) dealt anew, as a permutation does."""
        return replace(self, arm=np.asarray(arm, dtype=np.int64))

    def _taken_rows(self, rows: Ints, codes: Ints) -> dict[str, Any]:
        return {
            "entry": self.entry[rows],
            "time": self.time[rows],
            "upper": None if self.upper is None else self.upper[rows],
            "event": self.event[rows],
        }


def _units(df: pd.DataFrame, unit: str | None) -> tuple[Ints, pd.Index[Any]]:
    if unit is not None:
        return coded(need(df, unit), unit)
    labels = df.index if df.index.is_unique else pd.RangeIndex(len(df))
    return np.arange(len(df)), pd.Index(labels)


def _by_household(codes: Ints, starts: Floats, ends: Floats, n: int) -> Ints:
    """Rows by household, then by time."""
    if len(codes) > n:
        return np.lexsort((ends, starts, codes))
    order = np.empty(n, np.int64)
    order[codes] = np.arange(n)
    return order


def _right_ends(frame: pd.DataFrame, upper: str, units: pd.Index[Any]) -> Floats:
    known = need(frame, upper).replace(np.inf, np.nan).to_frame()
    values = numbers(known, upper, units)
    return np.where(np.isnan(values), np.inf, values)


def _arms(
    frame: pd.DataFrame, arm: str | None, unit: Ints, units: pd.Index[Any]
) -> tuple[Ints, pd.Index[Any]]:
    if arm is None:
        return np.zeros(len(units), np.int64), pd.Index(["all"])
    codes, labels = coded_arms(need(frame, arm), arm)
    return one_a_unit(codes, first_rows(unit), unit, units, arm), labels


def _check_spells(
    entry: Floats, time: Floats, upper: Floats | None, unit: Ints, units: pd.Index[Any]
) -> None:
    def refuse(bad: Any, code: str) -> None:
        _refuse(bad, code, unit, units)

    refuse(np.isnan(time) | np.isnan(entry), "duration_missing")
    if upper is not None:
        refuse(time < 0, "duration_not_positive")
        refuse(time > upper, "interval_reversed")
        refuse(entry > time, "entry_after_exit")
        again = np.zeros(len(time), bool)
        again[1:] = unit[1:] == unit[:-1]
        refuse(again, "interval_twice")
        return
    late = entry.any()
    refuse((time <= 0) & (entry == 0) if late else time <= 0, "duration_not_positive")
    if late:
        refuse(entry >= time - ONE_TIME * np.abs(time), "entry_after_exit")
    if len(unit) > len(units):
        overlap = np.zeros(len(time), bool)
        overlap[1:] = unit[1:] == unit[:-1]
        overlap[1:] &= entry[1:] < time[:-1] - ONE_TIME * np.abs(time[:-1])
        refuse(overlap, "spells_overlap")


def _refuse(bad: Any, code: str, unit: Ints, units: pd.Index[Any]) -> None:
    if bad.any():
        raise DataProblem(code, units=list(dict.fromkeys(units[unit[bad]].tolist())))
