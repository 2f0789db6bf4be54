"""Operators' questionnaires before and after training: one sheet, dates in no declared order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from nextome_eval.simulate.spreadsheets.forms import day, number
from nextome_eval.simulate.spreadsheets.sheet import Planted, Sheet, rows_of
from nextome_eval.simulate.spreadsheets.writers import heading, write_workbook
from nextome_eval.study.records import Records
from nextome_eval.study.tables import MUNICIPALITIES

__all__ = ["write_questionnaires"]

FILE, SHEET = "operatori.xlsx", "Questionari"
HEADERS = ["CODICE_OPERATORE", "COMUNE", "RILEVAZIONE", "DATA_COMPILAZIONE", "CONOSCENZE",
           "SICUREZZA"]  # fmt: skip
_ALIASES = {"Abano Terme": "Abano", "Noventa Padovana": "Noventa P.na"}


def write_questionnaires(folder: Path, records: Records) -> list[Planted]:
    """Write the sheet; return the problems planted in it."""
    sheet = Sheet(FILE, SHEET, HEADERS, first=2)
    for row in rows_of(records.operators):
        town = MUNICIPALITIES[row["municipality"]]
        sheet.rows.append(
            {
                "CODICE_OPERATORE": row["operator"],
                "COMUNE": _ALIASES.get(town, town),
                "RILEVAZIONE": "prima" if row["wave"] == 0 else "dopo",
                "DATA_COMPILAZIONE": day(row["answered_on"]),
                "CONOSCENZE": number(row["knowledge"]),
                "SICUREZZA": number(row["confidence"]),
            }
        )
    rows = sheet.rows
    sheet.plant(rows[3], "DATA_COMPILAZIONE", "03/04/22", "ambiguous_date")
    sheet.plant(rows[6], "SICUREZZA", 9, "out_of_range")
    sheet.plant(rows[9], "CONOSCENZE", "tredici", "unreadable_number")
    sheet.plant(rows[12], "COMUNE", "Noventa Vicentina", "unknown_municipality")
    same = rows[15]
    sheet.note(same, "", "wave_twice")
    sheet.put({**same, "CONOSCENZE": 20 - same["CONOSCENZE"] // 2}, "wave_twice", after=same)
    write_workbook(folder / FILE, lambda book: _fill(book, sheet))
    return sheet.planted()


def _fill(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(SHEET)
    for k, header in enumerate(HEADERS, start=1):
        cell = page.cell(1, k, header)
        cell.font = heading()
        page.column_dimensions[cell.column_letter].width = 22
    for i, row in enumerate(sheet.rows, start=sheet.first):
        for k, header in enumerate(HEADERS, start=1):
            cell = page.cell(i, k, row[header])
            if isinstance(row[header], date):
                cell.number_format = "DD/MM/YYYY"
