"""A copy for one recipient: its own pseudonyms, no calendar, no row lost."""

from __future__ import annotations

import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.identity import Pseudonymiser
from nextome_eval.loaders.load import read_files
from nextome_eval.loaders.shared_copy import share, shared_tables
from nextome_eval.study.plan import read_plan
from nextome_eval.study.records import Records
from nextome_eval.study.tables import typed

KEY = b"k" * 32
RECIPIENT = Pseudonymiser(KEY, study="piccolo", recipient="padova")


def records() -> Records:
    day = pd.to_datetime
    return Records(
        households=typed(
            "households",
            pd.DataFrame(
                {
                    "household": ["a", "b"],
                    "referral_date": day(["2021-03-15", None]),
                    "home_entry_date": day(["2021-03-14", "2021-04-01"]),
                    "head_birth_date": day(["1990-03-16", "1990-03-15"]),
                }
            ),
        ),
        members=typed(
            "members",
            pd.DataFrame(
                {
                    "household": ["a", "a", "a"],
                    "member": [1, 2, 3],
                    "person": ["p", "q", "r"],
                    "birth_date": day(["1990-03-15", "2020-03-16", "2022-01-01"]),
                }
            ),
        ),
        costs=typed(
            "costs",
            pd.DataFrame(
                {
                    "household": ["a", "a"],
                    "month": day(["2021-02-01", "2022-03-01"]),
                    "category": ["rent", "rent"],
                    "provider": ["x", "x"],
                }
            ),
        ),
        missing=typed(
            "missing",
            pd.DataFrame(
                {
                    "table": ["costs", "housing", "followups"],
                    "household": ["a", "a", "a"],
                    "record": ["2022-03-01 rent x", "2021-03-20", "18"],
                    "column": ["amount_eur", "rent_eur_month", "employed"],
                    "reason": ["refused", "refused", "not_asked"],
                }
            ),
        ),
    )


def test_by_hand():
    shared = shared_tables(records(), RECIPIENT)
    home = shared["households"].set_index("household").loc[RECIPIENT.one("household", "a")]
    assert (home["referral_day"], home["home_entry_day"], home["head_age_years"]) == (0, -1, 30)
    assert shared["members"]["age_years"].tolist() == [31, 0, -1]
    assert shared["costs"]["month"].tolist() == [-1, 12]
    missing = shared["missing"].set_index("table")["record"]
    assert missing.to_dict() == {"costs": "12 rent x", "housing": "5", "followups": "18"}


def test_without_a_referral_there_are_no_days():
    shared = shared_tables(records(), RECIPIENT)["households"].set_index("household")
    other = shared.loc[RECIPIENT.one("household", "b")]
    assert pd.isna(other["home_entry_day"])
    assert pd.isna(other["head_age_years"])


@pytest.fixture(scope="module")
def example() -> Records:
    return read_files(read_plan("data/raw/example/plan.toml")).records


def everything(frames: dict[str, pd.DataFrame]) -> set[str]:
    texts = [frame.select_dtypes("string") for frame in frames.values()]
    return {str(cell) for frame in texts for name in frame for cell in frame[name].dropna()}


def test_the_example_keeps_its_rows_and_loses_its_calendar(example):
    shared = shared_tables(example, RECIPIENT)
    assert {n: len(f) for n, f in shared.items()} == {
        n: len(f) for n, f in example.tables().items()
    }
    for frame in shared.values():
        assert not any(pd.api.types.is_datetime64_any_dtype(kind) for kind in frame.dtypes)
    assert not any(text[:2] == "20" and text[4:5] == "-" for text in everything(shared))
    assert set(shared["followups"]["household"]) <= set(shared["households"]["household"])
    known = set(shared["members"]["person"].dropna())
    before = example.jobs["person"].isin(example.members["person"]).sum()
    assert shared["jobs"]["person"].isin(known).sum() == before


def test_copies_cannot_be_joined_by_their_pseudonyms(example):
    others = Pseudonymiser(KEY, study="piccolo", recipient="abano")
    one, other = shared_tables(example, RECIPIENT), shared_tables(example, others)
    ids = set(example.households["household"]) | set(example.members["person"].dropna())
    assert not ids & everything(one)
    here, there = set(one["households"]["household"]), set(other["households"]["household"])
    assert len(here) == len(there)
    assert not here & there
    assert one["households"]["household"].is_monotonic_increasing


def test_the_folder_holds_tables_and_their_codebook(study):
    plan = study()
    folder = share(plan, read_files(plan).records, recipient="comune-di-padova")
    assert folder.parts[-3:] == ("shared", "piccolo", "comune-di-padova")
    page = (folder / "codebook.it.md").read_text("utf-8")
    assert "`referral_day`" in page
    assert "`referral_date`" not in page
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    share(plan, read_files(plan).records, recipient="comune-di-padova")
    assert first == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(pd.read_parquet(folder / "households.parquet")) == 3
    assert not any(name.startswith(("ledger", "setaside", "origin")) for name in first)


def test_a_recipient_is_a_folder_name(study):
    with pytest.raises(DataProblem, match="cannot name a recipient"):
        share(study(), Records(), recipient="../fuori")


def test_years_of_the_calendar_stay_in_the_house():
    assert "birth_year" in records().members
    assert "birth_year" not in shared_tables(records(), RECIPIENT)["members"]
