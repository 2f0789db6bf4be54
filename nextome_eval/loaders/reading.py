"""From a source's texts to typed columns: each cell read once, each refusal a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.citizenship import read_citizenship
from nextome_eval.loaders.cells.coded import read_among, read_flag, read_free, read_sex, read_word
from nextome_eval.loaders.cells.contracts import contract_class, read_contract
from nextome_eval.loaders.cells.dates import (
    OPEN_ENDS,
    month_of_name,
    read_date,
    read_month,
    read_year,
)
from nextome_eval.loaders.cells.excel import MISSING, is_error, shown
from nextome_eval.loaders.cells.numbers import read_number, read_whole
from nextome_eval.loaders.cells.places import read_municipality
from nextome_eval.loaders.cells.read import BLANK, Read, fold, missing_word, no
from nextome_eval.loaders.cells.scales import read_cefr, read_ethos, read_wave
from nextome_eval.loaders.cells.vector import read_column
from nextome_eval.loaders.codebook import EXTRA, ColumnRule
from nextome_eval.loaders.ledger import Lines
from nextome_eval.loaders.source import Source
from nextome_eval.study.tables import EU, Column, tables

__all__ = ["REQUIRED", "ReadSource", "read_source"]

REQUIRED = {"households": ("municipality", "arm", "referral_date")}
_ENDS = ("expected_end_date", "end_date", "to_date")
_SPECIAL: Mapping[str, Callable[[str], Read]] = {
    "municipality": read_municipality,
    "citizenship": read_citizenship,
    "contract_code": read_contract,
    "sex": read_sex,
    "head_sex": read_sex,
    "language_level": read_cefr,
    "ethos": read_ethos,
}
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)


@dataclass
class ReadSource:
    """A source's kept rows, typed, and why values are missing.

    Attributes
    ----------
    frame : DataFrame
        Canonical columns but the identifiers, `at` (position in the source) first.
    reasons : list of (column, reason, ndarray of positions)
    """

    frame: pd.DataFrame
    reasons: list[tuple[str, str, np.ndarray]] = field(default_factory=list)


def read_source(source: Source, waves: tuple[int, ...], lines: Lines) -> ReadSource:
    """Read the rows of a source that were not set aside.

    Parameters
    ----------
    source : Source
    waves : tuple of int
        The plan's waves; another one is an unknown word.
    lines : Lines
        Takes a line for each cell that breaks a rule. A row whose key cannot be read is set aside.
    """
    at = np.flatnonzero(source.kept)
    texts = source.texts.iloc[at]
    table = tables()[source.table]
    read = ReadSource(pd.DataFrame({"at": at}))
    keys = (*table.needed, "event") if source.table == "jobs" else table.needed
    needed = (*keys, *REQUIRED.get(source.table, ()))
    extra = [c for c in EXTRA.get(source.table, ()) if c in texts]
    columns: dict[str, pd.Series] = {}
    for name in (*table.columns, *extra):
        listed = table.columns.get(name) or Column(name, "word", "", "", "plain")
        if listed.type == "id" or name not in texts:
            continue
        rule = source.rule.columns.get(name, ColumnRule(name, ()))
        got = read_column(texts[name], reader_of(source, listed, rule, waves))
        spoken = _spoken(source, name, at)
        for broken, rows in got.broken():
            rows = rows[~spoken[rows]]
            key = name in keys and broken != "eu_citizen"
            lines.cells(broken, source, at[rows], column=name, severity="set_aside" if key else "")
            if key:
                source.set_aside(at[rows], broken)
            spoken[rows] = True
        read.reasons += [(name, reason, at[rows]) for reason, rows in got.reasons()]
        if name == "month" and source.rule.month_in_sheet:
            _other_month(source, at, got.values(listed.dtype), lines)
        columns[name] = got.values(listed.dtype)
        if name in source.broken and source.broken[name][at].any():
            columns[name] = columns[name].mask(source.broken[name][at])
            read.reasons.append((name, "unreadable", at[source.broken[name][at]]))
        if name in needed:
            empty = (columns[name].isna() & ~spoken).to_numpy(bool)
            _require(source, name, at, empty, lines, key=name in keys)
    if source.table == "jobs" and "contract_code" in columns and "contract_class" not in columns:
        codes = columns["contract_code"]
        columns["contract_class"] = codes.map(contract_class, na_action="ignore").astype("string")
    if source.table == "members" and "birth_date" in columns:
        columns["birth_year"] = _birth_years(source, texts["birth_date"], columns)
    read.frame = read.frame.assign(**columns)
    read.frame = read.frame.loc[source.kept[at]].reset_index(drop=True)
    return read


def reader_of(
    source: Source, column: Column, rule: ColumnRule, waves: tuple[int, ...] = ()
) -> Callable[[str], Read]:
    """Return what reads one text of a column: missing words, own words, errors, then its type."""
    plain = _plain_reader(source, column, rule, waves)
    own = rule.words

    def read(text: str) -> Read:
        if text.startswith(MISSING):
            return _declared(text[1:], rule)
        if own and (code := own.get(fold(shown(text)))) is not None:
            return _checked(Read(code), column)
        if missing := missing_word(shown(text), rule.missing):
            return missing
        if is_error(text):
            return no("excel_error")
        return _checked(plain(text), column)

    return read


def _plain_reader(
    source: Source, column: Column, rule: ColumnRule, waves: tuple[int, ...]
) -> Callable[[str], Read]:
    if column.name == "wave" and source.table == "followups":
        return lambda text: _planned(read_wave(text), waves)
    if column.name in _SPECIAL:
        return _SPECIAL[column.name]
    system = source.codebook.date_system
    sign = " " if source.codebook.format == "kobo" else ",;"
    return {
        "word": (lambda t: read_word(t, rule.words)) if column.allowed or rule.words else read_free,
        "date": lambda t: _whole_day(read_date(t, rule.dates, system), rule.unknown_day),
        "month": lambda t: (
            month_of_name(t, _year_of_sheets(source))
            if source.rule.month_in_sheet and "month" not in source.headers
            else read_month(t, rule.dates, system)
        ),
        "year": lambda t: read_whole(t, rule.decimal),
        "whole": lambda t: read_whole(t, rule.decimal),
        "number": lambda t: read_number(t, rule.decimal),
        "flag": (lambda t: read_among(t, rule.has, sign)) if rule.has else read_flag,
    }[column.type]


def _whole_day(read: Read, unknown: str) -> Read:
    """Keep only the year of a day that stands for an unknown one (01/01 in registers)."""
    if read.value and unknown and f"{read.value:%d/%m}" == unknown:
        return no("partial_date")
    return read


def _declared(text: str, rule: ColumnRule) -> Read:
    """Read a value that its file declares missing: by its code or its label."""
    for word in text.split("|"):
        if (read := missing_word(word, rule.missing)) and read.reason:
            return read
    return Read(None, "unreadable", "user_missing")


def _planned(read: Read, waves: tuple[int, ...]) -> Read:
    return (
        no("unknown_word") if read.value is not None and waves and read.value not in waves else read
    )


def _checked(read: Read, column: Column) -> Read:
    value = read.value
    if value is None:
        return read
    if isinstance(value, dt.date):
        if value in OPEN_ENDS and column.name in _ENDS:
            return BLANK
        return read if _EARLIEST <= value <= _LATEST else no("out_of_range")
    if column.name == "citizenship" and value in EU:
        return Read(value, None, "eu_citizen")
    if column.min is not None and value < column.min:
        return no("out_of_range")
    return no("out_of_range") if column.max is not None and value > column.max else read


def _spoken(source: Source, name: str, at: np.ndarray) -> np.ndarray:
    broken = source.broken.get(name)
    return broken[at].copy() if broken is not None else np.zeros(len(at), bool)


def _other_month(source: Source, at: np.ndarray, months: pd.Series, lines: Lines) -> None:
    sheet = month_of_name(source.sheet, _year_of_sheets(source)).value
    other = (months.notna() & (months != pd.Timestamp(sheet))).to_numpy(bool)
    if sheet is not None and other.any():
        lines.cells("month_sheet", source, at[other], column="month")
        source.set_aside(at[other], "month_sheet")


def _birth_years(source: Source, texts: pd.Series, columns: dict[str, pd.Series]) -> pd.Series:
    """Return the years of birth: written, of a full date, or all that is left of a partial one."""
    rule, system = source.rule.columns["birth_date"], source.codebook.date_system
    different = {text: read_year(text, rule.dates, system) for text in texts.unique()}
    years = texts.map(different).reset_index(drop=True).astype("Int64")
    return columns["birth_year"].fillna(years) if "birth_year" in columns else years


def _year_of_sheets(source: Source) -> int:
    written = source.rule.month_in_sheet
    return written if written > 1 else 0


def _require(
    source: Source, name: str, at: np.ndarray, empty: np.ndarray, lines: Lines, *, key: bool
) -> None:
    empty = empty & source.kept[at]
    if not empty.any():
        return
    lines.cells(
        "required_missing", source, at[empty], column=name, severity="set_aside" if key else ""
    )
    if key:
        source.set_aside(at[empty], "required_missing")
