"""Costs: a workbook with a sheet a month, as an accounts office keeps it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from nextome_eval.simulate.spreadsheets.forms import number
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet, rows_of
from nextome_eval.simulate.spreadsheets.story import Story
from nextome_eval.simulate.spreadsheets.writers import heading, italian_number, write_workbook
from nextome_eval.study.records import Records

__all__ = ["write_ledger_book"]

FILE = "costi.xlsx"
HEADERS = ["ID_NUCLEO", "MESE", "TIPO_SPESA", "CATEGORIA", "SOGGETTO_EROGATORE", "IMPORTO",
           "UNITA", "QUANTITA", "COSTO_UNITARIO", "FONTE"]  # fmt: skip
MONTHS = ["Gennaio", "Febbraio", "Marzo", "Aprile", "Maggio", "Giugno", "Luglio", "Agosto",
          "Settembre", "Ottobre", "Novembre", "Dicembre"]  # fmt: skip
KINDS = {"service": "servizio", "transfer": "trasferimento"}
CATEGORIES = {
    "reception": "Accoglienza",
    "rent": "Affitto",
    "social_work": "Servizio sociale",
    "education": "Educativa",
    "health": "Sanità",
    "income_support": "Sostegno al reddito",
    "one_off": "Una tantum",
    "other": "Altro",
}
UNITS = {
    "day": "giorno",
    "hour": "ora",
    "month": "mese",
    "person_day": "persona/giorno",
    "piece": "pezzo",
}


def write_ledger_book(folder: Path, records: Records, story: Story) -> list[Planted]:
    """Write the workbook; return the problems planted in it."""
    sheets: dict[date, Sheet] = {}
    for row in rows_of(records.costs.sort_values(["month", "household"])):
        month = row["month"].date()
        if month not in sheets:
            name = f"{MONTHS[month.month - 1]} {month.year}"
            sheets[month] = Sheet(FILE, name, HEADERS, first=4)
        sheets[month].rows.append(_line(row))
    _plant(sheets, story)
    for month, sheet in sheets.items():
        if month.month == 12:
            total = sum(r["IMPORTO"] for r in sheet.rows if isinstance(r["IMPORTO"], int | float))
            sheet.put({"ID_NUCLEO": "TOTALE", "IMPORTO": round(total, 2)}, "totals_row")

    def fill(book: Any) -> None:
        for sheet in sheets.values():
            _fill(book, sheet)

    write_workbook(folder / FILE, fill)
    return [problem for sheet in sheets.values() for problem in sheet.planted()]


def _line(row: dict[str, Any]) -> Row:
    return {
        "ID_NUCLEO": row["household"],
        "MESE": row["month"].strftime("%m/%Y"),
        "TIPO_SPESA": KINDS[row["kind"]],
        "CATEGORIA": CATEGORIES[row["category"]],
        "SOGGETTO_EROGATORE": row["provider"],
        "IMPORTO": number(row["amount_eur"]),
        "UNITA": UNITS[row["unit"]],
        "QUANTITA": number(row["quantity"]),
        "COSTO_UNITARIO": number(row["unit_cost_eur"]),
        "FONTE": row["source"],
    }


def _plant(sheets: dict[date, Sheet], story: Story) -> None:
    def in_month(year: int, month: int) -> Sheet:
        return sheets[date(year, month, 1)]

    def of_kind(*categories: str) -> Any:
        return lambda row: row["CATEGORIA"] in categories

    everything = of_kind(*CATEGORIES.values())
    page = in_month(2022, 3)
    row = page.find(of_kind("Accoglienza"), 4)
    page.plant(row, "IMPORTO", round(row["IMPORTO"] * 10, 2), "cost_mismatch")
    page = in_month(2022, 5)
    row = page.find(of_kind("Educativa"), 3)
    page.plant(row, "CATEGORIA", "Varie ed eventuali", "unknown_word")
    page = in_month(2022, 6)
    page.plant(page.find(everything, 10), "MESE", "05/2022", "month_sheet")
    page = in_month(2022, 8)
    row = page.find(of_kind("Servizio sociale"), 5)
    again = {**row, "QUANTITA": 2, "IMPORTO": round(2 * row["COSTO_UNITARIO"], 2)}
    again["FONTE"] = "integrazione"
    page.rows.insert(page.number(row) - page.first + 1, again)
    page.note(again, "IMPORTO", "cost_twice")
    page = in_month(2022, 10)
    page.hide(page.find(everything, 12))
    page = in_month(2022, 11)
    row = page.find(of_kind("Educativa"), 6)
    page.put({**row, "ID_NUCLEO": None}, "no_household", after=row)
    page = in_month(2023, 2)
    row = page.find(of_kind("Servizio sociale"), 7)
    page.put(dict(row), "duplicate_row", after=row)

    def of_split(row: Row) -> bool:
        return bool(row["ID_NUCLEO"] == story.split)

    present = [m for m in sorted(sheets) if m.month != 12 and any(map(of_split, sheets[m].rows))]
    page = sheets[present[-3]]
    row = page.find(of_split)
    page.put({**row, "ID_NUCLEO": f"{story.split}/A"}, "household_split", after=row)
    page = in_month(2023, 4)
    page.plant(page.find(of_kind("Affitto"), 2), "COSTO_UNITARIO", "#VALORE!", "excel_error")
    page = in_month(2023, 5)
    page.plant(page.find(everything, 9), "TIPO_SPESA", "?", "unknown_word")
    for month in sorted(sheets)[10:20:3]:  # typed as text: accepted
        for row in sheets[month].rows[::11]:
            row["IMPORTO"] = italian_number(row["IMPORTO"], 2)


def _fill(book: Any, sheet: Sheet) -> None:
    from openpyxl.styles import PatternFill

    page = book.create_sheet(sheet.name)
    page.cell(1, 1, f"Spese per nucleo - {sheet.name}").font = heading(12)
    for k, header in enumerate(HEADERS, start=1):
        cell = page.cell(3, k, header)
        cell.font, cell.fill = heading(), PatternFill("solid", fgColor="E2EFDA")
        page.column_dimensions[cell.column_letter].width = 18
    for i, row in enumerate(sheet.rows, start=sheet.first):
        for k, header in enumerate(HEADERS, start=1):
            cell = page.cell(i, k, row.get(header))
            if header in ("IMPORTO", "COSTO_UNITARIO"):
                cell.number_format = "#,##0.00"
        if row["ID_NUCLEO"] == "TOTALE":
            page.cell(i, 1).font = page.cell(i, 6).font = heading()
    for row in sheet.hidden:
        page.row_dimensions[sheet.number(row)].hidden = True
    page.freeze_panes = "A4"
