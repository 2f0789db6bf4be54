"""A drafted codebook is close to the one a person wrote, and is never taken as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.codebook import read_codebook
from nextome_eval.loaders.propose import propose_codebook
from nextome_eval.loaders.trial import try_file

EXAMPLE = Path("data/raw/example")
BOOKS = sorted(path.stem for path in (EXAMPLE / "codebooks").glob("*.toml"))

OWN_HEADERS = ("montegrotto_nuclei",)


def source_file(name: str) -> Path:
    return EXAMPLE / read_codebook(EXAMPLE / "codebooks" / f"{name}.toml").files[0]


@pytest.mark.parametrize("name", BOOKS)
def test_a_draft_waits_for_a_person(name, tmp_path):
    path = tmp_path / "bozza.toml"
    text = propose_codebook(source_file(name))
    path.write_text(text, "utf-8")
    with pytest.raises(DataProblem) as found:
        read_codebook(path)
    assert found.value.code == "codebook_draft"
    path.write_text(text.split("\n", 1)[1], "utf-8")
    assert read_codebook(path).tables


@pytest.mark.parametrize("name", [name for name in BOOKS if name not in OWN_HEADERS])
def test_a_draft_finds_the_columns_by_their_headers(name):
    drafted = tomllib.loads(propose_codebook(source_file(name)))["tables"][0]
    written = read_codebook(EXAMPLE / "codebooks" / f"{name}.toml").tables[0]
    assert drafted["table"] == written.table
    headers = {name: column.headers for name, column in written.columns.items()}
    found = [c for c, header in drafted["columns"].items() if header in headers.get(c, ())]
    assert len(found) >= 0.9 * len(headers)


def test_names_and_codes_are_never_shown(tmp_path):
    text = propose_codebook(EXAMPLE / "componenti.csv")
    rows = (EXAMPLE / "componenti.csv").read_text("utf-8-sig").splitlines()[1:]
    for row in rows[:40]:
        surname, name, code = row.split(";")[2:5]
        assert not any(word and f" {word}" in text for word in (surname, name, code))


@pytest.mark.parametrize("name", BOOKS)
def test_a_file_is_tried_alone(name):
    ledger, counts = try_file(source_file(name), EXAMPLE / "codebooks" / f"{name}.toml")
    assert (counts["rows_in"] == counts["kept"] + counts["set_aside"]).all()
    assert ledger["household"].isna().all()


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_both_rows_of_a_header_are_used(tmp_path):
    rows = [
        ["Elenco dei nuclei"],
        ["Nucleo", None, "Capofamiglia", None, "Note"],
        ["ID_NUCLEO", "Comune", "Sesso", "Data nascita", None],
        ["RU-01", "Rubano", "F", "5/3/1990", "x"],
    ]
    drafted = tomllib.loads(propose_codebook(workbook(tmp_path / "a.xlsx", Foglio1=rows)))
    table = drafted["tables"][0]
    assert table["header"] == [2, 3]
    assert table["drop"] == ["Note"]
    assert table["columns"] == {
        "household": "Nucleo / ID_NUCLEO",
        "municipality": "Nucleo / Comune",
        "head_sex": "Capofamiglia / Sesso",
        "head_birth_date": "Capofamiglia / Data nascita",
    }


def test_a_title_is_no_header(tmp_path):
    rows = [["Elenco", None, "2021"], [], ["ID_NUCLEO", "Comune", "Gruppo"], ["A", "Rubano", "C"]]
    drafted = tomllib.loads(propose_codebook(workbook(tmp_path / "a.xlsx", Foglio1=rows)))
    assert drafted["tables"][0]["header"] == 3


def test_sheets_alike_are_one_table(tmp_path):
    rows = [["ID_NUCLEO", "CATEGORIA", "IMPORTO"], ["A", "Affitto", 100]]
    path = workbook(tmp_path / "a.xlsx", Gennaio_2021=rows, Febbraio_2021=rows, Legenda=[["x"]])
    tables = tomllib.loads(propose_codebook(path))["tables"]
    assert [t["sheets"] for t in tables] == [["Gennaio 2021", "Febbraio 2021"]]
    assert tables[0]["month_in_sheet"] is True


@pytest.mark.parametrize(
    ("text", "kind", "delimiter"),
    [
        ("Comune di Rubano, elenco\n\nID_NUCLEO;ISEE;CANONE\nA;1,5;2,5\nB;1,5;2,5\n", "csv", ";"),
        ("ID_NUCLEO\tCOMUNE\nA\tRubano\n", "csv", "\t"),
        ('"id","submitdate","IDNUCLEO","ONDATA"\n"1","2021-03-01","A","T0"\n', "limesurvey", ","),
        ("record_id,redcap_event_name,ID_NUCLEO\n1,t0,A\n", "redcap", ","),
        ("ID_NUCLEO;_submission_time;_index\nA;2021;1\n", "kobo", ";"),
    ],
)
def test_the_kind_and_the_separator_are_seen(tmp_path, text, kind, delimiter):
    (tmp_path / "a.csv").write_text(text, "utf-8")
    drafted = tomllib.loads(propose_codebook(tmp_path / "a.csv"))
    assert (drafted["format"], drafted["delimiter"]) == (kind, delimiter)


def test_births_and_telephones_are_no_samples(tmp_path):
    text = f"ID_NUCLEO;CAPOFAMIGLIA_DATA_NASCITA;GRUPPO\nA;5/3/1990;tel. 347 {1234567}\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    drafted = propose_codebook(tmp_path / "a.csv")
    assert "1990" not in drafted
    assert "347" not in drafted
