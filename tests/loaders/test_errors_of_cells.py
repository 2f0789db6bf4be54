"""Cells that are errors, formulas nobody worked out, hidden rows: in every kind of workbook."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest
from old_workbook import old_workbook

from nextome_eval.loaders.files import open_file
from nextome_eval.loaders.load import read_files
from nextome_eval.loaders.old_workbooks import unseen_xls

BOOK = """
files = ["nuclei.xls"]
format = "workbook"
dates = "dmy"
[[tables]]
table = "households"
[tables.columns]
household = "ID_NUCLEO"
municipality = "COMUNE"
arm = "GRUPPO"
referral_date = "SEGNALAZIONE"
isee_eur = "ISEE"
members_n = "N_COMP"
"""


def read(study, name: str, content: bytes):
    plan = study({name: content}, nuclei=BOOK.replace("nuclei.xls", name))
    (plan.folder / "nuclei.csv").unlink()
    loaded = read_files(plan)
    lines = loaded.ledger[["rule", "row", "column", "value"]].astype(object)
    return loaded, [tuple(None if pd.isna(v) else v for v in line) for line in lines.to_numpy()]


def test_an_old_workbook(study):
    loaded, said = read(study, "nuclei.xls", old_workbook())
    assert said == [
        ("hidden_sheet", None, "", None),
        ("hidden_row", 3, "", None),
        ("excel_error", 3, "ISEE", "#N/A"),
        ("excel_error", 4, "N_COMP", "#REF!"),
    ]
    assert sorted(loaded.records.households["isee_eur"].dropna()) == [1000.0, 1250.5]
    assert loaded.records.missing["reason"].tolist() == ["unreadable"] * 2


@pytest.mark.parametrize("cut", [20, 600, 1500, 3000, 5000])
def test_a_damaged_old_workbook_tells_nothing_more(tmp_path, cut):
    (tmp_path / "a.xls").write_bytes(old_workbook()[:cut])
    assert isinstance(unseen_xls(tmp_path / "a.xls"), dict)


def test_formulas_that_no_spreadsheet_worked_out(study):
    book = openpyxl.Workbook()
    book.active.append(["ID_NUCLEO", "COMUNE", "GRUPPO", "SEGNALAZIONE", "ISEE", "N_COMP"])
    book.active.append(["P1", "Padova", "Controllo", "1/3/2021", "=1+2", '=SUM(A1:A2)&"<"'])
    out = io.BytesIO()
    book.save(out)
    _, said = read(study, "nuclei.xlsx", out.getvalue())
    assert said == [
        ("unreadable_number", 2, "ISEE", "=1+2"),
        ("unreadable_number", 2, "N_COMP", '=SUM(A1:A2)&"<"'),
    ]


def test_error_cells_of_an_open_document(tmp_path):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Foglio1")
    for words in (("x", "y", "y"), ("#N/D", "", "z")):
        row = TableRow()
        for word in words:
            cell = TableCell(valuetype="string", stringvalue="" if word[:1] == "#" else word)
            if word[:1] == "#":
                cell.setAttrNS("urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
                               "value-type", "error")  # fmt: skip
            cell.addElement(P(text=word))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    assert open_file(tmp_path / "a.ods")[0].cells.iloc[1].tolist() == ["#N/D", "", "z"]
