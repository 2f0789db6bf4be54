"""The ledger of the made-up example finds what was planted, all of it and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from nextome_eval.loaders.load import Loaded, read_files
from nextome_eval.study.plan import read_plan

FOLDER = "data/raw/example"
ADDRESS = ["file", "sheet", "row", "column", "rule"]


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return read_files(read_plan(f"{FOLDER}/plan.toml"))


def lines(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    texts = frame[ADDRESS].astype("string").fillna("")
    return sorted(map(tuple, texts.to_numpy().tolist()))


def test_every_planted_problem_is_found_and_no_other(loaded):
    planted = pd.read_csv(f"{FOLDER}/planted.csv", dtype=str, keep_default_na=False)
    assert len(planted) > 80
    assert lines(loaded.ledger) == lines(planted)


def test_rows_in_are_rows_kept_and_rows_set_aside(loaded):
    counts = loaded.reconciliation
    assert (counts["rows_in"] == counts["kept"] + counts["set_aside"]).all()
    aside = loaded.aside.groupby(["file", "sheet"]).size()
    for count in counts[counts["set_aside"] > 0].itertuples():
        assert aside[count.file, count.sheet] == count.set_aside
    assert counts["set_aside"].sum() == len(loaded.aside)


def test_every_line_set_aside_has_its_row_among_those_set_aside(loaded):
    apart = set(zip(loaded.aside["file"], loaded.aside["sheet"], loaded.aside["row"], strict=True))
    said = loaded.ledger[loaded.ledger["severity"] == "set_aside"]
    assert set(zip(said["file"], said["sheet"], said["row"], strict=True)) <= apart


def test_no_identifier_stands_in_what_is_written(loaded):
    text = loaded.ledger.to_csv() + loaded.aside.to_csv()
    people = pd.read_csv(f"{FOLDER}/componenti.csv", sep=";", dtype=str, encoding="utf-8-sig")
    cells = {word for line in text.splitlines() for word in line.split(",")}
    names = {name for column in ("COGNOME", "NOME") for name in people[column].dropna()}
    assert not any(code in text for code in people["CODICE_FISCALE"].dropna())
    assert not names & cells
    assert "PD-001" not in text
