"""When a household comes to live on its own, under three definitions, each stricter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import DAYS_A_MONTH
from nextome_eval.study.columns import Floats
from nextome_eval.study.episodes import episodes
from nextome_eval.study.followed import followed
from nextome_eval.study.intervals import united
from nextome_eval.study.outcomes import outcome_named

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["CAUSES", "DWELLINGS", "flags", "independence_days", "time_to_independence"]

DWELLINGS = ("ordinary_dwelling", "public_housing", "project_flat")
CAUSES = {1: "independent", 2: "left the area"}
_RUNNING = 91  # days: three months of 30.4375, whole days

Flags = NDArray[np.bool_]


def flags(clean: pd.DataFrame) -> dict[str, Flags]:
    """Return for each episode whether it meets each definition; what is not written does not.

    An ordinary dwelling is a rented flat, public housing or a flat of the project, of ETHOS Light
    class 0; where only one of place and class is known, that one decides. Cohousing is none.
    """
    place, ethos = clean["place"], clean["ethos"]
    dwelling = (place.isin(DWELLINGS) | place.isna()) & (ethos.eq(0) | ethos.isna()).fillna(True)
    dwelling &= place.notna() | ethos.notna()
    contract = dwelling & clean["holder"].eq("household").fillna(False)
    unsupported = contract & clean["payer"].eq("household").fillna(False)
    return {
        "dwelling": dwelling.to_numpy(bool),
        "contract": contract.to_numpy(bool),
        "unsupported": unsupported.to_numpy(bool),
    }


def independence_days(clean: pd.DataFrame, known: pd.Series[float]) -> pd.DataFrame:
    """Return the first day that meets each definition, in days from time zero (inf = none).

    Parameters
    ----------
    clean : DataFrame
        From `nextome_eval.study.episodes.episodes`.
    known : Series, (n,)
        Last day each household is known about, indexed by household in the order of ``code``. The
        three months of ``unsupported`` count only so far: without them the day is not reached.

    Returns
    -------
    DataFrame, (n, 3)
        Columns ``dwelling``, ``contract``, ``unsupported``; never decreasing from left to right.
        A day at or before zero: the household met the definition at its referral already.
    """
    met = flags(clean)
    found = {name: _first(clean, met[name], known, running=0) for name in ("dwelling", "contract")}
    found["unsupported"] = _first(clean, met["unsupported"], known, running=_RUNNING)
    return pd.DataFrame(found, index=known.index)


def _first(clean: pd.DataFrame, met: Flags, known: pd.Series[float], *, running: int) -> Floats:
    columns = [clean[name].to_numpy()[met] for name in ("code", "start", "end")]
    unit, start, end = united(*columns)
    until = np.minimum(end, known.to_numpy()[unit]) if running else end
    counts = (end > 0) & (until - start >= running)
    day = np.full(len(known), np.inf)
    np.minimum.at(day, unit[counts], start[counts])
    return day


def time_to_independence(
    records: Records, people: pd.DataFrame, *, plan: Plan, definition: str
) -> pd.DataFrame:
    """Return the months from referral to independent housing, or to the end of what is known.

    Observation starts at time zero for both arms (no delayed entry): housing is recorded from the
    referral on, looking back, so a household's event is seen wherever it falls after the referral
    and nobody enters because of not having had it yet. Taking into care is later in one arm than
    in the other and is no entry.

    Parameters
    ----------
    records : Records
    people : DataFrame, (n,)
        From `nextome_eval.study.clock.participants`.
    plan : Plan
    definition : str
        ``"dwelling"``, ``"contract"`` or ``"unsupported"``.

    Returns
    -------
    DataFrame, (n,)
        Indexed as `people`: ``months``; ``independent`` (0/1: leaving the area is censoring);
        ``followed_months`` (how long the household was known about, whatever happened before);
        ``cause`` (0 = censored, 1 = independent, 2 = left the area); ``end`` (``independent``,
        ``left_area``, ``lost``, ``end_of_follow_up``).

    Raises
    ------
    DesignProblem
        The definition is none of the three.
    DataProblem
        A household met the definition at its referral already; it left the area before it.

    Notes
    -----
    An unsupported contract that began less than three months before a household was last known
    about is not counted: under that definition the last three months of follow-up show few events.

    See METHODS.md: time to independent housing
    """
    outcome_named("independence").definition(definition)
    seen = followed(records, people, plan=plan)
    event = independence_days(episodes(records, people), seen["known"])[definition].to_numpy()
    if (event <= 0).any():
        raise DataProblem(
            "independent_at_zero", units=people.index[event <= 0].tolist(), definition=definition
        )
    known, left, horizon = (seen[name].to_numpy() for name in ("known", "left", "horizon"))
    last = np.minimum(known, horizon)
    reached = event <= np.minimum(last, left)
    gone = ~reached & (left <= last)
    days = np.select([reached, gone], [event, left], last)
    end = np.where(known < horizon, "lost", "end_of_follow_up")
    return pd.DataFrame(
        {
            "months": days / DAYS_A_MONTH,
            "followed_months": last / DAYS_A_MONTH,
            "independent": reached.astype(np.int64),
            "cause": np.select([reached, gone], [1, 2], 0),
            "end": np.select([reached, gone], ["independent", "left_area"], end),
        },
        index=people.index,
    )
