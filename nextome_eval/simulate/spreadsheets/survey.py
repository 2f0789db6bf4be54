"""Interviews: the export of a LimeSurvey questionnaire, with question codes as headers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.simulate.cohort import stream
from nextome_eval.simulate.spreadsheets.forms import day, number
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet, rows_of
from nextome_eval.simulate.spreadsheets.writers import write_text
from nextome_eval.study.records import Records

__all__ = ["write_survey"]

FILE = "interviste_limesurvey.csv"
RESPONSES = {
    "completed": "completata",
    "refused": "rifiuto",
    "untraceable": "irreperibile",
    "moved": "trasferito",
}
DWELLINGS = [
    "Abitazione ordinaria",
    "Strada o sistemazione di fortuna",
    "Dormitorio o accoglienza d'emergenza",
    "Struttura di accoglienza o cohousing",
    "Istituto o ospedale",
    "Alloggio non convenzionale",
    "Ospite di parenti o amici",
]
REASONS = {"refused": "non risponde", "does_not_know": "non sa", "not_asked": "non chiesto"}
_SYSTEM = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")
_ANSWERS = {
    "rent_eur_month": "CANONE",
    "rent_support_eur_month": "CONTRIBUTO",
    "arrears_months": "MOROSITA",
    "employed": "OCCUPATO",
    "hours_week": "ORESETT",
    "net_wage_eur_month": "STIPENDIO",
}
_SCALES = {
    **{f"who5_{i}": f"WHO5[SQ00{i}]" for i in range(1, 6)},
    **{f"mos_{i}": f"MOS[SQ{i:03d}]" for i in range(1, 20)},
    **{f"gse_{i}": f"GSE[SQ{i:03d}]" for i in range(1, 11)},
    "neighbour_help": "AIUTOVICINI",
    "conflicts": "CONFLITTI",
    "language_level": "LIVQCER",
}
_HELP = tuple(f"AIUTI[SQ00{i}]" for i in (1, 2, 3))
HEADERS = [
    *_SYSTEM, "IDNUCLEO", "ONDATA", "DATAINTERVISTA", "ESITO", "ALLOGGIO", "ALLOGGIO[other]",
    "CONTRATTO", *_ANSWERS.values(), *_HELP, *_SCALES.values(),
]  # fmt: skip


def write_survey(folder: Path, records: Records, seed: int) -> list[Planted]:
    """Write the export; return the problems planted in it."""
    rng = stream(seed, "survey")
    gaps = records.missing[records.missing["table"] == "followups"]
    reasons = {
        (h, int(w), c): REASONS[r]
        for h, w, c, r in zip(gaps["household"], gaps["record"], gaps["column"], gaps["reason"])
    }
    homes = _project_homes(records)
    sheet = Sheet(FILE, "", HEADERS, first=2)
    visits = records.followups.sort_values(["interview_date", "household"])
    for key, row in enumerate(rows_of(visits), start=3):
        at = datetime.combine(row["interview_date"].date(), datetime.min.time())
        at += timedelta(minutes=int(rng.integers(540, 1080)))
        sheet.rows.append({**_system(key, at, rng), **_answers(row, reasons, homes, rng)})
    _plant(sheet)
    write_text(folder / FILE, sheet.lines(), encoding="utf-8-sig", quoted=True)
    return sheet.planted()


def _project_homes(records: Records) -> set[tuple[str, pd.Timestamp, pd.Timestamp]]:
    held = records.housing[records.housing["place"] == "project_flat"]
    ends = held["to_date"].fillna(pd.Timestamp("2099-12-31"))
    return set(zip(held["household"], held["from_date"], ends))


def _system(key: int, at: datetime, rng: Any) -> Row:
    ended = at + timedelta(minutes=int(rng.integers(18, 55)), seconds=int(rng.integers(60)))
    return {
        "id": key,
        "submitdate": ended.strftime("%Y-%m-%d %H:%M:%S"),
        "lastpage": 6,
        "startlanguage": "it",
        "seed": int(rng.integers(10**8, 10**9)),
        "startdate": at.strftime("%Y-%m-%d %H:%M:%S"),
        "datestamp": ended.strftime("%Y-%m-%d %H:%M:%S"),
    }


def _answers(
    row: dict[str, Any], reasons: dict[tuple[str, int, str], str], homes: Any, rng: Any
) -> Row:
    household, wave = row["household"], int(row["wave"])
    answer: Row = {
        "IDNUCLEO": household,
        "ONDATA": f"T{wave}",
        "DATAINTERVISTA": str(day(row["interview_date"])),
        "ESITO": RESPONSES[row["response"]],
    }
    if row["response"] != "completed":
        return answer
    flat = any(h == household and a <= row["interview_date"] <= b for h, a, b in homes)
    answer["ALLOGGIO"] = "Appartamento del progetto" if flat else DWELLINGS[int(row["ethos"])]
    answer["CONTRATTO"] = "Y" if row["own_contract"] else "N"
    for column, header in {**_ANSWERS, **_SCALES}.items():
        answer[header] = reasons.get((household, wave, column)) or _written(row[column])
    answer.update({question: "Y" if rng.random() < 0.3 else "" for question in _HELP})
    return answer


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return "Y" if value else "N"
    return value if isinstance(value, str) else number(value)


def _plant(sheet: Sheet) -> None:
    def done(row: Row, *waves: str) -> bool:
        return row["ESITO"] == "completata" and row["ONDATA"] in waves

    def late(row: Row) -> bool:
        return done(row, "T6", "T12", "T18")

    def paying(row: Row) -> bool:
        return late(row) and isinstance(row.get("CANONE"), int)

    sheet.plant(sheet.find(late, 3), "ALLOGGIO", "-oth-", "unknown_word")["ALLOGGIO[other]"] = (
        "container dell'azienda agricola"
    )
    sheet.plant(sheet.find(late, 9), "LIVQCER", "B1/B2", "unknown_word")
    sheet.plant(sheet.find(late, 15), "WHO5[SQ002]", 7, "out_of_range")
    sheet.plant(sheet.find(paying, 4), "CANONE", "circa 400", "unreadable_number")
    visited = sheet.find(lambda row: done(row, "T12"), 6)
    moved = datetime.fromisoformat(visited["DATAINTERVISTA"]) + timedelta(days=150)
    sheet.plant(visited, "DATAINTERVISTA", str(moved.date()), "wave_out_of_window")
    _plant_twice(sheet, sheet.find(lambda row: done(row, "T6"), 11))
    for nth in (20, 41):
        first = sheet.find(late, nth)
        begun = {k: first[k] for k in (*_SYSTEM, "IDNUCLEO", "ONDATA", "DATAINTERVISTA")}
        begun |= {"id": int(first["id"]) + 300, "submitdate": "", "lastpage": 2}
        sheet.put(begun, "incomplete_response", after=first)
    model = sheet.find(lambda row: done(row, "T0"), 2)
    trial = {**model, "id": 1, "IDNUCLEO": "TEST", "ALLOGGIO[other]": "prova del questionario"}
    sheet.rows.insert(0, trial)
    sheet.note(trial, "", "test_row")
    stranger = {**sheet.find(lambda row: done(row, "T0"), 30), "id": 601, "IDNUCLEO": "PD-099"}
    sheet.put(stranger, "unknown_household")


def _plant_twice(sheet: Sheet, row: Row) -> None:
    """One visit typed in twice, with another wage: nobody can tell which is right."""
    again = {**row, "id": int(row["id"]) + 400, "CONFLITTI": 1 + (row["CONFLITTI"] or 0)}
    sheet.note(row, "", "wave_twice")
    sheet.put(again, "wave_twice", after=row)
