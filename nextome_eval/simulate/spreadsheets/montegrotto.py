"""Montegrotto Terme: answers to a Google form whose header was edited half way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from nextome_eval.simulate.spreadsheets.forms import form_rows
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet
from nextome_eval.simulate.spreadsheets.words import MONTEGROTTO
from nextome_eval.simulate.spreadsheets.writers import italian_date, write_text
from nextome_eval.study.records import Records

__all__ = ["write_montegrotto"]

FILE = "montegrotto_nuclei.csv"
_WHEN, _RENT, _RENT_EDITED = (
    "Informazioni cronologiche",
    "Canone mensile",
    "Canone mensile (euro)",
)
QUESTIONS = {
    "household": "Codice del nucleo",
    "municipality": "Comune di presa in carico",
    "referral_date": "Data della segnalazione",
    "intake_date": "Data della presa in carico",
    "arm": "Gruppo",
    "home_entry_date": "Data di ingresso nell'alloggio",
    "home_type": "Che tipo di alloggio è stato dato?",
    "flat": "Codice dell'alloggio",
    "household_type": "Com'è composto il nucleo?",
    "members_n": "Quante persone sono in tutto?",
    "minors_n": "Quanti sono i minori?",
    "head_sex": "Sesso del capofamiglia",
    "head_birth_date": "Data di nascita del capofamiglia",
    "citizenship": "Cittadinanza",
    "permit": "Titolo di soggiorno",
    "years_in_italy": "Da quanti anni in Italia?",
    "origin": "Da dove proviene il nucleo?",
    "isee_eur": "Valore ISEE (euro)",
    "isee_date": "Data della DSU",
    "net_income_eur_month": "Reddito mensile netto (euro)",
    "income_support": "Riceve RdC o ADI?",
    "rent_eur_month": _RENT,
    "project_share_eur_month": "Quota del canone a carico del progetto (euro)",
    "arrears": "Il nucleo è moroso?",
    "worker": "Assistente sociale",
    "notes": "Note",
}


def write_montegrotto(folder: Path, records: Records, seed: int) -> list[Planted]:
    """Write the export of Montegrotto's form; return the problems planted in it."""
    headers = [_WHEN, *QUESTIONS.values()]
    headers.insert(headers.index(_RENT) + 1, _RENT_EDITED)
    sheet = Sheet(FILE, "", headers, first=2)
    first = datetime(2025, 1, 13, 9, 12, 44)
    for i, form in enumerate(form_rows(records, "028057", MONTEGROTTO, seed)):
        answered = {QUESTIONS[c]: _written(cell) for c, cell in form.items() if c in QUESTIONS}
        sheet.rows.append(
            {_WHEN: _stamp(first + i * timedelta(minutes=11, seconds=37)), **answered}
        )
    for row in sheet.rows[4:]:  # the header was edited after four answers
        row[_RENT_EDITED] = row.pop(_RENT)
    _plant(sheet, first)
    write_text(folder / FILE, sheet.lines(), delimiter=",", quoted=True)
    return sheet.planted()


def _plant(sheet: Sheet, first: datetime) -> None:
    last = sheet.rows[-1]
    trial: Row = {**sheet.rows[2], _WHEN: _stamp(first - timedelta(days=4))}
    trial[QUESTIONS["household"]] = "PROVA"

    def not_last(row: Row) -> bool:
        return row is not last

    def rented(row: Row) -> bool:
        return not_last(row) and (row.get(_RENT) or row.get(_RENT_EDITED)) is not None

    twice = sheet.find(rented)
    twice[_RENT] = twice.get(_RENT) or twice.get(_RENT_EDITED)
    sheet.plant(twice, _RENT_EDITED, twice[_RENT] + 30, "twin_columns")
    sheet.plant(sheet.find(not_last), QUESTIONS["isee_eur"], "1.250", "ambiguous_number")
    sheet.plant(sheet.find(not_last), QUESTIONS["permit"], "Permesso scaduto", "unknown_word")
    again: Row = {**last, _WHEN: _stamp(first + timedelta(hours=5))}
    sheet.put(again, "duplicate_row")
    sheet.rows.insert(0, trial)
    sheet.note(trial, "", "test_row")


def _stamp(moment: datetime) -> str:
    return moment.strftime("%d/%m/%Y %H.%M.%S")


def _written(cell: Any) -> Any:
    if isinstance(cell, date):
        return italian_date(cell)
    if isinstance(cell, float):
        return f"{cell:.2f}".rstrip("0").replace(".", ",")
    return cell
