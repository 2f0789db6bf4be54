"""A sheet seen through its codebook: which cells belong to which canonical column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.cells.read import fold
from nextome_eval.loaders.codebook import Codebook, TableRule, same_header
from nextome_eval.loaders.files import Sheet
from nextome_eval.loaders.headers import (
    headers_of,
    match,
    refuse_headers,
    report_columns,
    require_keys,
)
from nextome_eval.loaders.ledger import Lines, visible
from nextome_eval.loaders.source import OWNER, Source
from nextome_eval.loaders.wide import to_long
from nextome_eval.study.tables import tables

__all__ = ["source_of", "unclaimed"]

_NAMES = re.compile(r"(?:co)?gnome|nome|nominativo")
_TOTAL = re.compile(r"(?:sub ?)?tot(?:ale|ali)?(?: .*)?")


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
    headers = headers_of(sheet, rule, codebook)
    found = match(headers, rule)
    owner = OWNER.get(rule.table, "household")
    if owner not in found and owner not in rule.constants:
        refuse_headers(sheet, rule, codebook)
    require_keys(sheet, rule, found, codebook.name)
    report_columns(headers, found, sheet, rule, lines)
    start = max(rule.header)
    cells = sheet.cells.iloc[start:].reset_index(drop=True)
    filled = (
        np.column_stack([cells[c].str.strip().ne("").to_numpy(bool) for c in cells])
        if cells.shape[1]
        else np.zeros((len(cells), 0), bool)
    )
    some: np.ndarray = np.asarray(filled.any(axis=1)) & _asked(cells, headers, rule.only)
    last = len(headers) - next((i for i, h in enumerate(reversed(headers)) if h), len(headers))
    rows = np.arange(start + 1, start + 1 + len(cells))[some] - sheet.offset
    kept = cells.loc[some].reset_index(drop=True)
    source = Source(
        file=sheet.file,
        sheet=sheet.name,
        rule=rule,
        codebook=codebook,
        texts=pd.DataFrame(index=kept.index),
        rows=rows,
        headers={},
        header_row=start,
        names=kept.loc[:, [i for i, h in enumerate(headers) if h and _holds_names(h, rule)]],
        titles=start - len(rule.header),
        blank=int((~filled.any(axis=1)).sum()),
    )
    _fill(source, kept, headers, found)
    _totals(source, kept, headers)
    source.set_aside(_headers_again(sheet, rule, kept), "header_row")
    _remarks(source, filled[some])
    if not sheet.name:
        source.set_aside(np.asarray(filled[some][:, last:].any(axis=1)), "ragged_row")
    hidden = np.isin(rows, list(sheet.hidden_rows)) & source.kept
    if hidden.any():
        lines.add("hidden_row", file=source.file, sheet=source.sheet, row=rows[hidden])
    for column in list(found):
        _twins(source, column, kept, headers, found[column], lines)
    return to_long(source, kept, headers) if rule.long else source


def unclaimed(sheets: list[Sheet], book: Codebook, sources: list[Source]) -> list[Source]:
    """Return the rows that no table of a codebook asks for, set aside, so that none is lost."""
    left: list[Source] = []
    for rule in (rule for rule in book.tables if rule.only):
        for sheet in (sheet for sheet in sheets if rule.reads(sheet.name)):
            if any(s.sheet == sheet.name and s.rule.only == {} for s in [*sources, *left]):
                continue
            claimed = np.concatenate([s.rows for s in sources if s.sheet == sheet.name])
            rest = source_of(sheet, replace(rule, only={}), book, Lines())
            rest.set_aside(np.isin(rest.rows, claimed), "")
            left.append(rest.part(rest.kept))
    for rest in left:
        rest.set_aside(np.ones(len(rest.rows), bool), "no_table")
    return [rest for rest in left if len(rest.rows)]


def _asked(
    cells: pd.DataFrame, headers: list[str], only: Mapping[str, tuple[str, ...]]
) -> np.ndarray:
    """Say which rows belong to the table: a row a record and event serves several."""
    asked = np.ones(len(cells), bool)
    for header, patterns in only.items():
        wanted = [fold_pattern(pattern) for pattern in patterns]
        for place in (i for i, h in enumerate(headers) if same_header(h, header)):
            codes, different = pd.factorize(cells[place])
            folded = [fold(shown(text)) for text in different]
            hit = [any(fnmatchcase(f, pattern) for pattern in wanted) for f in folded]
            asked &= np.array([*hit, False], bool)[codes]
    return asked


def _unopened(
    rule: TableRule, cells: pd.DataFrame, headers: list[str], found: dict[str, list[int]], form: str
) -> np.ndarray:
    """Say in which rows a form was never opened: its boxes say 0 there and mean nothing.

    REDCap leaves its state blank, or writes 0 (incomplete) like for one that was begun: then some
    other answer of the form, or of the table, must be there.
    """
    place = next((i for i, h in enumerate(headers) if same_header(h, form)), None)
    if place is None:
        return np.zeros(len(cells), bool)
    codes, different = pd.factorize(cells[place])
    state = np.array([fold(shown(text)) for text in different] or [""], dtype=object)[codes]
    given = {
        n: c for n, c in rule.columns.items() if n in found and n not in tables()[rule.table].key
    }
    asked = [n for n, c in given.items() if c.form == form]
    others = [n for n in asked if "___" not in headers[found[n][0]]]
    others = others or [n for n in given if "___" not in headers[found[n][0]]]
    boxes = [n for n in asked if n not in others]
    begun = np.zeros(len(cells), bool)
    for name in others:
        begun |= cells[found[name][0]].str.strip().ne("").to_numpy(bool)
    for name in boxes:
        begun |= cells[found[name][0]].map(shown).str.strip().eq("1").to_numpy(bool)
    return np.asarray((state == "") | (np.isin(state, ("0", "incomplete")) & ~begun), dtype=bool)


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
        if any(same_header(headers[places[0]], h) for h in source.rule.fill_down):
            text = text.where(text.str.strip() != "").ffill().fillna("")
        if column.form:
            text = text.mask(_unopened(source.rule, cells, headers, found, column.form), "")
        if column.empty:
            text = text.mask(text.str.strip() == "", column.empty)
        columns[name] = text
    for name, value in source.rule.constants.items():
        columns[name] = pd.Series(value, index=cells.index, dtype="string[pyarrow]")
    if source.rule.month_in_sheet and "month" not in columns:
        columns["month"] = pd.Series(source.sheet, index=cells.index, dtype="string[pyarrow]")
    source.texts = pd.DataFrame(columns, index=cells.index)


def _twins(
    source: Source,
    name: str,
    cells: pd.DataFrame,
    headers: list[str],
    places: list[int],
    lines: Lines,
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
        clash = filled & already & other.ne(text).to_numpy(bool) & source.kept
        if clash.any():
            lines.add(
                "twin_columns",
                file=source.file,
                sheet=source.sheet,
                column=headers[place],
                row=source.rows[clash],
                value=None if source.identifies(name) else list(other[clash].map(visible)),
            )
        broken |= clash
        take = filled & ~already
        text = text.mask(take, other)
        header[take] = headers[place]
    source.texts[name] = text
    source.headers[name] = header
    source.broken[name] = broken


def _totals(source: Source, cells: pd.DataFrame, headers: list[str]) -> None:
    for header, patterns in source.rule.set_aside.items():
        for place in (i for i, h in enumerate(headers) if same_header(h, header)):
            codes, different = pd.factorize(cells[place])
            folded = [fold(shown(text)) for text in different]
            hit = [any(fnmatchcase(f, fold_pattern(p)) for p in patterns) for f in folded]
            source.set_aside(np.array(hit, bool)[codes], "totals_row")
    if source.owner in source.texts:
        codes, different = pd.factorize(source.texts[source.owner])
        hit = ["tot" in t.casefold() and bool(_TOTAL.fullmatch(fold(t))) for t in different]
        source.set_aside(np.array(hit, bool)[codes], "totals_row")


def _headers_again(sheet: Sheet, rule: TableRule, cells: pd.DataFrame) -> np.ndarray:
    """Say which rows repeat the headers: pages printed one below the other, files joined."""
    again = np.zeros(len(cells), bool)
    for row in rule.header:
        heads = sheet.cells.iloc[row - 1]
        named = [at for at in range(cells.shape[1]) if heads.iloc[at].strip()]
        if len(named) < 2:
            continue
        rows = np.flatnonzero(cells[named[0]].eq(heads.iloc[named[0]]).to_numpy(bool))
        same = cells.iloc[rows][named].eq(heads.iloc[named].to_numpy(), axis=1)
        again[rows[same.all(axis=1).to_numpy(bool)]] = True
    return again


def _remarks(source: Source, filled: np.ndarray) -> None:
    """Set aside remarks below a table: one cell alone, of several words or without a number."""
    if filled.shape[1] < 3 or source.owner not in source.texts:
        return
    alone = np.flatnonzero(filled.sum(axis=1) == 1)
    said = [fold(shown(text)) for text in source.texts[source.owner].iloc[alone]]
    remarks = [o != "" and (len(o.split()) > 2 or not any(map(str.isdigit, o))) for o in said]
    source.set_aside(alone[np.array(remarks, bool)], "remark_row")


def fold_pattern(pattern: str) -> str:
    """Return a pattern of words folded, its stars kept."""
    return "*".join(fold(part) for part in pattern.split("*"))


def _holds_names(header: str, rule: TableRule) -> bool:
    return bool(_NAMES.fullmatch(fold(header.split(" / ")[-1]))) and rule.knows(header)
