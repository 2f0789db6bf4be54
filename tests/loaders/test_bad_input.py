"""Files that cannot be read end in a sentence, and nothing is half written."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from encrypted import encrypted

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.files import open_file
from nextome_eval.loaders.load import load
from nextome_eval.loaders.storage import processed_folder


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(make, code: str, **files) -> DataProblem:
    plan = make(**files)
    with pytest.raises(DataProblem) as found:
        load(plan)
    assert found.value.code == code
    assert not processed_folder(plan.folder, plan.study).exists()
    for language in ("it", "en"):
        assert "{" not in found.value.text(language)
    return found.value


BOOK = """
files = ["nuclei.xlsx"]
format = "workbook"
dates = "dmy"
[[tables]]
table = "households"
sheets = ["Nuclei"]
[tables.columns]
household = "ID_NUCLEO"
arm = "GRUPPO"
municipality = "COMUNE"
referral_date = "SEGNALAZIONE"
"""
ROWS = [
    ["ID_NUCLEO", "GRUPPO", "COMUNE", "SEGNALAZIONE"],
    ["P1", "Controllo", "Padova", "1/3/2021"],
]


def test_a_missing_file(study):
    def make():
        plan = study()
        (plan.folder / "nuclei.csv").unlink()
        return plan

    assert "nuclei.csv" in str(refused(make, "file_missing"))


def test_an_empty_file(study):
    refused(lambda: study({"nuclei.csv": ""}), "file_empty")
    refused(lambda: study({"nuclei.csv": " \n\n"}), "file_empty")


def test_a_sheet_that_is_not_there(study):
    files = {"nuclei.xlsx": workbook(Foglio1=ROWS)}
    assert "Foglio1" in str(refused(lambda: study(files, nuclei=BOOK), "sheet_missing"))


def test_a_workbook_with_a_password(study):
    files = {"nuclei.xlsx": encrypted()}
    refused(lambda: study(files, nuclei=BOOK), "workbook_password")


def test_a_workbook_that_is_none(study):
    files = {"nuclei.xlsx": b"PK\x03\x04 not really"}
    refused(lambda: study(files, nuclei=BOOK), "workbook_broken")


def test_a_workbook_that_unpacks_without_end(study):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    files = {"nuclei.xlsx": out.getvalue()}
    refused(lambda: study(files, nuclei=BOOK), "workbook_too_large")


def test_a_header_that_moved(study):
    moved = [["Comune di Padova"], [], *ROWS]
    found = refused(
        lambda: study({"nuclei.xlsx": workbook(Nuclei=moved)}, nuclei=BOOK), "header_moved"
    )
    assert "row 3" in str(found)


def test_headers_that_are_nowhere(study):
    files = {"nuclei.xlsx": workbook(Nuclei=[["a", "b"], ["1", "2"]])}
    refused(lambda: study(files, nuclei=BOOK), "header_not_found")


def test_the_wrong_separator(study):
    refused(lambda: study({"nuclei.csv": "ID_NUCLEO,COMUNE\nP1,Padova\n"}), "header_not_found")


def test_a_quotation_mark_that_never_closes(study):
    from conftest import NUCLEI

    refused(lambda: study({"nuclei.csv": NUCLEI + '"PD-003;Padova\n'}), "file_quotes")


def test_a_quotation_mark_that_swallows_rows(study):
    from conftest import HEAD

    rows = (
        '"PD-001;Padova;Controllo;01/03/2021;;3;;;;\nPD-002;Padova;Controllo;02/03/2021;;3;;;;"\n'
    )
    assert "row 2" in str(refused(lambda: study({"nuclei.csv": HEAD + rows}), "file_swallowed"))


def test_a_note_of_several_lines_is_one_cell(study):
    from conftest import HEAD

    rows = 'PD-001;Padova;Controllo;01/03/2021;;3;;;;"due\nrighe; una nota"\n'
    records, ledger = load(study({"nuclei.csv": HEAD + rows}))
    assert (len(records.households), len(ledger)) == (1, 0)


def test_text_in_no_known_encoding(study):
    refused(lambda: study({"nuclei.csv": b"ID\x81;\x8d\x90\n"}), "file_encoding")


def test_two_households_with_one_id(study):
    from conftest import NUCLEI

    other = "PD-001;Padova;Controllo;01/05/2021;;3;;;;\n"
    found = refused(lambda: study({"nuclei.csv": NUCLEI + other}), "household_twice")
    assert "nuclei.csv" in str(found)
    assert "PD-001" not in str(found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("files = [", "codebook_toml"),
        ('files = ["a.csv"]', "codebook_incomplete"),
        ('files = ["a.csv"]\nfoo = 1\n[[tables]]\ntable = "households"', "codebook_key"),
        ('files = ["a.csv"]\n[[tables]]\ntable = "houses"', "codebook_value"),
        ('files = ["a.csv"]\ndates = "gma"\n[[tables]]\ntable = "jobs"', "codebook_value"),
        (
            'files = ["a.csv"]\n[[tables]]\ntable = "jobs"\n[tables.columns]\nfoo = "X"',
            "codebook_column",
        ),
        (
            'files = ["a.csv"]\n[[tables]]\ntable = "households"\n[tables.columns]\n'
            'arm = { from = "X", words = { "S" = "treated" } }',
            "codebook_value",
        ),
    ],
)
def test_a_codebook_that_cannot_be_meant(study, text, code):
    refused(lambda: study(nuclei=text), code)


def test_a_study_without_codebooks(study):
    def make():
        plan = study()
        (plan.folder / "codebooks" / "nuclei.toml").unlink()
        return plan

    refused(make, "codebooks_missing")


def test_hidden_rows_and_sheets_are_reported(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(workbook(A=[["x"], ["y"], ["z"]], B=[["w"]])))
    book["A"].row_dimensions[2].hidden = True
    book["B"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    shown, hidden = open_file(tmp_path / "a.xlsx")
    assert (shown.hidden_rows, shown.hidden, hidden.hidden) == (frozenset({2}), False, True)


def test_hidden_rows_of_an_open_document(tmp_path):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Foglio1")
    for text, visibility in (("x", "visible"), ("y", "collapse"), ("z", "filter")):
        row = TableRow(visibility=visibility)
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=text))
        row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    sheet = open_file(tmp_path / "a.ods")[0]
    assert sheet.hidden_rows == frozenset({2, 3})
    assert sheet.cells[0].tolist() == ["x", "y", "z"]


def test_where_a_person_sees_a_cell(tmp_path):
    book = workbook(A=[[], ["x"], [], [None, "y"]])
    (tmp_path / "a.xlsx").write_bytes(book)
    cells = open_file(tmp_path / "a.xlsx")[0].cells
    assert cells.iloc[1, 0] == "x"
    assert cells.iloc[3, 1] == "y"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("città;1\n".encode("utf-8-sig"), "utf-8-sig"),
        ("città;1\n".encode(), "utf-8"),
        ("città;1\n".encode("cp1252"), "cp1252"),
        ("città;1\n".encode("utf-16"), "utf-16"),
    ],
)
def test_an_encoding_is_found_and_recorded(tmp_path, raw, encoding):
    (tmp_path / "a.csv").write_bytes(raw)
    sheet = open_file(tmp_path / "a.csv")[0]
    assert (sheet.cells.iloc[0, 0], sheet.encoding) == ("città", encoding)


def test_a_workbook_without_any_sheet(study):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(Nuclei=ROWS))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part[: part.index(b"<sheets>")] + part[part.index(b"</sheets>") + 9 :]
            new.writestr(name, part)
    refused(lambda: study({"nuclei.xlsx": out.getvalue()}, nuclei=BOOK), "sheet_missing")


def test_a_codebook_without_the_id_of_its_rows(study):
    found = refused(
        lambda: study(nuclei=BOOK.replace("household =", "flat =")), "codebook_incomplete"
    )
    assert "household" in found.text("it")


HOME = '[[tables]]\ntable = "households"\n'
FILES = 'files = ["nuclei.csv"]\n'
ID = '[tables.columns]\nhousehold = "ID_NUCLEO"\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (FILES + "tables = [1]", "tables"),
        (FILES + HOME + "columns = { household = 3 }", "columns.household"),
        (FILES + HOME + 'header = "uno"\n' + ID, "tables.header"),
        (FILES + HOME + "header = 0\n" + ID, "tables.header"),
        (FILES + HOME + "header = [5, 4]\n" + ID, "tables.header"),
        (FILES + HOME + 'set_aside = ["TOTALE"]\n' + ID, "tables.set_aside"),
        (FILES + HOME + 'month_in_sheet = "si"\n' + ID, "tables.month_in_sheet"),
        (FILES + HOME + ID + 'arm = { from = "G", words = ["a"] }', "columns.arm.words"),
        (FILES + 'missing = "nd"\n' + HOME + ID, "missing"),
        (FILES + 'delimiter = ";;"\n' + HOME + ID, "delimiter"),
        ('files = ["/etc/passwd"]\n' + HOME + ID, "files"),
        ('files = ["../nuclei.csv"]\n' + HOME + ID, "files"),
    ],
)
def test_a_codebook_written_in_another_way(study, text, place):
    found = refused(lambda: study(nuclei=text), "codebook_shape")
    assert f" {place} " in found.text("it")
