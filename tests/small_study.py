"""A study small enough for paper: two households a town, day 0 is 1 January 2022 for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.study.plan import Plan, PlannedOutcome
from nextome_eval.study.records import Records
from nextome_eval.study.tables import typed

ZERO = pd.Timestamp("2022-01-01")
HOUSEHOLDS = [
    {"household": "n1", "arm": "pilot", "municipality": "028060", "flat": "f1"},
    {"household": "n2", "arm": "control", "municipality": "028060"},
    {"household": "n3", "arm": "pilot", "municipality": "028001", "flat": "f1"},
    {"household": "n4", "arm": "control", "municipality": "028001"},
]


def day(number: float | None) -> pd.Timestamp | None:
    """The date of a day since time zero."""
    return None if number is None else ZERO + pd.Timedelta(days=number)


def households(rows: Sequence[dict[str, Any]] = HOUSEHOLDS) -> pd.DataFrame:
    return typed("households", pd.DataFrame([{"referral_date": ZERO, **row} for row in rows]))


def stays(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of household, first day, last day (None = still there), place, and what is known."""
    frame = [
        {
            "household": household,
            "from_date": day(first),
            "to_date": day(last),
            "place": place,
            **(known[0] if known else {}),
        }
        for household, first, last, place, *known in rows
    ]
    return typed("housing", pd.DataFrame(frame))


def visits(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of household, wave, day, response, and what was said."""
    frame = [
        {
            "household": household,
            "wave": wave,
            "interview_date": day(at),
            "response": response,
            **(said[0] if said else {}),
        }
        for household, wave, at, response, *said in rows
    ]
    return typed("followups", pd.DataFrame(frame))


def jobs(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of household, person, first day, last day, expected last day, contract class."""
    frame = [
        {
            "household": household,
            "person": person,
            "employer": f"e{number}",
            "start_date": day(first),
            "end_date": day(last),
            "expected_end_date": day(expected),
            "contract_class": kind,
            "extracted_on": day(1000),
        }
        for number, (household, person, first, last, expected, kind) in enumerate(rows)
    ]
    return typed("jobs", pd.DataFrame(frame))


def bookings(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of household, month (``"2022-01"``), kind, category, amount."""
    frame = [
        {
            "household": household,
            "month": pd.Timestamp(month),
            "kind": kind,
            "category": category,
            "amount_eur": amount,
            "provider": f"p{number}",
        }
        for number, (household, month, kind, category, amount) in enumerate(rows)
    ]
    return typed("costs", pd.DataFrame(frame))


def records(**tables: pd.DataFrame) -> Records:
    return Records(**{"households": households(), **tables})


def plan(**changes: Any) -> Plan:
    """Towns Padova and Abano Terme, waves 0, 6 and 12, follow-up 12 months, data until day 1000."""
    entries: dict[str, Any] = {
        "study": "small",
        "folder": Path("."),
        "text": {},
        "made_up": True,
        "treated": "pilot",
        "compared_to": "control",
        "assigned_by": "household",
        "within": "municipality",
        "towns": ("028060", "028001"),
        "waves": (0, 6, 12),
        "window_months": 2.0,
        "treatment_begins": 6,
        "follow_up_months": 12.0,
        "data_until": date(2024, 9, 27),
        "tau": 12.0,
        "planned_months": (6.0, 12.0),
        "level": 0.95,
        "draws": 99,
        "seed": 1,
        "outcomes": (PlannedOutcome("independence", "contract", "housing", primary=True),),
        "sensitivity": (),
    }
    return Plan(**(entries | changes))
