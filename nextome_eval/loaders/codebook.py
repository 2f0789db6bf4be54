"""A source's dialect, written by the people who know it: one TOML file a source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.read import REASONS, fold, tidy
from nextome_eval.loaders.codebook_shape import check_shape
from nextome_eval.study.tables import tables

__all__ = ["EXTRA", "FORMATS", "Codebook", "ColumnRule", "TableRule", "read_codebook"]

FORMATS = ("workbook", "csv", "limesurvey", "google_forms", "kobo", "redcap", "spss", "stata")
# Columns that serve the reading and are not kept: what an event does, whether a form was sent.
EXTRA = {
    "jobs": ("event",),
    "members": ("birthplace",),
}
EVERYWHERE = ("submitted", "approval")
_STUDY_TABLES = ("households", "members", "followups", "housing", "jobs", "costs", "operators")
_ORDERS = ("dmy", "mdy", "ymd")
_IMPLIED = {"limesurvey": ("submitted", "submitdate"), "kobo": ("approval", "_validation_status")}


@dataclass(frozen=True)
class ColumnRule:
    """How one canonical column is read from a source."""

    name: str
    headers: tuple[str, ...]
    words: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    decimal: str | None = None
    empty: str = ""
    form: str = ""
    has: str = ""
    unknown_day: str = ""
    optional: bool = False


@dataclass(frozen=True)
class TableRule:
    """How one canonical table is read from the sheets of a source."""

    table: str
    sheets: tuple[str, ...]
    header: tuple[int, ...]
    columns: Mapping[str, ColumnRule]
    drop: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    set_aside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    long: tuple[str, ...] = ()
    month_in_sheet: int = 0  # 1, or the year that the sheets leave out
    repeat_of: str | None = None
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()

    def reads(self, sheet: str) -> bool:
        """Say whether the rule reads a sheet of this name; without names it reads the first."""
        return not self.sheets or any(fnmatchcase(sheet, pattern) for pattern in self.sheets)

    def knows(self, header: str) -> bool:
        """Say whether the codebook says anything about a column of this header."""
        listed = (*self.drop, *self.ignore)
        return any(same_header(header, pattern) for pattern in listed)


@dataclass(frozen=True)
class Codebook:
    """One source: which files, in which dialect, into which tables."""

    name: str
    title: str
    files: tuple[str, ...]
    format: str
    delimiter: str
    date_system: int
    tables: tuple[TableRule, ...]


def same_header(header: str, pattern: str) -> bool:
    """Say whether a file's header is the one that a codebook writes (``*`` stands for anything)."""
    literal = re.sub(r"\[", "[[]", fold_header(pattern))
    return fnmatchcase(fold_header(header), literal)


def fold_header(header: str) -> str:
    """Return a header without the differences of case, blanks and apostrophes.

    Of a header in two rows a part said twice counts once.
    """
    parts = tidy(header).casefold().replace("’", "'").split(" / ")
    return " / ".join(dict.fromkeys(parts))


def read_codebook(path: Path) -> Codebook:
    """Read and check one codebook.

    Parameters
    ----------
    path : Path
        A TOML file; ``docs/codebook.md`` explains it to people who do not program.

    Raises
    ------
    DataProblem
        If the file is not TOML, or names a table, column, format or word that does not exist.
    """
    try:
        written = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise DataProblem("codebook_toml", codebook=path.name, trouble=str(trouble)) from trouble
    except FileNotFoundError as trouble:
        raise DataProblem("codebook_missing", codebook=path.name) from trouble
    if written.pop("draft", False):
        raise DataProblem("codebook_draft", codebook=path.name)
    check_shape(path, "file", "", written)
    form = written.get("format", "csv")
    _one_of(path, "format", form, FORMATS)
    _one_of(path, "dates", written.get("dates"), (None, *_ORDERS))
    _one_of(path, "decimal", written.get("decimal"), (None, ",", "."))
    _one_of(path, "date_system", written.get("date_system", 1900), (1900, 1904))
    if not written.get("tables") or not written.get("files"):
        raise DataProblem("codebook_incomplete", codebook=path.name, needed=["files", "[[tables]]"])
    return Codebook(
        name=path.stem,
        title=written.get("title", path.stem),
        files=_texts(written["files"]),
        format=form,
        delimiter=written.get("delimiter", "," if form in ("google_forms", "redcap") else ";"),
        date_system=written.get("date_system", 1900),
        tables=tuple(_table(path, entry, written) for entry in written["tables"]),
    )


def _table(path: Path, entry: dict[str, Any], book: dict[str, Any]) -> TableRule:
    check_shape(path, "table", "tables", entry)
    table = entry.get("table")
    _one_of(path, "table", table, _STUDY_TABLES)
    assert isinstance(table, str)
    allowed = {*tables()[table].columns, *EXTRA.get(table, ()), *EVERYWHERE}
    columns = dict(entry.get("columns", {}))
    if book.get("format") in _IMPLIED:
        name, header = _IMPLIED[book["format"]]
        header = f"../{header}" if entry.get("repeat_of") else header
        columns.setdefault(name, {"from": header, "optional": book["format"] == "kobo"})
    for name in (*columns, *entry.get("constants", {})):
        if name not in allowed:
            raise DataProblem(
                "codebook_column",
                codebook=path.name,
                column=name,
                table=table,
                columns=sorted(allowed),
            )
    header = entry.get("header", 1)
    rule = TableRule(
        table=table,
        sheets=_texts(entry.get("sheets", ())),
        header=(header,) if isinstance(header, int) else tuple(header),
        columns={name: _column(path, table, name, c, book) for name, c in columns.items()},
        drop=_texts(entry.get("drop", ())),
        ignore=_texts(entry.get("ignore", ())),
        constants={name: str(value) for name, value in entry.get("constants", {}).items()},
        set_aside={h: _texts(words) for h, words in entry.get("set_aside", {}).items()},
        long=_texts(entry.get("long", ())),
        month_in_sheet=int(entry.get("month_in_sheet", False)),
        repeat_of=entry.get("repeat_of"),
        only={h: _texts(words) for h, words in entry.get("only", {}).items()},
        fill_down=_texts(entry.get("fill_down", ())),
    )
    lacking = [
        f"[tables.columns] {name}" for name in tables()[table].needed if name not in _given(rule)
    ]
    if lacking:
        raise DataProblem("codebook_incomplete", codebook=path.name, needed=lacking)
    return rule


def _given(rule: TableRule) -> set[str]:
    given = {*rule.columns, *rule.constants, *(("wave",) if rule.long else ())}
    return given | ({"month"} if rule.month_in_sheet else set())


def _column(path: Path, table: str, name: str, spec: Any, book: dict[str, Any]) -> ColumnRule:
    if isinstance(spec, (str, list)):
        spec = {"from": spec}
    check_shape(path, "column", f"columns.{name}", spec)
    _one_of(path, f"columns.{name}.dates", spec.get("dates"), (None, *_ORDERS))
    _one_of(path, f"columns.{name}.decimal", spec.get("decimal"), (None, ",", "."))
    missing = {**book.get("missing", {}), **spec.get("missing", {})}
    for word, reason in missing.items():
        _one_of(path, f'missing."{word}"', reason, REASONS)
    column = tables()[table].columns.get(name)
    own = {fold(word): code for word, code in spec.get("words", {}).items()}
    if column is not None and column.allowed:
        for code in own.values():
            _one_of(path, f"columns.{name}.words", code, column.allowed)
    return ColumnRule(
        name=name,
        headers=_texts(spec.get("from", ())),
        words={**standard_words(table, name), **own},
        missing={fold(word): reason for word, reason in missing.items()},
        dates=spec.get("dates", book.get("dates")),
        decimal=spec.get("decimal", book.get("decimal")),
        empty=spec.get("empty", ""),
        form=spec.get("form", ""),
        has=spec.get("has", ""),
        unknown_day=spec.get("unknown_day", ""),
        optional=spec.get("optional", False),
    )


@cache
def standard_words(table: str, column: str) -> Mapping[str, Any]:
    """Return the words that every codebook knows for a column, folded, with their codes."""
    listed = tables()[table].columns.get(column)
    codes: dict[str, Any] = {
        fold(code): code for code in (listed.allowed if listed else None) or ()
    }
    written = _standard().get(table, {}).get(column, {})
    whole = listed is not None and listed.type == "whole"
    return codes | {
        fold(word): int(code) if whole else code
        for code, words in written.items()
        for word in (code, *words)
    }


@cache
def _standard() -> dict[str, Any]:
    page = files("nextome_eval.loaders").joinpath("codebooks", "standard.toml")
    return tomllib.loads(page.read_text("utf-8"))


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _one_of(path: Path, place: str, value: Any, allowed: tuple[Any, ...]) -> None:
    if value not in allowed:
        raise DataProblem(
            "codebook_value",
            codebook=path.name,
            place=place,
            value=value,
            allowed=[a for a in allowed if a is not None],
        )
