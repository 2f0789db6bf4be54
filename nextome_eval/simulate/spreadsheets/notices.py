"""Jobs: compulsory notices of hiring, extension, conversion and cessation, one row an event."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.simulate.cohort import stream
from nextome_eval.simulate.spreadsheets.forms import day, number
from nextome_eval.simulate.spreadsheets.invented import Invented, encode, provisional_code
from nextome_eval.simulate.spreadsheets.sheet import Planted, Row, Sheet, rows_of
from nextome_eval.simulate.spreadsheets.writers import italian_date, italian_number, write_text
from nextome_eval.study.records import Records

__all__ = ["write_notices"]

FILE = "comunicazioni_obbligatorie.csv"
HEADERS = ["CF_LAVORATORE", "CF_DATORE", "DATA_INIZIO", "DATA_FINE_PREVISTA", "DATA_CESSAZIONE",
           "COD_TIPO_CONTRATTO", "ORE_SETT", "TIPO_EVENTO", "DATA_ESTRAZIONE"]  # fmt: skip
_OPEN_ENDS = ("31/12/2099", "31/12/9999", None)
_STRANGERS = 5  # people of the extraction who are in no household


def write_notices(folder: Path, records: Records, people: Invented, seed: int) -> list[Planted]:
    """Write the extraction; return the problems planted in it."""
    rng = stream(seed, "notices")
    sheet = Sheet(FILE, "", HEADERS, first=2)
    for job in rows_of(records.jobs):
        worker, employer = people.codes[job["person"]], people.employers[job["employer"]]
        sheet.rows.extend(_events(job, worker, employer, rng))
    _strangers(sheet, records, rng)
    _plant(sheet)
    write_text(folder / FILE, sheet.lines())
    return sheet.planted()


def _events(job: dict[str, Any], worker: str, employer: str, rng: Any) -> list[Row]:
    """Tell one job as notices: some fixed terms were extended, some contracts converted."""
    start, until, end = day(job["start_date"]), day(job["expected_end_date"]), day(job["end_date"])
    assert start is not None
    code = job["contract_code"]
    event: Row = {
        "CF_LAVORATORE": worker,
        "CF_DATORE": employer,
        "DATA_INIZIO": italian_date(start),
        "DATA_FINE_PREVISTA": italian_date(until) or _OPEN_ENDS[int(rng.integers(3))],
        "COD_TIPO_CONTRATTO": code,
        "ORE_SETT": italian_number(number(job["hours_week"])),
        "DATA_ESTRAZIONE": italian_date(day(job["extracted_on"])),
    }
    events = [{**event, "TIPO_EVENTO": "AVV"}]
    if code == "A.02.00" and until is not None and (until - start).days > 150:
        first_term = italian_date(start + timedelta(days=91))
        events[0]["DATA_FINE_PREVISTA"] = first_term
        events.append({**event, "TIPO_EVENTO": "PRO"})
    if code == "A.01.00" and rng.random() < 0.5:
        events[0] |= {
            "COD_TIPO_CONTRATTO": "A.02.00",
            "DATA_FINE_PREVISTA": italian_date(start + timedelta(days=183)),
        }
        events.append({**event, "TIPO_EVENTO": "TRA"})
    if end is not None:
        last = {**event, "TIPO_EVENTO": "CES", "DATA_CESSAZIONE": italian_date(end)}
        events.append(last)
    return events


def _strangers(sheet: Sheet, records: Records, rng: Any) -> None:
    """Add people who are in no household, about one in ten of those who worked."""
    for k in range(_STRANGERS):
        born = date(int(rng.integers(1975, 2000)), int(rng.integers(1, 13)), 1 + 5 * k)
        code = encode(f"Estraneo{k}", "Nessuno", "M", born, "Z330")
        start = pd.Timestamp("2022-02-01") + timedelta(days=int(rng.integers(0, 500)))
        job = {
            "start_date": pd.Timestamp(start),
            "expected_end_date": start + timedelta(days=120),
            "end_date": start + timedelta(days=60 + 9 * k) if k % 2 else pd.NaT,
            "contract_code": "A.08.02",
            "hours_week": 30.0,
            "extracted_on": records.jobs["extracted_on"].iloc[0],
        }
        at = int(rng.integers(5, len(sheet.rows) - 5))
        while sheet.rows[at]["TIPO_EVENTO"] != "AVV":
            at += 1
        firm = provisional_code(f"0377{k}01028")
        for row in reversed(_events(job, code, firm, rng)):
            sheet.rows.insert(at, row)
            sheet.note(row, "", "unmatched_person")


def _plant(sheet: Sheet) -> None:
    def only(row: Row) -> bool:  # a job told by one notice
        same = [other for other in sheet.rows if _job(other) == _job(row)]
        return len(same) == 1

    def hired(row: Row) -> bool:
        return row["TIPO_EVENTO"] == "AVV" and only(row)

    sheet.plant(sheet.find(hired, 3), "ORE_SETT", "400", "out_of_range")
    sheet.plant(sheet.find(hired, 7), "COD_TIPO_CONTRATTO", "CTD", "unknown_word")
    sheet.plant(sheet.find(hired, 11), "ORE_SETT", "tempo pieno", "unreadable_number")
    same = sheet.find(lambda row: row["TIPO_EVENTO"] == "CES", 9)
    sheet.put(dict(same), "duplicate_row", after=same)
    model = sheet.find(lambda row: row["TIPO_EVENTO"] == "CES", 14)
    lone = {**model, "CF_DATORE": provisional_code("0412345028")}
    sheet.put(lone, "job_without_start", after=model)
    wrong = {**sheet.find(hired, 15), "CF_DATORE": provisional_code("0498765028")}
    code = wrong["CF_LAVORATORE"]
    wrong["CF_LAVORATORE"] = code[:-1] + ("A" if code[-1] != "A" else "B")
    sheet.rows.insert(sheet.number(model) - sheet.first, wrong)
    sheet.note(wrong, "CF_LAVORATORE", "cf_check_digit")
    begun = {**sheet.find(hired, 17), "CF_DATORE": provisional_code("0455511028")}
    sheet.rows.append(begun)
    ended = {**begun, "TIPO_EVENTO": "CES", "DATA_CESSAZIONE": "01/02/2019"}
    sheet.rows.append(ended)
    sheet.note(ended, "DATA_CESSAZIONE", "episode_reversed")


def _job(row: Row) -> tuple[Any, ...]:
    return row["CF_LAVORATORE"], row["CF_DATORE"], row["DATA_INIZIO"]
