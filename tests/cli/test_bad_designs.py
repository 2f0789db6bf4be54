"""Studies that cannot answer their plan stop the report with a sentence, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from copied_example import Copy, stopped

from nextome_eval.errors import DataProblem
from nextome_eval.study.durations import Durations
from nextome_eval.study.panel import Panel

TWO_TOWNS = (
    'towns = ["028060", "028001", "028016", "028057"] # Padova, Abano Terme, Cadoneghe, '
    "Montegrotto Terme",
    'towns = ["028001", "028057"]',
)
FEW = ("abano_nuclei", "montegrotto_nuclei", "storia_abitativa", "interviste_limesurvey")


@pytest.fixture
def study(tmp_path: Path) -> Copy:
    """Abano Terme and Montegrotto Terme only, whose households came as CSV: quick to read."""
    copy = Copy(tmp_path, only=FEW)
    copy.plan(*TWO_TOWNS)
    return copy


def _arms(study: Copy, file: str, column: str, word: str) -> None:
    def change(rows: list[list[str]]) -> None:
        at = rows[0].index(column)
        for row in rows[1:]:
            row[at] = word

    dialect = ("cp1252", ";") if file.startswith("abano") else ("utf-8", ",")
    study.rows(file, change, *dialect)


def town_in_one_arm(study: Copy) -> None:
    _arms(study, "abano_nuclei.csv", "GRUPPO", "C")


def empty_arm(study: Copy) -> None:
    _arms(study, "abano_nuclei.csv", "GRUPPO", "C")
    _arms(study, "montegrotto_nuclei.csv", "Gruppo", "Servizi attuali")


def controls_missing_at_a_wave(study: Copy) -> None:
    controls = []

    def read(rows: list[list[str]]) -> None:
        arm = next(at for at, name in enumerate(rows[0]) if name.upper() == "GRUPPO")
        house = next(at for at, name in enumerate(rows[0]) if name in _IDS)
        controls.extend(row[house] for row in rows[1:] if row[arm] in ("C", "Servizi attuali"))

    def refuse(rows: list[list[str]]) -> None:
        house, wave, said = (rows[0].index(name) for name in ("IDNUCLEO", "ONDATA", "ESITO"))
        for row in rows[1:]:
            if row[house] in controls and row[wave] == "T12":
                row[said:] = ["rifiuto", *[""] * len(row[said + 1 :])]

    study.rows("abano_nuclei.csv", read, "cp1252", ";")
    study.rows("montegrotto_nuclei.csv", read, "utf-8", ",")
    study.rows("interviste_limesurvey.csv", refuse, "utf-8-sig", ";")


_IDS = ("ID_NUCLEO", "Codice del nucleo")


def everybody_censored(study: Copy) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Storia abitativa"]
        at = [cell.value for cell in sheet[3]].index("INTESTATARIO") + 1
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, at).value = "altri"

    study.workbook("storia_abitativa.xlsx", change)


CASES: dict[Callable[[Copy], None], dict[str, tuple[str, ...]]] = {
    town_in_one_arm: {
        "": ("Abano Terme",),
        "en": ("Current services",),
        "it": ("Servizi attuali",),
    },
    empty_arm: {"en": ("Pilot",), "it": ("Sperimentale",)},
    controls_missing_at_a_wave: {
        "": ("T12",),
        "en": ("Current services",),
        "it": ("Servizi attuali",),
    },
    everybody_censored: {"en": ("censored",), "it": ("censurat",)},
}


@pytest.mark.parametrize("spoil", CASES, ids=lambda spoil: spoil.__name__)
def test_a_design_that_cannot_answer_stops_the_report(
    study: Copy, capsys: pytest.CaptureFixture[str], spoil: Callable[[Copy], None]
) -> None:
    spoil(study)
    said = stopped(study, capsys, "report", "example")
    names = CASES[spoil]
    for language, sentence in said.items():
        for name in (*names.get("", ()), *names[language]):
            assert name in sentence
    assert study.report_untouched()
    assert (study.processed / "households.parquet").exists()  # the files themselves were in order


def test_at_the_doors_a_wave_twice_is_fatal() -> None:
    df = pd.DataFrame({"id": [1, 1, 2], "t": [0, 0, 0], "arm": ["a", "a", "b"], "y": 1.0})
    with pytest.raises(DataProblem) as found:
        Panel.from_frame(df, unit="id", time="t", arm="arm")
    assert found.value.code == "unit_time_twice"
    assert "1" in found.value.text("it")


def test_at_the_doors_an_exit_before_the_entry_is_fatal() -> None:
    df = pd.DataFrame({"id": [1, 2], "late": [5.0, 0], "end": [3.0, 4], "housed": [1, 0]})
    with pytest.raises(DataProblem) as found:
        Durations.from_frame(df, time="end", event="housed", entry="late", unit="id")
    assert found.value.code == "entry_after_exit"
    assert "1" in found.value.text("it")
