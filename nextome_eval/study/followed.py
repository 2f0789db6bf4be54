"""Until which day each household is known about, and when it left the area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import DAYS_A_MONTH, days_since_zero, wave_days
from nextome_eval.study.columns import Floats
from nextome_eval.study.episodes import written

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["followed"]

_FIRST_DAY = 0.5  # the referral itself is known about: nobody is followed for less


def followed(records: Records, people: pd.DataFrame, *, plan: Plan) -> pd.DataFrame:
    """Return the follow-up of each household in days from time zero.

    A household is known about until its last completed interview or the last day written in its
    housing history, whichever is later. A stay without an end counts by its first day: that
    nobody wrote an end does not show that anybody looked. Leaving the area is the day after the
    last one of a stay that ended for it, the first day abroad, or the contact that found the
    household moved (unless an interview was completed after it).

    Parameters
    ----------
    records : Records
    people : DataFrame, (n,)
        The households wanted (`nextome_eval.study.clock.participants`).
    plan : Plan

    Returns
    -------
    DataFrame, (n,)
        Indexed as `people`: ``known`` (last day known about), ``left`` (day of leaving the area,
        inf = never), ``horizon`` (the planned end of follow-up, or the data's where earlier).

    Raises
    ------
    DataProblem
        A household left the area before time zero and nothing is known of it after.
    """
    stays = written(records, people)
    visits = _visits(records, people)
    done = visits[visits["response"] == "completed"]
    ended = stays["end"].to_numpy()
    signs = pd.DataFrame(
        {
            "household": pd.concat([done["household"], stays["household"], stays["household"]]),
            "day": np.concatenate(
                [done["day"], stays["start"], np.where(np.isinf(ended), -np.inf, ended - 1)]
            ),
        }
    )
    last = signs.groupby("household")["day"].max().reindex(people.index).to_numpy(np.float64)
    leaving = pd.concat([_by_housing(stays), _by_contact(visits)])
    exits = leaving["day"].to_numpy()
    left = _earliest(leaving[exits > 0], people.index)
    gone = np.isfinite(_earliest(leaving[exits <= 0], people.index))
    unseen = gone & np.isinf(left) & ~(last > 0)
    if unseen.any():
        raise DataProblem("left_before_zero", units=people.index[unseen].tolist())
    known = np.fmax(last, np.where(np.isinf(left), -np.inf, left))
    data_end = (pd.Timestamp(plan.data_until) - people["referral_date"]).dt.days
    horizon = np.minimum(plan.follow_up_months * DAYS_A_MONTH, data_end.to_numpy(np.float64))
    columns = {"known": np.fmax(known, _FIRST_DAY), "left": left, "horizon": horizon}
    return pd.DataFrame(columns, index=people.index)


def _visits(records: Records, people: pd.DataFrame) -> pd.DataFrame:
    visits = records.followups[records.followups["household"].isin(people.index)]
    day = days_since_zero(people, visits["household"], visits["interview_date"])
    nominal = wave_days(visits["wave"].to_numpy(np.float64))
    day = np.where(np.isnan(day), nominal, day)
    return visits[["household", "wave", "response"]].assign(day=day)


def _by_housing(stays: pd.DataFrame) -> pd.DataFrame:
    away = stays["place"].eq("abroad").fillna(False).to_numpy(bool)
    moved = stays["exit_reason"].eq("left_area").fillna(False).to_numpy(bool)
    moved &= np.isfinite(stays["end"].to_numpy())
    return pd.concat(
        [
            pd.DataFrame({"household": stays["household"][away], "day": stays["start"][away]}),
            pd.DataFrame({"household": stays["household"][moved], "day": stays["end"][moved]}),
        ]
    )


def _by_contact(visits: pd.DataFrame) -> pd.DataFrame:
    done = visits["wave"].where(visits["response"] == "completed").astype("Float64")
    last_done = done.groupby(visits["household"]).transform("max").fillna(-1)
    moved = (visits["response"] == "moved") & (visits["wave"] > last_done)
    return visits.loc[moved.fillna(False), ["household", "day"]]


def _earliest(leaving: pd.DataFrame, index: pd.Index[str]) -> Floats:
    days = leaving.groupby("household")["day"].min().reindex(index)
    return days.fillna(np.inf).to_numpy(np.float64)
