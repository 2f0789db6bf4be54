"""The records read back from the example's mess are the records that were simulated."""

from __future__ import annotations

import pandas as pd
import pytest

from nextome_eval.loaders.codebook import read_codebook
from nextome_eval.loaders.identity import pseudonymiser
from nextome_eval.loaders.load import Loaded, read_files
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.plan import read_plan
from nextome_eval.study.records import Records

KEYS = {
    "households": ["household"],
    "members": ["household", "member"],
    "followups": ["household", "wave"],
    "housing": ["household", "from_date"],
    "jobs": ["household", "person", "start_date"],
    "costs": ["household", "month", "category", "provider"],
    "operators": ["operator", "wave"],
}
PLAN = read_plan("data/raw/example/plan.toml")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return read_files(PLAN)


@pytest.fixture(scope="module")
def simulated(loaded) -> Records:
    """The simulated records under the pseudonyms of the example's key."""
    records = simulate_pilot(seed=1)
    names = pseudonymiser(PLAN)
    tables = {name: table.copy() for name, table in records.tables().items()}
    for table in tables.values():
        for kind in {"household", "operator", "flat"} & set(table.columns):
            table[kind] = names.column(kind, table[kind].fillna(""))
    people = tables["members"].merge(
        loaded.records.members[["household", "member", "person"]],
        on=["household", "member"],
        suffixes=("", "_read"),
    )
    known = people.set_index("person")["person_read"]
    tables["jobs"]["person"] = tables["jobs"]["person"].map(known)
    tables["members"] = tables["members"].drop(columns="person")
    return Records(**tables)


def headers() -> dict[tuple[str, str], str]:
    """The canonical column that each header of each file feeds."""
    found = {}
    for path in sorted((PLAN.folder / "codebooks").glob("*.toml")):
        book = read_codebook(path)
        for column in (c for rule in book.tables for c in rule.columns.values()):
            found |= {(book.files[0], header): column.name for header in column.headers}
    return found


def spoken(loaded: Loaded) -> set[tuple[str, str, int, str]]:
    """Cells that a line of the ledger speaks of; a line on a whole row has no column."""
    lines = loaded.ledger
    names = headers()
    columns = [names.get(key, "") for key in zip(lines["file"], lines["column"], strict=True)]
    return set(zip(lines["file"], lines["sheet"], lines["row"], columns, strict=True))


@pytest.mark.parametrize("table", KEYS)
def test_a_table_reads_back_as_it_was_simulated(table, loaded, simulated):
    read, wanted = loaded.records.tables()[table], simulated.tables()[table]
    origin = loaded.origin[loaded.origin["table"] == table].reset_index(drop=True)
    read = pd.concat([read, origin[["file", "sheet", "row"]].add_prefix("at_")], axis=1)
    both = read.merge(wanted, on=KEYS[table], suffixes=("", "_wanted"), how="left", indicator=True)
    places = list(zip(both["at_file"], both["at_sheet"], both["at_row"], strict=True))
    planted = spoken(loaded)
    whole = ("", *KEYS[table])
    quiet = pd.Series([not any((*place, c) in planted for c in whole) for place in places])
    if table == "costs":  # of two rows that were added, the ledger speaks of the later
        added = loaded.ledger.loc[loaded.ledger["rule"] == "cost_twice", "household"]
        quiet &= ~both["household"].isin(added)
    if table in ("jobs", "members"):  # a job is made of several rows; two ids share a family
        rows = {place[:3] for place in planted}
        quiet &= pd.Series([place not in rows for place in places])
    assert len(both) == len(read)
    assert quiet.mean() > 0.9
    assert (both.loc[quiet, "_merge"] == "both").all()
    for column in wanted.columns.difference([*KEYS[table], "person", "employer"]):
        mine = quiet & pd.Series([(*place, column) not in planted for place in places])
        one, other = both.loc[mine, column], both.loc[mine, f"{column}_wanted"]
        same = (one == other).fillna(False) | (one.isna() & other.isna())
        assert same.all(), (column, one[~same].tolist(), other[~same].tolist())


@pytest.mark.parametrize("table", KEYS)
def test_no_row_is_lost_but_those_set_aside(table, loaded, simulated):
    read, wanted = loaded.records.tables()[table], simulated.tables()[table]
    gone = wanted[KEYS[table]].merge(read[KEYS[table]], how="left", indicator=True)
    lost = (gone["_merge"] == "left_only").sum()
    aside = (loaded.aside["table"] == table).sum()
    assert lost <= aside


def test_stated_reasons_for_missing_values_come_back(loaded, simulated):
    key = ["table", "household", "record", "column", "reason"]
    stated = loaded.records.missing
    stated = stated[stated["reason"] != "unreadable"][key]
    both = simulated.missing[key].merge(stated, how="outer", indicator=True)
    assert (both["_merge"] == "both").mean() > 0.9


def test_reading_twice_gives_the_same_records(loaded):
    again = read_files(PLAN)
    for name, table in loaded.records.tables().items():
        pd.testing.assert_frame_equal(table, again.records.tables()[name])
    pd.testing.assert_frame_equal(loaded.ledger, again.ledger)
