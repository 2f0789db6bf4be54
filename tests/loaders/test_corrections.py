"""Corrections are applied on every reading, and a stale one is a line."""

from __future__ import annotations

import io

import openpyxl
import pytest
from codicefiscale import codicefiscale
from conftest import FOLLOWUPS

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.load import load, read_files
from nextome_eval.loaders.storage import processed_folder

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


MEMBERS = """
files = ["componenti.csv"]
dates = "dmy"
[[tables]]
table = "members"
[tables.columns]
household = "ID"
member = "N"
person = "CF"
"""
WIDE = """
files = ["largo.csv"]
decimal = ","
[[tables]]
table = "followups"
long = ["T0", "T6"]
[tables.columns]
household = "ID"
rent_eur_month = "CANONE_*"
"""


def returned(plan, fixes: dict[tuple[str, int, str], object]):
    """Write the ledger, fill in its column of corrections as a town would, read again."""
    load(plan)
    book = openpyxl.load_workbook(processed_folder(plan.folder, plan.study) / "ledger.xlsx")
    for sheet in book:
        heads = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            told = [sheet.cell(row, heads[name]).value for name in ("file", "riga", "colonna")]
            place = (told[0], told[1], told[2] or "")
            sheet.cell(row, heads["correzione"]).value = fixes.pop(place, None)
    assert not fixes
    book.save(plan.folder / "corrections.xlsx")
    return read_files(plan)


def test_what_the_ledger_hides_or_cuts_can_be_corrected(study):
    start = "HSSFTM" + "90B41Z330"
    right = codicefiscale.encode_cin(start)
    wrong = start + ("A" if right != "A" else "B")
    long = "molto " * 30
    interviews = INTERVIEWS.replace(";boh;", f";{long};") + "PD-777;T0;05/03/2021;si;\n"
    interviews += "AB-001;T0;05/03/2021;chiamare 049 " + "8200000;1\n"
    plan = study(
        {"interviste.csv": interviews, "componenti.csv": f"ID;N;CF\nAB-001;1;{wrong}\n"},
        interviste=FOLLOWUPS,
        componenti=MEMBERS,
    )
    loaded = returned(
        plan,
        {
            ("componenti.csv", 2, "CF"): start + right,
            ("interviste.csv", 2, "OCCUPATO"): "no",
            ("interviste.csv", 4, ""): "PD-002",
            ("interviste.csv", 5, "OCCUPATO"): "si",
        },
    )
    assert set(loaded.ledger["rule"]) <= {"members_number"}
    assert loaded.records.members["person"].notna().all()
    assert len(loaded.records.followups) == 4


def test_a_number_typed_into_the_workbook_is_that_number(study):
    rows = "ID;CANONE_T0;CANONE_T6\nPD-001;circa 300;circa 300\n"
    plan = study({"largo.csv": rows}, largo=WIDE)
    loaded = returned(plan, {("largo.csv", 2, "CANONE_T6"): 312.5})
    table = loaded.records.followups.set_index("wave")["rent_eur_month"]
    assert table.loc[6] == 312.5
    assert table.isna().loc[0]
    assert loaded.ledger["column"].tolist() == ["CANONE_T0"]
