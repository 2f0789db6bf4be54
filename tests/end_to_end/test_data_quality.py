"""The page on the files: every line of the ledger counted once, every row accounted for."""

from __future__ import annotations

import pandas as pd
import pytest

from nextome_eval.evaluation.quality import quality
from nextome_eval.evaluation.study import Study
from nextome_eval.loaders.load import read_files
from nextome_eval.reporting.release import release_exhibits
from nextome_eval.study.plan import read_plan
from nextome_eval.study.records import Records


@pytest.fixture(scope="module")
def study() -> Study:
    plan = read_plan("data/raw/example/plan.toml")
    loaded = read_files(plan)
    return Study(plan, loaded.records, loaded.ledger)


@pytest.fixture(scope="module")
def tables(study) -> dict[str, pd.DataFrame]:
    return {exhibit.id: exhibit.answers["rows"].rows for exhibit in quality(study)}


def test_each_table_counts_every_line_once(study, tables):
    assert tuple(tables) == ("T15", "T16", "T17", "T18", "T19")
    for number in ("T15", "T16", "T17", "T18"):
        assert tables[number]["lines"].sum() == len(study.ledger)
        parts = tables[number][["note", "problem", "set_aside"]].sum(axis=1)
        assert (parts == tables[number]["lines"]).all()


def test_problems_have_their_town(study, tables):
    abano = study.records.households.query("municipality == '028001'")["household"]
    own = study.ledger["household"].isin(abano).sum()
    assert tables["T17"].set_index("term").loc["028001", "lines"] >= own > 0


def test_half_years_stand_in_their_order(tables):
    halves = tables["T18"]["term"].tolist()
    assert halves[-1] == "no_month_known"
    assert halves[:-1] == sorted(halves[:-1])


def test_rows_in_are_kept_or_set_aside(tables):
    rows = tables["T19"]
    assert (rows["rows_in"] == rows["kept"] + rows["set_aside"]).all()


def test_made_up_records_have_no_files(study):
    assert quality(Study(study.plan, Records())) == []


def test_the_page_on_the_files_stays_in_the_house(study):
    shown = release_exhibits(quality(study), study.plan, profile="public")
    assert [exhibit.id for exhibit in shown] == ["T14"]
    told = shown[0].released().rows
    assert told["term"].tolist() == ["T15", "T16", "T17", "T18", "T19"]
    assert set(told["rule"]) == {"kept_inside"}
