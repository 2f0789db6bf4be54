"""From the records of a study to the two doors: its panel by wave or month, its durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.study.clock import participants
from nextome_eval.study.costs_by_month import costs_by_month
from nextome_eval.study.durations import Durations
from nextome_eval.study.independence import CAUSES, time_to_independence
from nextome_eval.study.panel import Panel
from nextome_eval.study.wave_outcomes import baseline, wave_outcomes

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["durations_of_study", "panel_of_study"]

_FIRST_MONTH_OF_TREATMENT = 1.0


def panel_of_study(records: Records, plan: Plan, *, by: str = "wave") -> Panel:
    """Return the households of the study by wave, or by month.

    Parameters
    ----------
    records : Records
    plan : Plan
    by : str
        ``"wave"``: a row a planned wave, missed ones too, with `response` and every wave outcome;
        treatment begins at the plan's wave. ``"month"``: a row a calendar month from that of the
        referral (month 0), with the costs; treatment begins in month 1, the first that lies
        wholly after the referral, so month 0 counts as before.

    Returns
    -------
    Panel
        Unit household, strata municipality, each household its own cluster; the column ``flat``
        holds the flat that several share, or else the household. No dates, pseudonyms only.
        Households of other towns or without arm or referral are left out:
        `nextome_eval.study.clock.left_out` lists them with the reason.

    Raises
    ------
    DesignProblem
        `by` is neither.
    DataProblem
        An arm is empty; a household has a wave twice; housing or jobs contradict themselves.
    """
    people = participants(records, plan)
    if by == "wave":
        rows = wave_outcomes(records, people, plan=plan).rename(columns={"wave": "time"})
        begins = float(plan.treatment_begins)
    elif by == "month":
        rows = costs_by_month(records, people, plan=plan).rename(columns={"month": "time"})
        begins = _FIRST_MONTH_OF_TREATMENT
    else:
        raise DesignProblem("panel_by_unknown", by=by)
    who = _roles(people).assign(begins=begins)
    who["begins"] = who["begins"].where(who["arm"] == plan.treated)
    frame = rows.join(who, on="household")
    return Panel.from_frame(
        frame,
        unit="household",
        time="time",
        begins="begins",
        arm="arm",
        strata="municipality",
        cluster="municipality" if plan.assigned_by == "municipality" else None,
    )


def durations_of_study(
    records: Records, plan: Plan, *, definition: str | None = None, competing: bool = False
) -> Durations:
    """Return the months from referral to independent housing, one spell a household.

    Parameters
    ----------
    records : Records
    plan : Plan
    definition : str, optional
        ``"dwelling"``, ``"contract"`` or ``"unsupported"``; by default that of the plan's
        outcome ``independence``.
    competing : bool
        Leaving the area is an end of its own (cause 2), for cumulative incidence. Otherwise it
        is censoring, for the cause-specific hazard.

    Returns
    -------
    Durations
        Strata municipality, cluster the shared flat (the household itself where it shares none);
        the column ``end`` says how each spell ended.

    Raises
    ------
    DesignProblem
        The definition is none of the three, or the plan has no outcome ``independence``.
    DataProblem
        An arm is empty; a household met the definition at its referral; nobody reached it.
    """
    people = participants(records, plan)
    definition = definition or plan.outcome("independence").definition
    outcome = time_to_independence(records, people, plan=plan, definition=definition or "-")
    frame = outcome.join(_roles(people)).reset_index()
    return Durations.from_frame(
        frame,
        time="months",
        event="cause" if competing else "independent",
        unit="household",
        arm="arm",
        strata="municipality",
        cluster="municipality" if plan.assigned_by == "municipality" else "flat",
        causes=CAUSES if competing else None,
    )


def _roles(people: pd.DataFrame) -> pd.DataFrame:
    flat = people["flat"].fillna(pd.Series(people.index, index=people.index).astype("string"))
    return people[["arm", "municipality"]].assign(flat=flat).join(baseline(people))
