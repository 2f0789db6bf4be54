"""The door for outcomes measured again and again: households by time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.arms import coded_arms
from nextome_eval.study.columns import Floats, Ints, coded, need, numbers, one_a_unit
from nextome_eval.study.design import Design, assignment_level
from nextome_eval.study.door import Door, coded_roles, first_rows
from nextome_eval.study.faces import FaceOfPanel

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["Panel"]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Panel(FaceOfPanel, Door):
    """Households by time, checked here and trusted after.

    Attributes
    ----------
    time : float array, (rows,)
    times : float array, (T,)
        The times that occur, sorted.
    begins : float array, (n,)
        When each household's treatment begins, in the unit of `time`; inf = never.

    See `Door` for frame, units, arm, strata, cluster and weights.
    """

    time: Floats
    times: Floats
    begins: Floats

    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        *,
        unit: str,
        time: str,
        begins: str | None = None,
        arm: str | None = None,
        strata: str | None = None,
        cluster: str | None = None,
        weights: str | None = None,
    ) -> Panel:
        """Make a panel from any table; the arguments name its columns, the others stay.

        Parameters
        ----------
        df : DataFrame
            One row a household and time.
        unit, time : str
            Who, and when: numbers in any unit (waves in months, calendar years).
        begins : str, optional
            First treated time of the household. Missing or inf = never treated; 0 too, where all
            times are above zero. Beginning after the last time is not beginning, where others
            begin before. Default: treated households begin at the second time.
        arm : str, optional
            Two labels. Which is compared with: a categorical's first, 0 of 0/1, the one that says
            so ("control", "servizi attuali"); of two other words the first when sorted.
            Default: households that begin against those that never do.
        strata, cluster : str, optional
            What households were assigned within; what shares shocks. One value a household.
        weights : str, optional
            Positive weights of the rows.

        Returns
        -------
        Panel

        Raises
        ------
        DataProblem
            A column is missing; a household has a time twice; a role changes within a household;
            a weight is not positive.

        Examples
        --------
        >>> df = pd.DataFrame({"id": [1, 1, 2, 2], "t": [0, 6, 0, 6],
        ...                    "g": [6, 6, None, None], "y": [1.0, 3, 2, 2]})
        >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
        >>> panel.arm, panel.wide("y")
        (array([1, 0]), array([[1., 3.],
               [2., 2.]]))
        """
        if len(df) == 0:
            raise DataProblem("table_empty")
        codes, units = coded(need(df, unit), unit)
        clock = _clock(df, time, unit)
        order = np.lexsort((clock, codes))
        frame, codes, clock = df.iloc[order], codes[order], clock[order]
        _once(codes, clock, units)
        starts = first_rows(codes)
        roles = coded_roles(frame, codes, units, strata=strata, cluster=cluster, weights=weights)
        times = np.unique(clock)
        first = _begins(frame, begins, starts, codes, units, times)
        arms, labels = _arms(frame, arm, starts, codes, units, first, float(times[-1]))
        if begins is None:
            first = np.where(arms == 1, times[min(1, len(times) - 1)], np.inf)
        design = Design(
            arm=str(labels[-1]),
            compared_to=str(labels[0]),
            assigned_by=assignment_level(arms, roles["strata"], roles["cluster"]),
            begins=_single(first[first <= times[-1]] if (first <= times[-1]).any() else first),
            strata=strata,
        )
        return cls(
            frame=frame,
            units=units,
            unit=codes,
            time=clock,
            times=times,
            begins=first,
            arm=arms,
            arm_labels=labels,
            design=design,
            **roles,
        )

    @classmethod
    def from_records(cls, records: Records, plan: Plan, *, by: str = "wave") -> Panel:
        """Make the panel of a study: households by wave, or ``by="month"`` by month.

        The outcomes of the plan stand in its columns (`nextome_eval.study.outcomes`).
        """
        from nextome_eval.study.doors_of_study import panel_of_study

        return panel_of_study(records, plan, by=by)

    def wide(self, name: str) -> Floats:
        """Return a column as households by times (n, T), NaN where not observed."""
        values = np.full((self.n, len(self.times)), np.nan)
        values[self.unit, np.searchsorted(self.times, self.time)] = self.column(name)
        return values

    def with_arm(self, arm: Ints, begins: Floats | None = None) -> Self:
        """Return the same households with arms (n,) dealt anew, as a permutation does.

        Without `begins`, newly treated households begin when the treated did, in their order.
        """
        arm = np.asarray(arm, dtype=np.int64)
        if begins is None:
            begins = np.full(self.n, np.inf)
            dealt = np.sort(self.begins[self.arm == 1])
            where = np.flatnonzero(arm == 1)
            begins[where] = dealt if len(dealt) == len(where) else dealt[:1]
        return replace(self, arm=arm, begins=begins)

    def _taken_rows(self, rows: Ints, codes: Ints) -> dict[str, Any]:
        return {"time": self.time[rows], "begins": self.begins[codes]}


def _clock(df: pd.DataFrame, time: str, unit: str) -> Floats:
    clock = numbers(df, time, pd.Index(df[unit]))
    if np.isnan(clock).any():
        rows = [df.index[i] for i in np.flatnonzero(np.isnan(clock)).tolist()]
        raise DataProblem("column_has_gaps", column=time, rows=rows)
    return clock


def _once(codes: Ints, clock: Floats, units: pd.Index[Any]) -> None:
    twice = (codes[1:] == codes[:-1]) & (clock[1:] == clock[:-1])
    if twice.any():
        where = np.flatnonzero(twice)
        raise DataProblem(
            "unit_time_twice",
            units=list(dict.fromkeys(units[codes[where]].tolist())),
            time=f"{clock[where[0]]:g}",
        )


def _begins(
    frame: pd.DataFrame,
    begins: str | None,
    starts: Ints,
    unit: Ints,
    units: pd.Index[Any],
    times: Floats,
) -> Floats:
    if begins is None:
        return np.full(len(units), np.inf)
    column = need(frame, begins)
    values = np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)
    if (np.isnan(values) & column.notna().to_numpy()).any():
        raise DataProblem("column_is_text", column=begins, found=column.dropna().unique().tolist())
    first = one_a_unit(values, starts, unit, units, begins).astype(np.float64)
    if np.isneginf(first).any():
        raise DataProblem(
            "column_infinite", column=begins, units=units[np.isneginf(first)].tolist()
        )
    never = np.isnan(first) | ((first == 0) & (times.min() > 0))
    return np.where(never, np.inf, first)


def _arms(
    frame: pd.DataFrame,
    arm: str | None,
    starts: Ints,
    unit: Ints,
    units: pd.Index[Any],
    begins: Floats,
    last: float,
) -> tuple[Ints, pd.Index[Any]]:
    if (begins <= last).any():  # beginning after the panel's end is not beginning
        begins = np.where(begins <= last, begins, np.inf)
    if arm is None:
        return np.isfinite(begins).astype(np.int64), pd.Index(["never treated", "treated"])
    codes, labels = coded_arms(need(frame, arm), arm)
    if len(labels) > 2:
        raise DataProblem("arms_not_two", column=arm, found=labels.tolist())
    arms = one_a_unit(codes, starts, unit, units, arm)
    if np.isfinite(begins).any() and len(labels) == 2:
        starting = np.unique(arms[np.isfinite(begins)])
        if len(starting) == 2:
            raise DataProblem("both_arms_begin", column=arm, found=labels.tolist())
        if starting[0] == 0:
            arms, labels = 1 - arms, labels[::-1]
    return arms, labels


def _single(begins: Floats) -> float | None:
    finite = np.unique(begins[np.isfinite(begins)])
    return float(finite[0]) if len(finite) == 1 else None
