"""Housing history: a workbook in which Excel has turned two contracts into other things."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.simulate.cohort import stream
from nextome_eval.simulate.spreadsheets.forms import day, number
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet, rows_of
from nextome_eval.simulate.spreadsheets.story import Story
from nextome_eval.simulate.spreadsheets.writers import heading, write_workbook
from nextome_eval.study.records import Records
from nextome_eval.study.tables import MUNICIPALITIES

__all__ = ["write_history"]

FILE, SHEET = "storia_abitativa.xlsx", "Storia abitativa"
HEADERS = ["ID_NUCLEO", "DATA_DA", "DATA_A", "TIPO_SISTEMAZIONE", "ETHOS", "COMUNE",
           "CONDIVISIONE", "INTESTATARIO", "CANONE", "CHI_PAGA", "MOTIVO_USCITA"]  # fmt: skip
_TITLE = "Storia abitativa dei nuclei (dai fascicoli dei servizi sociali)"
_UNEXPECTED = "VERIFICATO DA"
PLACES = {
    "reception": ("SAI", "CAS", "Accoglienza"),
    "cohousing": ("Cohousing",),
    "project_flat": ("App. progetto",),
    "ordinary_dwelling": ("4+4", "3+2", "Affitto"),
    "public_housing": ("ERP",),
    "guest": ("Ospite",),
    "shelter": ("Dormitorio",),
    "street": ("Strada",),
    "institution": ("Istituto",),
    "abroad": ("Estero",),
}
HOLDERS = {"household": "nucleo", "project": "progetto", "other": "altri"}
PAYERS = {"household": "nucleo", "shared": "misto", "public": "pubblico"}
REASONS = {
    "moved_on": "passaggio",
    "evicted": "sfratto",
    "project_end": "fine progetto",
    "left_area": "trasferimento",
    "reunited": "ricongiungimento",
    "returned_to_services": "rientro nei servizi",
    "other": "altro",
}


def write_history(folder: Path, records: Records, seed: int, story: Story) -> list[Planted]:
    """Write the workbook; return the problems planted in it."""
    rng = stream(seed, "history")
    sheet = Sheet(FILE, SHEET, [*HEADERS, _UNEXPECTED], first=4)
    sheet.rows = [_episode(row, rng) for row in rows_of(records.housing)]
    _plant(sheet, story)
    write_workbook(folder / FILE, lambda book: _fill(book, sheet))
    return sheet.planted()


def _episode(row: dict[str, Any], rng: Any) -> Row:
    known = pd.notna(row["municipality"])
    town: str | int | None = MUNICIPALITIES[row["municipality"]] if known else None
    if town == "Padova" and rng.random() < 0.2:
        town = 28060
    shared = "sì" if row["shared"] else "no"
    reason = row["exit_reason"]
    return {
        "ID_NUCLEO": row["household"],
        "DATA_DA": day(row["from_date"]),
        "DATA_A": day(row["to_date"]),
        "TIPO_SISTEMAZIONE": str(rng.choice(PLACES[row["place"]])),
        "ETHOS": number(row["ethos"]),
        "COMUNE": town,
        "CONDIVISIONE": shared,
        "INTESTATARIO": HOLDERS[row["holder"]],
        "CANONE": number(row["rent_eur_month"]),
        "CHI_PAGA": PAYERS[row["payer"]],
        "MOTIVO_USCITA": None if pd.isna(reason) else REASONS[reason],
    }


def _plant(sheet: Sheet, story: Story) -> None:
    def of_type(*words: str) -> Any:
        return lambda row: row["TIPO_SISTEMAZIONE"] in words

    kind = "TIPO_SISTEMAZIONE"

    def of_first(row: Row) -> bool:
        return row["TIPO_SISTEMAZIONE"] in PLACES["reception"] and row["DATA_A"] is not None

    sheet.plant(sheet.find(of_type("4+4"), 1), kind, 8, "excel_turned")
    sheet.plant(sheet.find(of_type("3+2"), 2), kind, date(2025, 2, 3), "excel_turned")
    sheet.plant(sheet.find(of_type("Ospite")), kind, "da definire", "unknown_word")
    early = sheet.find(of_type("Cohousing"), 2)
    sheet.plant(early, "DATA_DA", early["DATA_DA"] - timedelta(days=12), "episode_overlap")
    origin = sheet.find(lambda row: of_first(row) and row["ID_NUCLEO"] != early["ID_NUCLEO"], 4)
    sheet.plant(origin, "DATA_A", origin["DATA_DA"] - timedelta(days=30), "episode_reversed")
    elsewhere = sheet.find(lambda row: row["COMUNE"] == "Padova" and row["DATA_A"], 8)
    sheet.plant(elsewhere, "COMUNE", "Sant'Angelo di Piove di Sacco", "unknown_municipality")
    away = sheet.find(lambda row: row["COMUNE"] == "Padova" and row["DATA_A"], 5)
    sheet.plant(away, "CONDIVISIONE", "in parte", "unknown_word")
    last = next(row for row in reversed(sheet.rows) if row["ID_NUCLEO"] == story.split)
    apart = {**last, "ID_NUCLEO": f"{story.split} bis", "TIPO_SISTEMAZIONE": "Dormitorio"}
    apart |= {"DATA_DA": date(2024, 3, 1), "DATA_A": None}
    sheet.put(apart, "household_split", after=last)
    same = sheet.find(lambda row: row["DATA_A"] is None, 7)
    sheet.put(dict(same), "duplicate_row", after=same)
    sheet.note_header(_UNEXPECTED, "unknown_column")
    for row in sheet.rows[::9]:
        row[_UNEXPECTED] = "ufficio casa"


def _fill(book: Any, sheet: Sheet) -> None:
    from openpyxl.styles import PatternFill

    page = book.create_sheet(SHEET)
    page.cell(
        1, 1, "Storia abitativa dei nuclei (dai fascicoli dei servizi sociali)"
    ).font = heading(13)
    for k, header in enumerate(sheet.headers, start=1):
        cell = page.cell(3, k, header)
        cell.font, cell.fill = heading(), PatternFill("solid", fgColor="FDE9D9")
        page.column_dimensions[cell.column_letter].width = 16
    for i, row in enumerate(sheet.rows, start=sheet.first):
        for k, header in enumerate(sheet.headers, start=1):
            cell = page.cell(i, k, row.get(header))
            if isinstance(row.get(header), date):
                cell.number_format = "DD-MMM" if header == "TIPO_SISTEMAZIONE" else "DD/MM/YYYY"
    page.freeze_panes = "B4"
