"""Ids written once for the rows below them: filled down where a codebook says so."""

from __future__ import annotations

import io

import openpyxl

from nextome_eval.loaders.load import Loaded, read_files


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    lines = loaded.ledger
    return list(zip(lines["rule"], lines["row"], lines["column"].fillna(""), strict=True))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


PEOPLE = """
files = ["persone.xlsx"]
format = "workbook"
[[tables]]
table = "members"
fill_down = ["Nucleo"]
[tables.columns]
household = "Nucleo"
member = "N."
sex = "Sesso"
"""


def test_ids_in_cells_joined_downwards(study):
    book = openpyxl.Workbook()
    for row in (
        ["Nucleo", "N.", "Sesso"],
        ["PD-001", 1, "F"],
        [None, 2, "M"],
        [],
        [None, 3, "M"],
        ["PD-002", 1, None],
        ["Totale", 4, None],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A5")
    files = {"persone.xlsx": saved(book)}
    loaded = read_files(study(files, persone=PEOPLE))
    assert [li for li in said(loaded) if li[0] != "members_number"] == [("totals_row", 7, "")]
    assert loaded.records.members.groupby("household").size().tolist() in ([3, 1], [1, 3])
    undeclared = PEOPLE.replace('fill_down = ["Nucleo"]\n', "")
    lines = said(read_files(study(files, persone=undeclared)))
    assert [li[1] for li in lines if li[0] == "no_household"] == [3, 5]
