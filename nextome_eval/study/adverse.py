"""What went wrong after the referral: homes lost, evictions, returns to reception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nextome_eval.study.clock import participants
from nextome_eval.study.episodes import written
from nextome_eval.study.followed import followed
from nextome_eval.study.housing_stays import housing_stays

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["EVENTS", "adverse_events"]

EVENTS = ("home_lost", "back_in_services", "evicted", "without_roof")
_HOMES = ("own_contract", "dwelling")
_ROOFLESS = ("street", "shelter")


def adverse_events(records: Records, plan: Plan) -> pd.DataFrame:
    """Count each household's adverse events between its referral and the end of its follow-up.

    Parameters
    ----------
    records : Records
    plan : Plan

    Returns
    -------
    DataFrame, (n,)
        Indexed by household: ``arm``, and how many times each of `EVENTS` happened. ``home_lost``:
        from a home with a contract to reception, guests, street or institutions;
        ``back_in_services``: to reception from a place that is known; ``evicted``: a stay that
        ended by eviction; ``without_roof``: a stay in the street or in a night shelter that began.

    Raises
    ------
    DataProblem
        As `nextome_eval.study.housing_stays.housing_stays`.
    """
    people = participants(records, plan)
    happened = [*_moved(records, plan), *_stayed(records, people, plan)]
    rows = pd.DataFrame(happened, columns=["household", "event"])
    counts = pd.crosstab(rows["household"], rows["event"])
    counts = counts.reindex(index=people.index, columns=list(EVENTS), fill_value=0)
    return people[["arm"]].join(counts)


def _moved(records: Records, plan: Plan) -> list[tuple[Any, str]]:
    spells = housing_stays(records, plan)
    moves = spells.frame.assign(to_state=spells.frame["then"].map(spells.causes))
    lost = moves["state"].isin(_HOMES) & moves["to_state"].isin(("services", "other"))
    back = (moves["state"] != "unknown") & moves["to_state"].eq("services")
    return [*_named(moves, lost, "home_lost"), *_named(moves, back, "back_in_services")]


def _stayed(records: Records, people: pd.DataFrame, plan: Plan) -> list[tuple[Any, str]]:
    seen = followed(records, people, plan=plan)
    stop = seen[["known", "left", "horizon"]].min(axis=1)
    stays = written(records, people)
    last = stop.reindex(stays["household"]).to_numpy()
    ended = (stays["end"] > 0) & (stays["end"] <= last + 1)
    began = (stays["start"] > 0) & (stays["start"] <= last)
    evicted = stays["exit_reason"].eq("evicted").fillna(False) & ended
    return [
        *_named(stays, evicted, "evicted"),
        *_named(stays, stays["place"].isin(_ROOFLESS) & began, "without_roof"),
    ]


def _named(rows: pd.DataFrame, where: pd.Series[bool], event: str) -> list[tuple[Any, str]]:
    return [(household, event) for household in rows.loc[where, "household"]]
