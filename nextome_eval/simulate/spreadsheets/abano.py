"""Abano Terme: text in the encoding of an old Windows, semicolons, decimal commas."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from nextome_eval.simulate.spreadsheets.forms import SCHEDA, form_rows
from nextome_eval.simulate.spreadsheets.sheet import Planted, Sheet
from nextome_eval.simulate.spreadsheets.words import ABANO
from nextome_eval.simulate.spreadsheets.writers import italian_date, italian_number, write_text
from nextome_eval.study.records import Records

__all__ = ["write_abano"]

FILE = "abano_nuclei.csv"
_MONEY = ("isee_eur", "net_income_eur_month", "rent_eur_month", "project_share_eur_month")


def write_abano(folder: Path, records: Records, seed: int) -> list[Planted]:
    """Write Abano's file; return the problems planted in it."""
    sheet = Sheet(FILE, "", list(SCHEDA.values()), first=2)
    for i, form in enumerate(form_rows(records, "028001", ABANO, seed)):
        written = {SCHEDA[c]: _written(c, cell, i) for c, cell in form.items()}
        written["ENTE"] = "Comune di Abano Terme – Unità Politiche Sociali"
        sheet.rows.append(written)
    sheet.plant(sheet.rows[1], "CITTADINANZA", "Romania", "eu_citizen")
    sheet.plant(sheet.rows[2], "TITOLO_SOGGIORNO", "in attesa di rinnovo", "unknown_word")
    sheet.plant(sheet.rows[3], "ISEE_DATA_DSU", "31/02/2021", "unreadable_date")
    sheet.plant(sheet.rows[4], "REDDITO_MENSILE_NETTO", "2 o 300 euro", "unreadable_number")
    sheet.rows[0]["NOTE"] = "già seguita dall’équipe; perché non c’è il nido?"
    write_text(folder / FILE, sheet.lines(), encoding="cp1252")
    return sheet.planted()


def _written(column: str, cell: Any, row: int) -> Any:
    if isinstance(cell, date):
        return italian_date(cell)
    if isinstance(cell, str):
        return cell.replace("'", "’") if column == "citizenship" else cell
    if column in _MONEY and cell is not None:
        return ("€ " if row % 3 == 0 else "") + italian_number(cell, 2)
    return italian_number(cell, 1 if column == "years_in_italy" else None) if cell != "" else ""
