"""Who works when: jobs in days from time zero, days in work, employed at a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import days_since_zero, wave_days
from nextome_eval.study.columns import Floats
from nextome_eval.study.intervals import days_inside

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["WINDOW_DAYS", "days_employed", "employed_at", "jobs_in_days", "registered"]

WINDOW_DAYS = 182


def jobs_in_days(records: Records, people: pd.DataFrame) -> pd.DataFrame:
    """Return the jobs of all members of the households, in days from time zero.

    A job ends with its cessation; without one on the day it was expected to end; without either
    it goes on. Traineeships are not jobs and are left out. Jobs of one person may overlap here:
    what counts days unites them.

    Parameters
    ----------
    records : Records
    people : DataFrame
        The households wanted (`nextome_eval.study.clock.participants`).

    Returns
    -------
    DataFrame
        ``household``, ``code`` (row of the household in `people`), ``person``, ``start`` (first
        day), ``end`` (day after the last, inf = goes on), ``contract_class``, ``hours_week``.

    Raises
    ------
    DataProblem
        A job ends before it starts.
    """
    jobs = records.jobs[records.jobs["household"].isin(people.index)]
    trainee = jobs["contract_class"].eq("traineeship") | jobs["contract_code"].str.startswith("C.")
    jobs = jobs[~trainee.fillna(False).to_numpy(bool)]
    last = jobs["end_date"].fillna(jobs["expected_end_date"])
    end = days_since_zero(people, jobs["household"], last) + 1
    frame = jobs[["household", "person", "contract_class", "hours_week"]].assign(
        code=people.index.get_indexer(pd.Index(jobs["household"])).astype(np.int64),
        start=days_since_zero(people, jobs["household"], jobs["start_date"]),
        end=np.where(np.isnan(end), np.inf, end),
    )
    reversed_ = frame["household"][frame["end"] <= frame["start"]]
    if len(reversed_):
        raise DataProblem("job_reversed", units=reversed_.unique().tolist())
    return frame.sort_values(["code", "start"], ignore_index=True)


def registered(records: Records, people: pd.DataFrame, *, plan: Plan) -> Floats:
    """Return the last day (n,) up to which a household's jobs are known; NaN = not at all.

    They are known until the extraction, or the end of the plan's data where that is earlier. A
    household none of whose members has an identifier cannot be found in the register; if there
    are no jobs at all, the register did not arrive.
    """
    extracted = records.jobs["extracted_on"].max()
    if records.jobs.empty:
        return np.full(len(people), np.nan)
    last = pd.Timestamp(plan.data_until)
    last = last if pd.isna(extracted) else min(last, extracted)
    days: Floats = (last - people["referral_date"]).dt.days.to_numpy(np.float64)
    if records.members.empty:
        return days
    found = records.members["household"][records.members["person"].notna()]
    return np.where(people.index.isin(found), days, np.nan)


def days_employed(jobs: pd.DataFrame, months: Floats, *, n: int) -> Floats:
    """Return the days (n, m) covered by at least one job in the 182 days up to each month.

    Parameters
    ----------
    jobs : DataFrame
        From `jobs_in_days`.
    months : float array, (m,)
        Months since time zero.
    n : int
        Number of households.

    Examples
    --------
    Two jobs that overlap, days 10-39 and 30-59, count 50 days:

    >>> jobs = pd.DataFrame({"code": [0, 0], "start": [10.0, 30], "end": [40.0, 60]})
    >>> days_employed(jobs, np.array([0.0, 6.0]), n=1)
    array([[ 0., 50.]])

    See METHODS.md: days in work
    """
    code, start, end = (jobs[name].to_numpy() for name in ("code", "start", "end"))
    windows = [(np.full(n, day - WINDOW_DAYS), np.full(n, day)) for day in wave_days(months)]
    return np.column_stack([days_inside(code, start, end, window) for window in windows])


def employed_at(jobs: pd.DataFrame, months: Floats, *, n: int, stable: bool = False) -> Floats:
    """Return 1 where a household (n, m) has a job on the day a month since time zero is complete.

    With `stable`, where it has an open-ended one (``contract_class`` permanent).

    Examples
    --------
    >>> jobs = pd.DataFrame({"code": [0], "start": [100.0], "end": [200.0],
    ...                      "contract_class": ["fixed_term"]})
    >>> employed_at(jobs, np.array([0.0, 6.0, 12.0]), n=2)
    array([[0., 1., 0.],
           [0., 0., 0.]])
    >>> employed_at(jobs, np.array([6.0]), n=1, stable=True)
    array([[0.]])
    """
    counted = jobs[jobs["contract_class"].eq("permanent")] if stable else jobs
    code, start, end = (counted[name].to_numpy() for name in ("code", "start", "end"))
    at = wave_days(months)
    held = np.zeros((n, len(at)))
    row, column = np.nonzero((start[:, None] <= at) & (at < end[:, None]))
    held[code[row], column] = 1.0
    return held
