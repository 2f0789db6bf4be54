"""Members: the list of people with their codici fiscali, as a registry office would print it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.simulate.spreadsheets.forms import day
from nextome_eval.simulate.spreadsheets.invented import (
    COUNTRIES,
    Invented,
    double_of,
    encode,
    provisional_code,
)
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet, rows_of
from nextome_eval.simulate.spreadsheets.story import Story
from nextome_eval.simulate.spreadsheets.writers import italian_date, write_text
from nextome_eval.study.records import Records

__all__ = ["write_register"]

FILE = "componenti.csv"
HEADERS = ["ID_NUCLEO", "PROGRESSIVO", "COGNOME", "NOME", "CODICE_FISCALE", "SESSO",
           "DATA_NASCITA", "CITTADINANZA", "RELAZIONE", "TITOLO_STUDIO",
           "CONDIZIONE_OCCUPAZIONALE", "LIVELLO_ITALIANO"]  # fmt: skip
RELATIONS = {
    "head": "capofamiglia",
    "partner": "coniuge/convivente",
    "child": "figlio/a",
    "parent": "genitore",
    "other": "altro",
}
EDUCATION = {
    "none": "nessuno",
    "primary": "primaria",
    "lower_secondary": "secondaria di primo grado",
    "upper_secondary": "secondaria di secondo grado",
    "tertiary": "laurea",
}
EMPLOYMENT = {
    "employed": "occupato/a",
    "unemployed": "disoccupato/a",
    "inactive": "inattivo/a",
    "student": "studente",
    "training": "in formazione",
}
_CODE = "CODICE_FISCALE"


def write_register(folder: Path, records: Records, people: Invented, story: Story) -> list[Planted]:
    """Write the list; return the problems planted in it."""
    sheet = Sheet(FILE, "", HEADERS, first=2)
    person: dict[int, str] = {}
    for row in rows_of(records.members):
        sheet.rows.append(_line(row, people))
        person[id(sheet.rows[-1])] = row["person"]
    shared = next(row for row in sheet.rows if person[id(row)] == story.child)
    _plant(sheet, shared, story)
    write_text(folder / FILE, sheet.lines(), encoding="utf-8-sig")
    return sheet.planted()


def _line(row: dict[str, Any], people: Invented) -> Row:
    surname, first = people.names[row["person"]]
    level = row["language_level"]
    return {
        "ID_NUCLEO": row["household"],
        "PROGRESSIVO": int(row["member"]),
        "COGNOME": surname.upper(),
        "NOME": first.upper(),
        _CODE: people.codes[row["person"]],
        "SESSO": row["sex"],
        "DATA_NASCITA": italian_date(day(row["birth_date"])),
        "CITTADINANZA": COUNTRIES[row["citizenship"]].name,
        "RELAZIONE": RELATIONS[row["relation"]],
        "TITOLO_STUDIO": EDUCATION[row["education"]],
        "CONDIZIONE_OCCUPAZIONALE": EMPLOYMENT[row["employment"]],
        "LIVELLO_ITALIANO": None if pd.isna(level) else {"A0": "PreA1"}.get(level, level),
    }


def _plant(sheet: Sheet, shared: Row, story: Story) -> None:
    """Codes go wrong on children only: no job hangs on them."""
    members = [row for row in sheet.rows if row["ID_NUCLEO"] == story.hosting]
    sheet.note(shared, _CODE, "family_two_ids")
    moved = {**shared, "ID_NUCLEO": story.hosting, "PROGRESSIVO": len(members) + 1}
    moved["RELAZIONE"] = "altro"
    sheet.rows.insert(sheet.number(members[-1]) - sheet.first + 1, moved)
    sheet.note(moved, _CODE, "family_two_ids")

    def child(row: Row) -> bool:
        return bool(row["RELAZIONE"] == "figlio/a")

    def code(nth: int) -> tuple[Row, str]:
        row = sheet.find(child, nth)
        return row, row[_CODE]

    row, right = code(2)
    letter = "A" if right[-1] != "A" else "B"
    sheet.plant(row, _CODE, right[:-1] + letter, "cf_check_digit")
    row, right = code(5)
    sheet.plant(row, _CODE, right[:9] + right[10:], "cf_malformed")
    row, _ = code(8)
    sheet.plant(row, _CODE, provisional_code("9102804417"), "cf_provisional")
    row, _ = code(11)
    other = "M" if row["SESSO"] == "F" else "F"
    sheet.plant(row, _CODE, _code_of(row, sex=other), "cf_sex")
    row, _ = code(14)
    sheet.plant(row, _CODE, _code_of(row, days=3), "cf_birth_date")
    row, _ = code(17)
    sheet.plant(row, "DATA_NASCITA", row["DATA_NASCITA"][-4:], "partial_date")
    row, _ = code(20)
    sheet.plant(row, "CITTADINANZA", "romena", "eu_citizen")
    row, _ = code(23)
    sheet.plant(row, "TITOLO_STUDIO", "vedi scuola", "unknown_word")
    row, right = code(26)
    row[_CODE] = double_of(right)  # as the tax office does for two people of one code: accepted
    row = sheet.find(lambda row: row["RELAZIONE"] == "capofamiglia", 12)
    sheet.put(dict(row), "duplicate_row", after=row)
    sheet.put({**sheet.find(child, 25), "ID_NUCLEO": "PROVA", "COGNOME": "PROVA"}, "test_row")


def _code_of(row: Row, *, sex: Any = None, days: int = 0) -> str:
    born = pd.to_datetime(row["DATA_NASCITA"], format="%d/%m/%Y") + timedelta(days=days)
    return encode(row["COGNOME"], row["NOME"], sex or row["SESSO"], born, "G224")
