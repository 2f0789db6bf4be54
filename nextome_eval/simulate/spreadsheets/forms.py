"""The first form of each household (scheda nucleo), in one town's words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from nextome_eval.simulate.cohort import stream
from nextome_eval.simulate.spreadsheets.invented import COUNTRIES, SOCIAL_WORKERS
from nextome_eval.simulate.spreadsheets.sheet import Row, rows_of
from nextome_eval.simulate.spreadsheets.words import Dialect
from nextome_eval.study.records import Records
from nextome_eval.study.tables import MUNICIPALITIES

__all__ = ["SCHEDA", "day", "form_rows", "number"]

# canonical column -> header of the scheda nucleo; "office", "worker", "notes" leave no trace
SCHEDA = {
    "household": "ID_NUCLEO",
    "office": "ENTE",
    "municipality": "COMUNE_PRESA_IN_CARICO",
    "referral_date": "DATA_SEGNALAZIONE",
    "intake_date": "DATA_PRESA_IN_CARICO",
    "arm": "GRUPPO",
    "home_entry_date": "DATA_INGRESSO_ALLOGGIO",
    "home_type": "TIPO_ALLOGGIO",
    "flat": "CODICE_ALLOGGIO",
    "household_type": "TIPOLOGIA_NUCLEO",
    "members_n": "N_COMPONENTI",
    "minors_n": "N_MINORI",
    "head_sex": "CAPOFAMIGLIA_SESSO",
    "head_birth_date": "CAPOFAMIGLIA_DATA_NASCITA",
    "citizenship": "CITTADINANZA",
    "permit": "TITOLO_SOGGIORNO",
    "years_in_italy": "ANNI_IN_ITALIA",
    "origin": "PROVENIENZA",
    "isee_eur": "ISEE",
    "isee_date": "ISEE_DATA_DSU",
    "net_income_eur_month": "REDDITO_MENSILE_NETTO",
    "income_support": "RDC_ADI",
    "rent_eur_month": "CANONE_MENSILE",
    "project_share_eur_month": "QUOTA_PROGETTO",
    "arrears": "MOROSITA'",
    "worker": "ASSISTENTE_SOCIALE",
    "notes": "NOTE",
}
_NOTES = [
    "", "", "", "sentita al telefono", "vedi relazione", "iscritta al CPIA", "colloquio rinviato",
    "minore in attesa del nido", "chiede trasferimento",
]  # fmt: skip


def day(value: Any) -> date | None:
    """Return a plain date, or None where there is none."""
    return None if pd.isna(value) else pd.Timestamp(value).date()


def number(value: Any) -> int | float | None:
    """Return a plain number, whole where it is whole, or None where there is none."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def form_rows(records: Records, town: str, dialect: Dialect, seed: int) -> list[Row]:
    """Return the forms of a town's households, keyed by canonical column."""
    rng = stream(seed, f"forms {town}")
    table = records.households[records.households["municipality"] == town]
    gaps = _gaps(records)
    return [_form(row, dialect, gaps, rng) for row in rows_of(table)]


def _gaps(records: Records) -> dict[tuple[str, str], str]:
    held = records.missing[records.missing["table"] == "households"]
    return {(h, c): r for h, c, r in zip(held["household"], held["column"], held["reason"])}


def _form(row: dict[str, Any], dialect: Dialect, gaps: dict[tuple[str, str], str], rng: Any) -> Row:
    form: Row = {
        "household": row["household"],
        "office": f"Comune di {MUNICIPALITIES[row['municipality']]}",
        "municipality": dialect.towns[int(rng.integers(len(dialect.towns)))],
        "worker": str(rng.choice(SOCIAL_WORKERS)),
        "notes": str(rng.choice(_NOTES)) or None,
        "flat": None if pd.isna(row["flat"]) else row["flat"],
        "citizenship": citizen(row["citizenship"], row["head_sex"], dialect.citizenship),
        "head_sex": dialect.sex[row["head_sex"]],
    }
    for column in ("referral_date", "intake_date", "home_entry_date", "head_birth_date",
                   "isee_date"):  # fmt: skip
        form[column] = day(row[column])
    for column in ("arm", "home_type", "household_type", "permit", "origin"):
        form[column] = getattr(dialect, column)[row[column]]
    for column in ("income_support", "arrears"):
        form[column] = dialect.flag[0] if row[column] else dialect.flag[1]
    for column in SCHEDA:
        if column not in form:
            form[column] = number(row[column])
            reason = gaps.get((row["household"], column))
            if reason:
                form[column] = dialect.missing[reason]
    return form


def citizen(code: str, sex: str, style: str) -> str | int:
    """Write a citizenship as an adjective, a country name, an ISTAT or a Belfiore code."""
    country = COUNTRIES[code]
    written: dict[str, str | int] = {
        "adjective": country.feminine if sex == "F" else country.masculine,
        "name": country.name,
        "istat": country.istat,
        "belfiore": country.belfiore,
    }
    return written[style]


def totals(rows: list[Row], columns: tuple[str, ...]) -> dict[str, int | float | None]:
    """Return the sums that a totals row shows."""
    return {
        c: number(sum(row[c] for row in rows if isinstance(row[c], int | float))) for c in columns
    }
