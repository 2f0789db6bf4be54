"""What one row alone cannot show: repetitions, strangers, dates and sums that disagree."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.calendar import add_months
from nextome_eval.loaders.gathered import Gathered
from nextome_eval.loaders.identity import written_id
from nextome_eval.study.tables import tables

__all__ = ["cross_check"]

_SPLIT = re.compile(r"(.+?)(?:[\s\-_/]*(?:BIS|TER|QUATER)|[\s\-_/]+(?:[A-E]|[2-9]))\Z")
_CENT = 0.01


def cross_check(read: Gathered) -> None:
    """Apply every rule that looks at more than one cell (DATA.md, reading rule 5).

    Parameters
    ----------
    read : Gathered
        Its frames lose the rows that are set aside; its lines gain what was found.

    Raises
    ------
    DataProblem
        If two rows of the households' files with one id disagree.
    """
    _households_once(read)
    for table in ("members", "followups", "housing", "costs"):
        _strangers(read, table)
    _twice(read, "members", "member_twice")
    _twice(read, "followups", "wave_twice")
    _twice(read, "operators", "wave_twice")
    _families(read)
    _members_number(read)
    _before_referral(read)
    _windows(read)
    _episodes(read)
    _costs(read)


def _households_once(read: Gathered) -> None:
    if not read.has("households", "household"):
        return
    frame = read.frame("households").drop(columns=["of", "at"])
    read.set_aside("duplicate_row", "households", frame.duplicated().to_numpy(bool))
    frame = read.frame("households")
    twice = frame["household"].duplicated(keep=False)
    if twice.any():
        first = frame[twice].sort_values(["household", "of", "at"])
        places = [
            f"{read.sources[s].file} {read.sources[s].sheet} {read.sources[s].rows[at]}".replace(
                "  ", " "
            )
            for s, at in zip(first["of"].astype(int), first["at"], strict=True)
        ]
        raise DataProblem("household_twice", units=list(first["household"].unique()), places=places)


def _strangers(read: Gathered, table: str) -> None:
    if not read.has(table, "household"):
        return
    known = set(read.frame("households").get("household", pd.Series(dtype=str)))
    unknown = ~read.frame(table)["household"].isin(known).to_numpy(bool)
    if not unknown.any():
        return
    ids = {written_id(t) for t in read.texts("households", "household")}
    written = read.texts(table, "household")
    split = np.zeros(len(written), bool)
    for i in np.flatnonzero(unknown):
        found = _SPLIT.match(written_id(written.iloc[i])[:100])
        split[i] = found is not None and found[1] in ids
    stranger = unknown & ~split
    read.report("unknown_household", table, stranger)
    read.report("household_split", table, split)
    read.set_aside("household_split", table, split, silent=True)
    rest = ~read.frame(table)["household"].isin(known).to_numpy(bool)
    read.set_aside("unknown_household", table, rest, silent=True)


def _twice(read: Gathered, table: str, rule: str) -> None:
    key = {
        "members": ["household", "member"],
        "followups": ["household", "wave"],
        "operators": ["operator", "wave"],
    }[table]
    if read.has(table, *key):
        alike = read.frame(table).drop(columns=["of", "at"]).duplicated().to_numpy(bool)
        read.set_aside("duplicate_row", table, alike)
        read.set_aside(rule, table, read.frame(table).duplicated(key, keep=False).to_numpy(bool))


def _families(read: Gathered) -> None:
    if not read.has("members", "person", "household"):
        return
    frame = read.frame("members")
    homes = frame.groupby("person")["household"].nunique()
    shared = frame["person"].isin(homes[homes > 1].index).to_numpy(bool)
    read.report("family_two_ids", "members", shared, "person")


def _members_number(read: Gathered) -> None:
    if not (read.has("households", "members_n") and read.has("members", "household")):
        return
    frame = read.frame("households")
    listed = frame["household"].map(read.frame("members")["household"].value_counts())
    differs = listed.notna() & frame["members_n"].notna() & (listed != frame["members_n"])
    read.report("members_number", "households", differs.fillna(False).to_numpy(bool), "members_n")


def _before_referral(read: Gathered) -> None:
    frame = read.frame("households")
    for column in ("intake_date", "home_entry_date"):
        if {"referral_date", column} <= set(frame.columns):
            early = (frame[column] < frame["referral_date"]).to_numpy(bool)
            read.report("event_before_entry", "households", early, column)


def _windows(read: Gathered) -> None:
    if not (read.has("followups", "interview_date") and read.has("households", "referral_date")):
        return
    frame = read.frame("followups")
    referred = read.frame("households").set_index("household")["referral_date"]
    start = referred.reindex(frame["household"]).set_axis(frame.index)
    months = frame["wave"].astype("float64").to_numpy()
    width = read.plan.window_months
    seen = frame["interview_date"]
    early = (months > 0) & (seen < start).to_numpy(bool)
    blank = pd.Series("completed", index=frame.index)
    done = frame.get("response", blank).fillna("completed").eq("completed")
    too_early = (seen < add_months(start, months - width)).to_numpy(bool)
    too_late = (seen > add_months(start, months + width)).to_numpy(bool)
    outside = (too_early | too_late) & np.asarray(done, dtype=bool) & ~early
    read.report("event_before_entry", "followups", early, "interview_date")
    read.report(
        "wave_out_of_window",
        "followups",
        outside,
        "interview_date",
    )


def _episodes(read: Gathered) -> None:
    if not read.has("housing", "from_date"):
        return
    if read.has("housing", "to_date"):
        frame = read.frame("housing")
        wrong = (frame["to_date"] < frame["from_date"]).to_numpy(bool)
        read.set_aside("episode_reversed", "housing", wrong, column="to_date")
    frame = read.frame("housing").sort_values(["household", "from_date", "of", "at"], kind="stable")
    end = frame["to_date"] if "to_date" in frame else pd.Series(pd.NaT, index=frame.index)
    unread = read.reasons[read.reasons["column"] == "to_date"][["of", "at"]]
    known = ~pd.MultiIndex.from_frame(frame[["of", "at"]]).isin(pd.MultiIndex.from_frame(unread))
    far = end.fillna(pd.Timestamp("2262-01-01")).where(known, frame["from_date"])
    latest = far.groupby(frame["household"]).cummax().groupby(frame["household"]).shift()
    over = (latest.notna() & (latest > frame["from_date"])).reindex(read.frame("housing").index)
    same = read.frame("housing").duplicated(["household", "from_date"]).to_numpy(bool)
    read.report("episode_overlap", "housing", over.to_numpy(bool) & ~same, "from_date")
    read.set_aside("episode_overlap", "housing", same, column="from_date")


def _costs(read: Gathered) -> None:
    if read.has("costs", "amount_eur", "quantity", "unit_cost_eur"):
        frame = read.frame("costs")
        gap = (frame["quantity"] * frame["unit_cost_eur"] - frame["amount_eur"]).abs()
        read.report("cost_mismatch", "costs", (gap > _CENT + 1e-9).to_numpy(bool), "amount_eur")
    if read.has("costs", "household", "month", "category", "amount_eur"):
        key = [name for name in tables()["costs"].key if read.has("costs", name)]
        again = read.frame("costs").duplicated(key).to_numpy(bool)
        read.report("cost_twice", "costs", again, "amount_eur")
