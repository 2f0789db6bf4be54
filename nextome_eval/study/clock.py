"""Whom a study follows, and how dates become days and months from each household's time zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.columns import Floats

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = [
    "DAYS_A_MONTH",
    "completed_years",
    "days_since_zero",
    "left_out",
    "participants",
    "wave_days",
]

DAYS_A_MONTH = 30.4375


def participants(records: Records, plan: Plan) -> pd.DataFrame:
    """Return the households the plan is about, one row each, indexed and sorted by pseudonym.

    Time zero is the referral for both arms. Households without one, without an arm, of towns
    outside the plan or referred after its data end are left out: `left_out` lists them.

    Returns
    -------
    DataFrame
        The columns of ``households``, in it ``arm`` as a categorical (compared-to first).

    Raises
    ------
    DataProblem
        A household stands twice; an arm is empty.
    """
    households = records.households
    twice = households["household"][households["household"].duplicated()].unique().tolist()
    if twice:
        raise DataProblem("study_household_twice", units=twice)
    kept = households[_reason(households, plan).isna().to_numpy()]
    arms = [plan.compared_to, plan.treated]
    for arm in arms:
        if not (kept["arm"] == arm).any():
            raise DataProblem("study_arm_empty", arm=arm, left_out=len(households) - len(kept))
    kept = kept.assign(arm=pd.Categorical(kept["arm"], categories=arms, ordered=True))
    return kept.set_index("household").sort_index()


def left_out(records: Records, plan: Plan) -> pd.DataFrame:
    """Return the households that no analysis uses, and why (``household``, ``reason``).

    The reasons: ``no_town``, ``other_town``, ``no_arm``, ``no_referral_date``,
    ``referred_after_end``.
    """
    reason = _reason(records.households, plan)
    frame = pd.DataFrame({"household": records.households["household"], "reason": reason})
    return frame.dropna().sort_values("household", ignore_index=True)


def _reason(households: pd.DataFrame, plan: Plan) -> pd.Series[Any]:
    town, arm = households["municipality"], households["arm"]
    late = households["referral_date"] >= pd.Timestamp(plan.data_until)
    reasons = {
        "no_town": town.isna(),
        "other_town": ~town.isin(plan.towns),
        "no_arm": ~arm.isin([plan.compared_to, plan.treated]),
        "no_referral_date": households["referral_date"].isna(),
        "referred_after_end": late,
    }
    reason = pd.Series(None, index=households.index, dtype=object)
    for word, holds in reasons.items():
        reason = reason.where(reason.notna() | ~holds.to_numpy(bool), word)
    return reason


def days_since_zero(
    people: pd.DataFrame, household: pd.Series[Any], date: pd.Series[Any]
) -> Floats:
    """Return dates as days from the time zero of their households (rows,), NaN where missing.

    Day 0 is the day of the referral. `people` comes from `participants`.

    Examples
    --------
    >>> people = pd.DataFrame({"referral_date": pd.to_datetime(["2022-03-01"])}, index=["n1"])
    >>> days_since_zero(people, pd.Series(["n1"]), pd.to_datetime(pd.Series(["2022-04-01"])))
    array([31.])
    """
    zero = people["referral_date"].reindex(household).to_numpy("datetime64[ns]")
    gap = date.to_numpy("datetime64[ns]") - zero
    days: Floats = np.where(np.isnat(gap), np.nan, gap / np.timedelta64(1, "D"))
    return np.floor(days)


def completed_years(births: pd.Series[Any], day: pd.Series[Any]) -> pd.Series[Any]:
    """Return the years of age completed on a day (rows,); -1 for who is born after it.

    Examples
    --------
    >>> births = pd.to_datetime(pd.Series(["1990-03-15", "1990-03-16", "2021-04-01"]))
    >>> completed_years(births, pd.to_datetime(pd.Series(["2021-03-15"] * 3))).tolist()
    [31, 30, -1]
    """
    early = day.dt.month * 100 + day.dt.day < births.dt.month * 100 + births.dt.day
    years = (day.dt.year - births.dt.year - early).astype("Int64")
    whole: pd.Series[Any] = years.clip(lower=-1)
    return whole


def wave_days(months: Floats) -> Floats:
    """Return the day on which a month since time zero is complete: 30.4375 days a month.

    Examples
    --------
    >>> wave_days(np.array([0, 6, 12, 24]))
    array([  0., 183., 365., 730.])
    """
    days: Floats = np.round(np.asarray(months, dtype=np.float64) * DAYS_A_MONTH)
    return days
