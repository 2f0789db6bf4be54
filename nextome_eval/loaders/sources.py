"""A sheet seen through its codebook: canonical columns, still as text, each row with its address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.read import fold, tidy
from nextome_eval.loaders.codebook import Codebook, TableRule, same_header
from nextome_eval.loaders.files import Sheet
from nextome_eval.loaders.ledger import Lines
from nextome_eval.study.tables import tables

__all__ = ["OWNER", "Source", "source_of"]

# The column that says whom a row is about.
OWNER = {"jobs": "person", "operators": "operator"}
_NAMES = re.compile(r"(?:co)?gnome|nome|nominativo")
_SEARCHED = 40


@dataclass
class Source:
    """The rows of one sheet for one canonical table.

    Attributes
    ----------
    texts : DataFrame of str, shape (rows, columns)
        Canonical columns as they were written.
    rows : ndarray of int, shape (rows,)
        Row numbers as a person sees them.
    headers : dict of str to (str or ndarray)
        The file's header of each canonical column; one a row where several columns feed one.
    broken : dict of str to ndarray of bool
        Cells that a rule already spoke of.
    aside : ndarray of object, shape (rows,)
        The rule that set a row aside, None for rows kept.
    """

    file: str
    sheet: str
    rule: TableRule
    codebook: Codebook
    texts: pd.DataFrame
    rows: np.ndarray
    headers: dict[str, str | np.ndarray]
    header_row: int
    names: pd.DataFrame
    titles: int
    blank: int
    broken: dict[str, np.ndarray] = field(default_factory=dict)
    aside: np.ndarray = field(init=False)
    pseudonyms: pd.Series = field(init=False)

    def __post_init__(self) -> None:
        self.aside = np.full(len(self.rows), None, dtype=object)
        self.pseudonyms = pd.Series([None] * len(self.rows), dtype="string")

    @property
    def table(self) -> str:
        """The canonical table that the rows go to."""
        return self.rule.table

    @property
    def owner(self) -> str:
        """The column that says whom a row is about."""
        return OWNER.get(self.table, "household")

    def header_of(self, column: str) -> str | np.ndarray:
        """Return the header over a canonical column, as it stands in the file."""
        return self.headers.get(column, "")

    def row_of(self, at: np.ndarray, column: str = "") -> np.ndarray:
        """Return the row numbers of some positions."""
        return self.rows[at]

    def identifies(self, column: str) -> bool:
        """Say whether a column holds identifiers, whose values are never shown."""
        listed = tables()[self.table].columns.get(column)
        return listed is not None and listed.type == "id"

    def set_aside(self, at: np.ndarray, rule: str) -> None:
        """Set rows aside, unless they already are."""
        at = np.flatnonzero(at) if at.dtype == bool else at
        free = at[[self.aside[i] is None for i in at]] if len(at) else at
        self.aside[free] = rule


def source_of(sheet: Sheet, rule: TableRule, codebook: Codebook, lines: Lines) -> Source:
    """See a sheet through a codebook.

    Parameters
    ----------
    sheet : Sheet
    rule : TableRule
        The codebook's entry for this sheet.
    codebook : Codebook
    lines : Lines
        Takes unknown and missing columns, hidden rows, ragged rows and twin columns.

    Raises
    ------
    DataProblem
        If the headers are not in the row that the codebook says.
    """
    headers = _headers(sheet, rule, codebook)
    found = _match(headers, rule)
    owner = OWNER.get(rule.table, "household")
    if owner not in found and owner not in rule.constants:
        _moved(sheet, rule, codebook)
    _report_columns(headers, found, sheet, rule, lines)
    start = max(rule.header)
    cells = sheet.cells.iloc[start:].reset_index(drop=True)
    filled = np.column_stack([cells[c].str.strip().ne("").to_numpy(bool) for c in cells]) \
        if cells.shape[1] else np.zeros((len(cells), 0), bool)
    some = filled.any(axis=1)
    last = len(headers) - next((i for i, h in enumerate(reversed(headers)) if h), len(headers))
    rows = np.arange(start + 1, start + 1 + len(cells))[some]
    kept = cells[some].reset_index(drop=True)
    source = Source(
        file=sheet.file,
        sheet=sheet.name,
        rule=rule,
        codebook=codebook,
        texts=pd.DataFrame(index=kept.index),
        rows=rows,
        headers={},
        header_row=start,
        names=kept[[i for i, h in enumerate(headers) if h and _holds_names(h, rule)]],
        titles=start - len(rule.header),
        blank=int((~some).sum()),
    )
    _fill(source, kept, headers, found)
    _totals(source, kept, headers)
    if not sheet.name:
        source.set_aside(filled[some][:, last:].any(axis=1), "ragged_row")
    hidden = np.isin(rows, list(sheet.hidden_rows)) & (source.aside == None)  # noqa: E711
    if hidden.any():
        lines.add("hidden_row", file=source.file, sheet=source.sheet, row=rows[hidden])
    for column in list(found):
        _twins(source, column, kept, headers, found[column], lines)
    return _long(source, kept, headers) if rule.long else source


def _headers(sheet: Sheet, rule: TableRule, codebook: Codebook) -> list[str]:
    if len(sheet.cells) < max(rule.header):
        _moved(sheet, rule, codebook)
    parts = [[tidy(text) for text in sheet.cells.iloc[row - 1]] for row in rule.header]
    upper = list(parts[0])
    for at in range(1, len(upper)):
        if len(parts) > 1 and not upper[at] and any(part[at] for part in parts[1:]):
            upper[at] = upper[at - 1]
    joined = []
    for column in zip(upper, *parts[1:], strict=True):
        words = [word for at, word in enumerate(column) if word and word not in column[:at]]
        joined.append(" / ".join(words))
    seen: dict[str, int] = {}
    for at, header in enumerate(joined):
        seen[header] = seen.get(header, 0) + 1
        if header and seen[header] > 1:
            joined[at] = f"{header} ({seen[header]})"
    return joined


def _match(headers: list[str], rule: TableRule) -> dict[str, list[int]]:
    found = {}
    for name, column in rule.columns.items():
        wanted = [h.replace("*", mark) for h in column.headers for mark in rule.long or ("*",)]
        places = [i for want in wanted for i, h in enumerate(headers) if h and same_header(h, want)]
        if places:
            found[name] = list(dict.fromkeys(places))
    return found


def _moved(sheet: Sheet, rule: TableRule, codebook: Codebook) -> None:
    expected = rule.header[-1]
    for at in range(min(_SEARCHED, len(sheet.cells))):
        row = [tidy(text) for text in sheet.cells.iloc[at]]
        hits = _match(row, rule)
        if at + 1 != expected and len(hits) > max(1, len(rule.columns) // 2):
            raise DataProblem("header_moved", file=sheet.file, sheet=sheet.name or "-",
                              row=expected, found=at + 1, codebook=codebook.name)
    wanted = [column.headers[0] for column in rule.columns.values() if column.headers]
    raise DataProblem("header_not_found", file=sheet.file, sheet=sheet.name or "-", row=expected,
                      codebook=codebook.name, columns=wanted)


def _report_columns(
    headers: list[str], found: dict[str, list[int]], sheet: Sheet, rule: TableRule, lines: Lines
) -> None:
    place = {"file": sheet.file, "sheet": sheet.name, "row": max(rule.header)}
    used = {at for places in found.values() for at in places}
    serving = [*rule.set_aside]
    unknown = [
        h for at, h in enumerate(headers)
        if h and at not in used and not rule.knows(h) and not any(same_header(h, s) for s in serving)
    ]
    if unknown:
        lines.add("unknown_column", column=unknown, **place)
    awaited = [
        header
        for column in rule.columns.values()
        for header in column.headers
        if "*" not in header and not any(h and same_header(h, header) for h in headers)
    ]
    if awaited:
        lines.add("missing_column", column=awaited, **place)


def _fill(
    source: Source, cells: pd.DataFrame, headers: list[str], found: dict[str, list[int]]
) -> None:
    columns = {}
    for name, column in source.rule.columns.items():
        places = found.get(name, [])
        if not places:
            continue
        text = cells[places[0]]
        source.headers[name] = headers[places[0]]
        if column.empty:
            text = text.mask(text.str.strip() == "", column.empty)
        columns[name] = text
    for name, value in source.rule.constants.items():
        columns[name] = pd.Series(value, index=cells.index, dtype="string[pyarrow]")
    source.texts = pd.DataFrame(columns, index=cells.index)


def _twins(
    source: Source, name: str, cells: pd.DataFrame, headers: list[str], places: list[int], lines: Lines
) -> None:
    if len(places) < 2 or source.rule.long:
        return
    text = source.texts[name].copy()
    header = np.full(len(text), headers[places[0]], dtype=object)
    broken = np.zeros(len(text), bool)
    for place in places[1:]:
        other = cells[place]
        filled = other.str.strip().ne("").to_numpy(bool)
        already = text.str.strip().ne("").to_numpy(bool)
        clash = filled & already & other.ne(text).to_numpy(bool) & (source.aside == None)  # noqa: E711
        if clash.any():
            lines.add("twin_columns", file=source.file, sheet=source.sheet, column=headers[place],
                      row=source.rows[clash], value=None if source.identifies(name) else list(other[clash]))
        broken |= clash
        take = filled & ~already
        text = text.mask(take, other)
        header[take] = headers[place]
    source.texts[name] = text
    source.headers[name] = header
    source.broken[name] = broken


def _long(source: Source, cells: pd.DataFrame, headers: list[str]) -> Source:
    """Turn columns repeated by wave (CANONE_T0, CANONE_T6...) into a row a wave."""
    marks = source.rule.long
    spread = {n: c for n, c in source.rule.columns.items() if any("*" in h for h in c.headers)}
    parts, keeps, heads = [], [], {name: [] for name in spread}
    for mark in marks:
        part = source.texts.drop(columns=list(spread), errors="ignore").copy()
        part["wave"] = mark
        filled = np.zeros(len(part), bool)
        for name, column in spread.items():
            wanted = [h.replace("*", mark) for h in column.headers]
            place = next((i for i, h in enumerate(headers) for w in wanted if same_header(h, w)), None)
            part[name] = cells[place] if place is not None else ""
            filled |= part[name].str.strip().ne("").to_numpy(bool)
            heads[name].append(headers[place] if place is not None else "")
        parts.append(part)
        keeps.append(np.flatnonzero(filled))
    texts = pd.concat([p.iloc[k] for p, k in zip(parts, keeps, strict=True)], ignore_index=True)
    at = np.concatenate(keeps)
    head: dict[str, str | np.ndarray] = dict(source.headers)
    for name, each in heads.items():
        head[name] = np.concatenate(
            [np.full(len(k), h, dtype=object) for h, k in zip(each, keeps, strict=True)]
        )
    long = Source(source.file, source.sheet, source.rule, source.codebook,
                  texts.astype("string[pyarrow]"), source.rows[at], head, source.header_row,
                  source.names.iloc[at].reset_index(drop=True), source.titles, source.blank)
    long.aside = source.aside[at]
    return long


def _totals(source: Source, cells: pd.DataFrame, headers: list[str]) -> None:
    for header, patterns in source.rule.set_aside.items():
        for place in (i for i, h in enumerate(headers) if same_header(h, header)):
            codes, different = pd.factorize(cells[place])
            folded = [fold(text.lstrip("\x1d\x1e")) for text in different]
            hit = [any(fnmatchcase(f, fold_pattern(p)) for p in patterns) for f in folded]
            source.set_aside(np.array(hit, bool)[codes], "totals_row")


def fold_pattern(pattern: str) -> str:
    """Return a pattern of words folded, its stars kept."""
    return "*".join(fold(part) for part in pattern.split("*"))


def _holds_names(header: str, rule: TableRule) -> bool:
    return bool(_NAMES.fullmatch(fold(header.split(" / ")[-1]))) and rule.knows(header)
