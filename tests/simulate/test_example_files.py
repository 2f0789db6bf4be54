"""The example's files come from the seed, in the dialects they are said to be in."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nextome_eval.simulate.spreadsheets import write_example

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example"
TEXTS = (
    "abano_nuclei.csv", "componenti.csv", "comunicazioni_obbligatorie.csv", "corrections.csv",
    "interviste_limesurvey.csv", "montegrotto_nuclei.csv", "planted.csv", "policy_events.csv",
)  # fmt: skip
BOOKS = ("costi.xlsx", "operatori.xlsx", "padova_nuclei.xlsx", "storia_abitativa.xlsx")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    return folder


def test_these_are_all_the_files(written: Path) -> None:
    assert sorted(p.name for p in written.iterdir()) == sorted(
        [*TEXTS, *BOOKS, "cadoneghe_nuclei.ods"]
    )


@pytest.mark.parametrize("name", TEXTS)
def test_text_files_are_the_same_to_the_byte(written: Path, name: str) -> None:
    assert (written / name).read_bytes() == (EXAMPLE / name).read_bytes()


def _cells(path: Path) -> dict[str, Any]:
    """Return everything a reader of a workbook can see; how it is packed depends on zlib."""
    book = openpyxl.load_workbook(path)
    return {
        page.title: (
            page.sheet_state,
            sorted(str(area) for area in page.merged_cells.ranges),
            [n for n, row in page.row_dimensions.items() if row.hidden],
            [(c.coordinate, c.value, c.data_type, c.number_format)
             for row in page.iter_rows() for c in row if c.value is not None],
        )
        for page in book
    }  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_workbooks_hold_the_same_cells(written: Path, name: str) -> None:
    assert _cells(written / name) == _cells(EXAMPLE / name)


def test_the_opendocument_sheet_is_the_same(written: Path) -> None:
    name = "cadoneghe_nuclei.ods"
    with zipfile.ZipFile(written / name) as new, zipfile.ZipFile(EXAMPLE / name) as old:
        assert new.namelist() == old.namelist()
        assert new.namelist()[0] == "mimetype"
        assert all(new.read(part) == old.read(part) for part in new.namelist())


def test_the_same_seed_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_example(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (written / path.name).read_bytes(), path.name


@pytest.mark.parametrize("seed", [2, 3])
def test_another_seed_can_be_written_too(tmp_path: Path, seed: int) -> None:
    write_example(tmp_path, seed)
    assert (tmp_path / "planted.csv").read_bytes() != (EXAMPLE / "planted.csv").read_bytes()


def test_problems_are_listed_once(written: Path) -> None:
    rows = list(csv.reader((written / "planted.csv").read_text("utf-8").splitlines()))
    assert rows[0] == ["file", "sheet", "row", "column", "rule"]
    assert len({tuple(row) for row in rows}) == len(rows)
    assert len({row[4] for row in rows[1:]}) >= 38


def test_it_is_a_few_hundred_kilobytes(written: Path) -> None:
    assert sum(path.stat().st_size for path in written.iterdir()) < 600_000


def test_abano_writes_like_an_old_windows(written: Path) -> None:
    raw = (written / "abano_nuclei.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    text = raw.decode("cp1252")
    assert "€ " in text
    assert "’" in text
    assert text.count("\r\n") == text.count("\n") == 8


def test_interviews_look_like_limesurvey(written: Path) -> None:
    raw = (written / "interviste_limesurvey.csv").read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"id";"submitdate"')
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    head = rows[0]
    assert "WHO5[SQ001]" in head
    assert sum(row[head.index("submitdate")] == "" for row in rows[1:]) == 2


def test_montegrotto_looks_like_a_google_form(written: Path) -> None:
    raw = (written / "montegrotto_nuclei.csv").read_bytes().decode("utf-8")
    rows = list(csv.reader(raw.splitlines()))
    assert rows[0][0] == "Informazioni cronologiche"
    assert rows[1][0] == "09/01/2025 09.12.44"
    assert any("," in cell for cell in rows[1])


def test_padova_has_titles_a_merged_header_and_a_totals_row(written: Path) -> None:
    book = openpyxl.load_workbook(written / "padova_nuclei.xlsx")
    page = book["Nuclei"]
    assert page["A1"].value == "COMUNE DI PADOVA - Settore Servizi Sociali"
    assert "A4:D4" in {str(area) for area in page.merged_cells.ranges}
    assert page.cell(page.max_row, 1).value == "TOTALE"
    assert book["Appoggio"].sheet_state == "hidden"
