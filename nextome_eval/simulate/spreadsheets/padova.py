"""Padova: a workbook with title rows, a header in two merged rows, a totals row, a hidden sheet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from nextome_eval.simulate.spreadsheets.forms import form_rows, totals
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet
from nextome_eval.simulate.spreadsheets.story import Story
from nextome_eval.simulate.spreadsheets.words import PADOVA
from nextome_eval.simulate.spreadsheets.writers import (
    heading,
    italian_date,
    italian_number,
    write_workbook,
)
from nextome_eval.study.records import Records

__all__ = ["write_padova"]

FILE, SHEET, HIDDEN = "padova_nuclei.xlsx", "Nuclei", "Appoggio"
_TITLES = (
    "COMUNE DI PADOVA - Settore Servizi Sociali",
    "Next to me - Rete di vicinanze: schede nucleo aggiornate al 15/01/2025",
)
_GROUPS = {
    "NUCLEO": {"household": "ID_NUCLEO", "office": "ENTE", "municipality": "COMUNE",
               "arm": "GRUPPO"},
    "DATE": {"referral_date": "SEGNALAZIONE", "intake_date": "PRESA IN CARICO",
             "home_entry_date": "INGRESSO ALLOGGIO"},
    "ALLOGGIO": {"home_type": "TIPO", "flat": "CODICE"},
    "COMPOSIZIONE": {"household_type": "TIPOLOGIA", "members_n": "N_COMPONENTI",
                     "minors_n": "N_MINORI"},
    "CAPOFAMIGLIA": {"head_sex": "SESSO", "head_birth_date": "DATA_NASCITA",
                     "citizenship": "CITTADINANZA", "permit": "TITOLO_SOGGIORNO",
                     "years_in_italy": "ANNI_IN_ITALIA", "origin": "PROVENIENZA"},
    "SITUAZIONE ECONOMICA": {"isee_eur": "ISEE", "isee_date": "ISEE_DATA_DSU",
                             "net_income_eur_month": "REDDITO_MENSILE_NETTO",
                             "income_support": "RDC_ADI"},
    "AFFITTO": {"rent_eur_month": "CANONE_MENSILE", "project_share_eur_month": "QUOTA_PROGETTO",
                "arrears": "MOROSITA'"},
    "ASSISTENTE_SOCIALE": {"worker": ""},
    "NOTE": {"notes": ""},
}  # fmt: skip
HEADERS = {
    column: f"{upper} / {lower}" if lower else upper
    for upper, group in _GROUPS.items()
    for column, lower in group.items()
}
_SUMMED = ("members_n", "minors_n", "rent_eur_month", "project_share_eur_month")


def write_padova(folder: Path, records: Records, seed: int, story: Story) -> list[Planted]:
    """Write Padova's workbook; return the problems planted in it."""
    forms = form_rows(records, "028060", PADOVA, seed)
    sheet = Sheet(FILE, SHEET, list(HEADERS.values()), first=6)
    sheet.rows = [{HEADERS[column]: cell for column, cell in form.items()} for form in forms]
    form = {row[HEADERS["household"]]: row for row in sheet.rows}
    form[story.corrected][HEADERS["minors_n"]] = story.minors_as_sent
    sheet.note(form[story.hosting], HEADERS["members_n"], "members_number")
    _plant(sheet, story.corrected)
    summed = {HEADERS[c]: v for c, v in totals(forms, _SUMMED).items()}
    sheet.put({HEADERS["household"]: "TOTALE", **summed}, "totals_row")
    write_workbook(folder / FILE, lambda book: _fill(book, sheet))
    return [*sheet.planted(), Planted(FILE, HIDDEN, "", "", "hidden_sheet")]


def _plant(sheet: Sheet, untouched: str) -> None:
    at = HEADERS

    def other(row: Row) -> bool:
        return bool(row[at["household"]] != untouched)

    def has(column: str, kind: type) -> Any:
        return lambda row: other(row) and isinstance(row[at[column]], kind)

    sheet.plant(sheet.find(has("isee_eur", float)), at["isee_eur"], "#N/D", "excel_error")
    income = "net_income_eur_month"
    sheet.plant(sheet.find(has(income, int)), at[income], "#N/A", "excel_error")
    moved = sheet.find(has("home_entry_date", date))
    early = moved[at["home_entry_date"]] - timedelta(days=365)
    sheet.plant(moved, at["home_entry_date"], early, "event_before_entry")
    sheet.plant(sheet.find(has("rent_eur_month", int)), at["rent_eur_month"], "circa 250",
                "unreadable_number")  # fmt: skip
    row = sheet.find(has("isee_date", date), 2)
    month = row[at["isee_date"]].strftime("%m/%Y")
    sheet.plant(row, at["isee_date"], month, "partial_date")
    sheet.plant(sheet.find(other, 3), at["citizenship"], "africana", "unknown_citizenship")
    sheet.plant(sheet.find(other, 5), at["household_type"], "vedi relazione", "unknown_word")
    sheet.hide(sheet.find(other, 6))
    # as people write: accepted, no problem
    for row in sheet.rows[::4]:
        if isinstance(row[at["isee_eur"]], float):
            row[at["isee_eur"]] = "€ " + italian_number(row[at["isee_eur"]])
    for row in sheet.rows[1::5]:
        row[at["referral_date"]] = italian_date(row[at["referral_date"]])


def _fill(book: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Border, PatternFill, Side

    page = book.create_sheet(SHEET)
    for i, title in enumerate(_TITLES, start=1):
        page.cell(i, 1, title).font = heading(15 - 2 * i)
    fill = PatternFill("solid", fgColor="DCE6F1")
    thin = Side(style="thin", color="999999")
    at = 1
    for upper, group in _GROUPS.items():
        page.cell(4, at, upper)
        for k, lower in enumerate(group.values()):
            page.cell(5, at + k, lower or None)
        if len(group) > 1:
            page.merge_cells(
                start_row=4, end_row=4, start_column=at, end_column=at + len(group) - 1
            )
        elif not next(iter(group.values())):
            page.merge_cells(start_row=4, end_row=5, start_column=at, end_column=at)
        at += len(group)
    for row in page.iter_rows(min_row=4, max_row=5, max_col=len(sheet.headers)):
        for cell in row:
            cell.font, cell.fill = heading(), fill
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.border = Border(top=thin, bottom=thin, left=thin, right=thin)
    for i, row in enumerate(sheet.rows, start=sheet.first):
        for k, header in enumerate(sheet.headers, start=1):
            _write(page.cell(i, k), row.get(header), header)
    for cell in page[sheet.first + len(sheet.rows) - 1]:
        cell.font = heading()
    for row in sheet.hidden:
        page.row_dimensions[sheet.number(row)].hidden = True
    for letter, width in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (12, 18, *[15] * 24)):
        page.column_dimensions[letter].width = width
    page.column_dimensions["AA"].width = 26
    page.row_dimensions[5].height = 30
    page.freeze_panes = "B6"
    side = book.create_sheet(HIDDEN)
    side.sheet_state = "hidden"
    for i, word in enumerate(("Sperimentale", "Controllo", "da verificare"), start=1):
        side.cell(i, 1, word)


def _write(cell: Any, value: Any, header: str) -> None:
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "DD/MM/YYYY"
    elif isinstance(value, float) or header.startswith("AFFITTO"):
        cell.number_format = "#,##0.00"
    elif value == "#N/A":
        cell.data_type = "e"
