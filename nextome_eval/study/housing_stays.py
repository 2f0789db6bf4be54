"""From one housing state to the next: each household's stays from its referral on, as spells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nextome_eval.study.clock import DAYS_A_MONTH, participants
from nextome_eval.study.durations import Durations
from nextome_eval.study.episodes import episodes
from nextome_eval.study.followed import followed
from nextome_eval.study.housing_states import STATES, state_of

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["UNKNOWN", "housing_stays"]

UNKNOWN = "unknown"
_CODES = {state: code for code, state in enumerate([*STATES, UNKNOWN], start=1)}


def housing_stays(records: Records, plan: Plan) -> Durations:
    """Return the stays of each household in one housing state after another, in months.

    Parameters
    ----------
    records : Records
    plan : Plan

    Returns
    -------
    Durations
        A spell a stay from the referral until the household was last known about or follow-up
        ends; its event is the state moved to (`causes` name them), 0 where nothing more is known.
        The column ``state`` is the state during the stay: those of
        `nextome_eval.study.housing_states.states_at`, and ``unknown`` for days of which no place
        is written. Who left the area moves to ``away`` and stays there.

    Raises
    ------
    DataProblem
        As `nextome_eval.study.episodes.written`; an arm is empty.

    Notes
    -----
    Made for `nextome_eval.state_occupancy`, ``state="state"``.
    """
    people = participants(records, plan)
    seen = followed(records, people, plan=plan)
    stop = seen[["known", "left", "horizon"]].min(axis=1).to_numpy(np.float64)
    stays = _one_after_another(episodes(records, people), stop)
    following = stays.groupby("code")["state"].shift(-1)
    gone = (seen["left"] <= stop).to_numpy(bool)[stays["code"]] & following.isna()
    following = following.mask(gone & (stays["state"] != "away"), "away")
    who = people.iloc[stays["code"]].reset_index()[["household", "arm", "municipality"]]
    frame = who.assign(
        **{"from": stays["start"] / DAYS_A_MONTH, "to": stays["end"] / DAYS_A_MONTH},
        state=stays["state"],
        then=following.map(_CODES).fillna(0).astype(int),
    )
    return Durations.from_frame(
        frame,
        time="to",
        entry="from",
        event="then",
        unit="household",
        arm="arm",
        strata="municipality",
        causes={code: state for state, code in _CODES.items()},
    )


def _one_after_another(clean: pd.DataFrame, stop: np.ndarray) -> pd.DataFrame:
    """Return `code`, `start`, `end`, `state`: every day from 0 to `stop` (n,) in one stay."""
    known = pd.DataFrame(
        {
            "code": clean["code"].to_numpy(np.int64),
            "start": np.maximum(clean["start"].to_numpy(np.float64), 0.0),
            "end": np.minimum(clean["end"].to_numpy(np.float64), stop[clean["code"]]),
            "state": pd.Series(state_of(clean)).fillna(UNKNOWN),
        }
    )
    known = known[known["start"] < known["end"]]
    ends = pd.DataFrame({"code": np.arange(len(stop)), "start": stop, "end": stop, "state": ""})
    rows = pd.concat([known, ends], ignore_index=True).sort_values(["code", "start", "end"])
    before = rows.groupby("code")["end"].shift(fill_value=0.0)
    gaps = rows.assign(start=before, end=rows["start"], state=UNKNOWN)
    rows = pd.concat([known, gaps[gaps["start"] < gaps["end"]]], ignore_index=True)
    return _united(rows.sort_values(["code", "start"], ignore_index=True))


def _united(rows: pd.DataFrame) -> pd.DataFrame:
    """Unite stays in the same state that follow each other."""
    same = (rows["code"] == rows["code"].shift()) & (rows["state"] == rows["state"].shift())
    runs = rows.groupby((~same).cumsum().to_numpy())
    return pd.DataFrame(
        {
            "code": runs["code"].first(),
            "start": runs["start"].first(),
            "end": runs["end"].last(),
            "state": runs["state"].first(),
        }
    ).reset_index(drop=True)
