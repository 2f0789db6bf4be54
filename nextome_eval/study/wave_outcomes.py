"""The outcomes of each wave, and what a household was at its referral."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import DAYS_A_MONTH, days_since_zero, wave_days
from nextome_eval.study.episodes import episodes
from nextome_eval.study.followed import followed
from nextome_eval.study.housing_states import stable_days
from nextome_eval.study.scores import cefr, gse, mos_sss, who5
from nextome_eval.study.work import days_employed, jobs_in_days, registered

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["baseline", "wave_outcomes"]

_NUMBERS = (
    "members_n",
    "minors_n",
    "years_in_italy",
    "isee_eur",
    "net_income_eur_month",
    "income_support",
)
_WORDS = ("household_type", "head_sex", "citizenship", "permit", "origin")
_RESPONSES = ("completed", "refused", "untraceable", "moved", "not_recorded", "not_due")


def baseline(people: pd.DataFrame) -> pd.DataFrame:
    """Return what each household was at its referral, without dates, indexed as `people` (n,).

    ``head_age_years`` is the age of the head of household at the referral.
    """
    age = (people["referral_date"] - people["head_birth_date"]).dt.days / 365.25
    numbers = {name: people[name].astype("Float64").astype("float64") for name in _NUMBERS}
    words = {name: people[name] for name in _WORDS}
    return pd.DataFrame({"head_age_years": age.astype("float64"), **numbers, **words})


def wave_outcomes(records: Records, people: pd.DataFrame, *, plan: Plan) -> pd.DataFrame:
    """Return one row a household and planned wave, with every wave outcome by its name.

    A wave that was missed is a row with its reason and no answers. What comes from registers
    (`stable_days`, `days_employed`) does not need the interview.

    Parameters
    ----------
    records : Records
    people : DataFrame, (n,)
        From `nextome_eval.study.clock.participants`.
    plan : Plan

    Returns
    -------
    DataFrame, (n * waves,)
        ``household``, ``wave`` (months), ``response`` (completed, refused, untraceable, moved,
        not_recorded, not_due), ``visit_months`` (when the interview was, in months since time
        zero), and the outcomes.

    Raises
    ------
    DataProblem
        A household has a wave twice.
    """
    said, response = _said(records, people, plan)
    done = response == "completed"
    day = days_since_zero(people, said["household"], said["interview_date"])
    employed = said["employed"].to_numpy(np.float64, na_value=np.nan)
    wage = said["net_wage_eur_month"].to_numpy(np.float64)
    ethos = said["ethos"].to_numpy(np.float64, na_value=np.nan)
    months = np.array(plan.waves, dtype=np.float64)
    seen = followed(records, people, plan=plan)
    known = seen[["known", "left"]].min(axis=1).to_numpy(np.float64)
    jobs = days_employed(jobs_in_days(records, people), months, n=len(people))
    until = np.minimum(registered(records, people, plan=plan), seen["left"].to_numpy())
    jobs = np.where(wave_days(months) <= until[:, None], jobs, np.nan)
    stable = stable_days(episodes(records, people), months, known=known)
    return pd.DataFrame(
        {
            "household": said["household"],
            "wave": said["wave"],
            "response": pd.Categorical(response, categories=list(_RESPONSES)),
            "visit_months": np.where(done, day / DAYS_A_MONTH, np.nan),
            "stable_days": stable.ravel(),
            "ordinary_dwelling": np.where(np.isnan(ethos), np.nan, ethos == 0),
            "employed": employed,
            "days_employed": jobs.ravel(),
            "net_wage_eur_month": np.where((employed == 0) & np.isnan(wage), 0.0, wage),
            "who5": who5(said),
            "mos_sss": mos_sss(said),
            "gse": gse(said),
            "neighbour_help": said["neighbour_help"].to_numpy(np.float64, na_value=np.nan),
            "cefr": cefr(said["language_level"]),
        }
    )


def _said(
    records: Records, people: pd.DataFrame, plan: Plan
) -> tuple[pd.DataFrame, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    """Return every planned wave of every household with what was said, and the response."""
    visits = records.followups[records.followups["household"].isin(people.index)]
    twice = visits[visits.duplicated(["household", "wave"])]
    if len(twice):
        raise DataProblem(
            "unit_time_twice",
            units=twice["household"].unique().tolist(),
            time=twice["wave"].iloc[0],
        )
    grid = pd.MultiIndex.from_product([people.index, plan.waves], names=["household", "wave"])
    keyed = visits.astype({"wave": "int64"}).set_index(["household", "wave"])
    said = keyed.reindex(grid).reset_index()
    data_days = (pd.Timestamp(plan.data_until) - people["referral_date"]).dt.days
    due = data_days.reindex(said["household"]).to_numpy() >= wave_days(said["wave"].to_numpy())
    unsaid = np.where(due, "not_recorded", "not_due")
    response = said["response"].astype(object)
    return said, np.where(response.isna(), unsaid, response)
