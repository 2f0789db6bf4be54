"""Corrections are applied on every reading, and a stale one is a line."""

from __future__ import annotations

import io

import openpyxl
import pytest
from conftest import FOLLOWUPS

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.load import read_files

HEAD = "file;household;column;wave;old;new;initials;note\n"
INTERVIEWS = (
    "ID_NUCLEO;ONDATA;DATA;OCCUPATO;WHO5_1\nPD-001;T0;05/03/2021;boh;3\nPD-001;T6;05/09/2021;si;2\n"
)


def corrected(study, text: str):
    files = {"interviste.csv": INTERVIEWS, "corrections.csv": HEAD + text}
    loaded = read_files(study(files, interviste=FOLLOWUPS))
    lines = loaded.ledger
    return loaded, list(
        zip(lines["rule"], lines["file"], lines["row"], lines["column"], strict=True)
    )


def test_a_correction_is_read_in_the_place_of_the_cell(study):
    loaded, said = corrected(study, "interviste.csv;PD-001;OCCUPATO;T0;boh;no;MB;chiesto\n")
    assert said == []
    table = loaded.records.followups.set_index("wave")
    assert not table.loc[0, "employed"]
    assert table.loc[6, "employed"]


def test_without_a_wave_the_old_value_must_point_to_one_cell(study):
    loaded, said = corrected(study, ";pd-001;OCCUPATO;;boh;no;MB;\n")
    assert said == []
    assert not loaded.records.followups.set_index("wave").loc[0, "employed"]


def test_a_stale_correction_is_a_line(study):
    _, said = corrected(study, "interviste.csv;PD-001;WHO5_1;T0;5;4;MB;\n")
    assert ("stale_correction", "corrections.csv", 2, "old") in said


@pytest.mark.parametrize(
    "row", ["interviste.csv;PD-777;WHO5_1;T0;3;4;MB;\n", "interviste.csv;PD-001;UMORE;T0;3;4;MB;\n"]
)
def test_a_correction_that_fits_nothing(study, row):
    _, said = corrected(study, row)
    assert ("correction_unmatched", "corrections.csv", 2, "household") in said


def test_a_corrections_file_without_its_columns(study):
    with pytest.raises(DataProblem) as found:
        read_files(study({"corrections.csv": "nucleo;nuovo\nPD-001;3\n"}))
    assert found.value.code == "corrections_columns"


def test_a_workbook_of_corrections_by_address(study):
    book = openpyxl.Workbook()
    book.active.append(["file", "foglio", "riga", "colonna", "valore", "correzione"])
    book.active.append(["interviste.csv", "", 2, "OCCUPATO", "boh", "no"])
    book.active.append(["interviste.csv", "", 3, "WHO5_1", "2", ""])
    out = io.BytesIO()
    book.save(out)
    files = {"interviste.csv": INTERVIEWS, "corrections.xlsx": out.getvalue()}
    loaded = read_files(study(files, interviste=FOLLOWUPS))
    assert len(loaded.ledger) == 0
    assert not loaded.records.followups.set_index("wave").loc[0, "employed"]
