"""Files that cannot be right stop the command with a sentence; what stood before stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from copied_example import Copy, run, stopped
from encrypted import encrypted
from openpyxl.worksheet.cell_range import CellRange

COMMANDS = ("data", "report")


@pytest.fixture
def study(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def missing_file(study: Copy) -> None:
    (study.raw / "costi.xlsx").unlink()


def missing_sheet(study: Copy) -> None:
    study.workbook("padova_nuclei.xlsx", lambda book: setattr(book["Nuclei"], "title", "Foglio1"))


def password(study: Copy) -> None:
    (study.raw / "costi.xlsx").write_bytes(encrypted())


def empty_file(study: Copy) -> None:
    (study.raw / "abano_nuclei.csv").write_bytes(b"")


def moved_header(study: Copy) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Nuclei"]
        merged = [str(cells) for cells in sheet.merged_cells.ranges]
        for cells in merged:
            sheet.unmerge_cells(cells)
        sheet.insert_rows(1, 2)
        for cells in merged:
            moved = CellRange(cells)
            moved.shift(row_shift=2)
            sheet.merge_cells(moved.coord)

    study.workbook("padova_nuclei.xlsx", change)


def two_with_one_id(study: Copy) -> None:
    def change(rows: list[list[str]]) -> None:
        again = list(rows[2])
        again[rows[0].index("N_COMPONENTI")] = "9"
        rows.append(again)

    study.rows("abano_nuclei.csv", change, "cp1252", ";")


def no_plan(study: Copy) -> None:
    (study.raw / "plan.toml").unlink()


def no_codebooks(study: Copy) -> None:
    for book in (study.raw / "codebooks").glob("*.toml"):
        book.unlink()


CASES: dict[Callable[[Copy], None], tuple[str, ...]] = {
    missing_file: ("costi.xlsx", "example"),
    missing_sheet: ("padova_nuclei.xlsx", "Nuclei", "Foglio1"),
    password: ("costi.xlsx",),
    empty_file: ("abano_nuclei.csv",),
    moved_header: ("padova_nuclei.xlsx", "Nuclei", "[6, 7]", "[4, 5]", "padova_nuclei"),
    two_with_one_id: ("abano_nuclei.csv",),
    no_plan: ("data/raw/example/plan.toml",),
    no_codebooks: ("example", "codebooks"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("spoil", CASES, ids=lambda spoil: spoil.__name__)
def test_a_spoilt_file_stops_the_command(
    study: Copy,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Copy], None],
    command: str,
) -> None:
    spoil(study)
    said = stopped(study, capsys, command, "example")
    for sentence in said.values():
        for name in CASES[spoil]:
            assert name in sentence
    assert study.untouched()


def test_two_households_with_one_id_are_told_by_place_and_never_by_id(
    study: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    two_with_one_id(study)
    for sentence in stopped(study, capsys, "data", "example").values():
        assert "AB-00" not in sentence


def test_a_study_that_is_not_there(study: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    for sentence in stopped(study, capsys, "report", "altro").values():
        assert "data/raw/altro/plan.toml" in sentence
    assert study.untouched()


def test_what_towns_send_twice_or_reversed_is_set_aside_and_the_run_goes_on(
    study: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    """In files, a wave twice and an exit before its entry are ledger lines (DATA.md, 3 and 5)."""
    code, out, _ = run(study, capsys, "data", "example")
    assert code == 0
    assert "ledger.xlsx" in out
    ledger = pd.read_parquet(study.processed / "ledger.parquet")
    aside = pd.read_parquet(study.processed / "setaside.parquet")
    for rule in ("wave_twice", "episode_reversed"):
        assert (ledger["rule"] == rule).any()
        assert (aside["rule"] == rule).any()
