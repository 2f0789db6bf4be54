"""The ledger goes to the town as a workbook, and comes back with its corrections."""

from __future__ import annotations

import openpyxl
import pytest
from conftest import FOLLOWUPS

from nextome_eval.loaders import ledger_book
from nextome_eval.loaders.ledger_book import escaped, unescaped, write_ledger_book
from nextome_eval.loaders.load import load, read_files
from nextome_eval.loaders.storage import processed_folder

ROWS = (
    "ID_NUCLEO;ONDATA;DATA;OCCUPATO;WHO5_1\n"
    'PD-001;T0;05/03/2021;"=HYPERLINK(""http://x"")";3\n'
    "PD-001;T6;05/09/2021;+39;9\nPD-777;T0;05/03/2021;si;2\n"
)


@pytest.fixture
def plan(study):
    return study({"interviste.csv": ROWS}, interviste=FOLLOWUPS)


def test_nothing_that_a_spreadsheet_could_run(plan):
    load(plan)
    path = processed_folder(plan.folder, plan.study) / "ledger.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["interviste.csv"]
    cells = [cell for row in book["interviste.csv"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert "Il codebook non conosce questa parola." in texts


def test_the_workbook_comes_back_as_corrections(plan):
    load(plan)
    path = processed_folder(plan.folder, plan.study) / "ledger.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["interviste.csv"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        fix = {"OCCUPATO": "no", "WHO5_1": "4"}.get(sheet.cell(row, heads["colonna"]).value)
        sheet.cell(row, heads["correzione"]).value = fix
    book.save(plan.folder / "corrections.xlsx")
    loaded = read_files(plan)
    assert loaded.ledger["rule"].tolist() == ["unknown_household"]
    assert loaded.records.followups["employed"].tolist() == [False, False]
    assert loaded.records.followups["who5_1"].tolist() == [3, 4]


@pytest.mark.parametrize("text", ["=1+1", "+39", "-x", "@here", "\tx", "plain", "'quoted", ""])
def test_escaping_goes_and_comes(text):
    assert unescaped(str(escaped(text))) == text
    assert not str(escaped(text)).startswith(("=", "+", "-", "@", "\t"))


def test_more_problems_than_a_sheet_has_rows(plan, tmp_path, monkeypatch):
    lines = read_files(plan).ledger
    write_ledger_book(lines, tmp_path / "one.xlsx")
    write_ledger_book(lines, tmp_path / "again.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    monkeypatch.setattr(ledger_book, "_MOST", 2)
    write_ledger_book(lines, tmp_path / "more.xlsx")
    book = openpyxl.load_workbook(tmp_path / "more.xlsx")
    assert book.sheetnames == ["interviste.csv", "interviste.csv 2"]
    assert sum(sheet.max_row - 1 for sheet in book) == len(lines) == 4
    assert [sheet["A1"].value for sheet in book] == ["file", "file"]
