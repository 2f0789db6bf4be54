"""A first draft of a codebook, from a file: what is likely, what is uncertain, nothing applied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import pandas as pd

from nextome_eval.loaders.cells.dates import month_of_name
from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.cells.read import Read, fold, tidy
from nextome_eval.loaders.codebook import Codebook, ColumnRule, TableRule, standard_words
from nextome_eval.loaders.files import Sheet, open_file
from nextome_eval.loaders.headers import headers_of
from nextome_eval.loaders.ledger import names_someone
from nextome_eval.loaders.likely import TEXTS, likely_delimiter, likely_format
from nextome_eval.loaders.reading import reader_of
from nextome_eval.loaders.source import Source
from nextome_eval.study.tables import Column, tables
from nextome_eval.words import words

__all__ = ["propose_codebook"]

_SEARCHED = 40
_SAMPLE = 200
_SHOWN = 3
_LIKELY = 0.9
_BOOK = Codebook("", "", (), "csv", ";", 1900, ())


@dataclass(frozen=True)
class _Match:
    header: str
    column: str
    by_name: bool
    reads: float
    samples: tuple[str, ...]


def propose_codebook(path: str | Path, language: str = "it") -> str:
    """Draft a codebook for a file.

    Parameters
    ----------
    path : str or Path
        A workbook, CSV, SPSS or Stata file.
    language : {"it", "en"}
        Of the remarks in the draft.

    Returns
    -------
    str
        TOML. Its first line is ``draft = true``: no load takes it before a person deletes that
        line. Each column says whether its header or its content spoke for it, with samples (never
        of identifiers); what is uncertain is commented out.

    Examples
    --------
    >>> print(propose_codebook("data/raw/example/operatori.xlsx", "en").splitlines()[0])
    draft = true  # TO CONFIRM: delete this line when every remark below is settled
    """
    path = Path(path)
    said = {key: texts[language] for key, texts in words("propose").items()}
    delimiter = likely_delimiter(path)
    sheets = open_file(path, delimiter=delimiter)
    drafts = [(sheet, *_best(sheet)) for sheet in sheets]
    kind = likely_format(path, [header for draft in drafts for header in draft[1].headers])
    out = [f"draft = true  # {said['draft']}", f'title = "{path.stem}"', f'files = ["{path.name}"]']
    out.append(f'format = "{kind}"')
    if path.suffix.casefold() in TEXTS:
        out.append(f'delimiter = "{_toml(delimiter)}"')
    out += [f'# dates = "dmy"  # {said["dates"]}', f'# decimal = ","  # {said["decimal"]}']
    for _, alike in groupby(drafts, key=lambda draft: draft[1:]):
        out += ["", *_tables([sheet for sheet, *_ in alike], said)]
    return "\n".join(out) + "\n"


@dataclass(frozen=True)
class _Head:
    rows: tuple[int, ...]
    headers: tuple[str, ...]


def _tables(sheets: list[Sheet], said: dict[str, str]) -> Iterator[str]:
    """Draft one table for sheets that have the same headers in the same place."""
    sheet = sheets[0]
    head, table, score = _best(sheet)
    if score == 0:
        yield from (f"# {said['nothing'].format(sheet=s.name or s.file)}" for s in sheets)
        return
    headers = list(head.headers)
    matches = list(_matches(sheet, head.rows[-1], table, headers))
    yield "[[tables]]"
    yield f'table = "{table}"  # {said["table"].format(found=score)}'
    if sheet.name:
        yield f"sheets = [{_list(each.name for each in sheets)}]"
    yield f"header = {head.rows[0] if len(head.rows) == 1 else list(head.rows)}"
    if table == "costs" and sheet.name and all(month_of_name(s.name).value for s in sheets):
        yield "month_in_sheet = true"
    left = [h for h in headers if h and h not in {m.header for m in matches}]
    for name in ("drop", "ignore"):
        yield f"{name} = [{_list(h for h in left if _listed(h, name))}]"
    rest = [h for h in left if not _listed(h, "drop") and not _listed(h, "ignore")]
    if rest:
        yield f"# {said['left']}: {_list(rest)}"
    yield "[tables.columns]"
    for match in matches:
        sure = match.by_name and match.reads >= _LIKELY
        remark = said["sure" if sure else "by_name" if match.by_name else "by_content"]
        sample = f" {said['samples']}: {', '.join(match.samples)}" if match.samples else ""
        line = f'{match.column} = "{_toml(match.header)}"'
        yield f"{'' if match.by_name else '# '}{line}  # {remark}{sample}"


def _best(sheet: Sheet) -> tuple[_Head, str, int]:
    """Return the likeliest headers of a sheet, the table they fit and how many of them do."""
    found: tuple[int, _Head, str] = (0, _Head((1,), ()), "households")
    for row in range(min(_SEARCHED, len(sheet.cells))):
        head = _head(sheet, row)
        for name in _headers():
            score = sum(_named(h, name) is not None for h in head.headers if name != "never")
            if score > found[0]:
                found = (score, head, name)
    return found[1], found[2], found[0]


def _head(sheet: Sheet, row: int) -> _Head:
    """Take a row, from 0, as headers; with the one above where that one spans columns."""
    lower = [tidy(shown(text)) for text in sheet.cells.iloc[row]]
    upper = [tidy(shown(text)) for text in sheet.cells.iloc[row - 1]] if row else []
    spans = any(low and not up for up, low in zip(upper[1:], lower[1:], strict=False))
    rows = (row, row + 1) if spans and sum(map(bool, upper)) > 1 else (row + 1,)
    rule = TableRule("households", (), rows, {})
    return _Head(rows, tuple(headers_of(sheet, rule, _BOOK)))


def _matches(sheet: Sheet, row: int, table: str, headers: list[str]) -> Iterator[_Match]:
    taken: set[str] = set()
    cells = sheet.cells.iloc[row : row + _SAMPLE]
    named = {at: column for at, h in enumerate(headers) if h and (column := _named(h, table))}
    for at, header in enumerate(headers):
        column = named.get(at)
        if not header or (
            column is None and (_listed(header, "drop") or _listed(header, "ignore"))
        ):
            continue
        values = [text for text in cells[at] if tidy(shown(text))]
        if column is None:
            column = _by_content(values, table, taken | set(named.values()))
        if column is None or column in taken:
            continue
        taken.add(column)
        yield _Match(header, column, at in named, _share(values, table, column),
                     _samples(values, table, column))  # fmt: skip


def _by_content(values: list[str], table: str, taken: set[str]) -> str | None:
    """Return the one free column of closed words that the values fit, if there is only one."""
    closed = [c for c in tables()[table].columns.values() if c.allowed and c.name not in taken]
    fits = [c.name for c in closed if len(values) > 2 and _share(values, table, c.name) == 1]
    return fits[0] if len(fits) == 1 else None


def _share(values: list[str], table: str, name: str) -> float:
    column = tables()[table].columns.get(name)
    if column is None or column.type == "id" or not values:
        return 1.0
    read = _reader(table, column)
    return sum(read(text).rule is None for text in values) / len(values)


def _reader(table: str, column: Column) -> Callable[[str], Read]:
    rule = ColumnRule(
        column.name, (), words=standard_words(table, column.name), dates="dmy", decimal=","
    )
    place = TableRule(table, ("*",), (1,), {column.name: rule})
    empty = pd.DataFrame()
    source = Source(
        "", "", place, _BOOK, empty, pd.Series(dtype=int).to_numpy(), {}, 1, empty, 0, 0
    )
    return reader_of(source, column, rule)


def _samples(values: list[str], table: str, name: str) -> tuple[str, ...]:
    column = tables()[table].columns.get(name)
    if column is None or column.type == "id" or column.sensitivity == "sensitive":
        return ()
    plain = [text for v in values if not names_someone(text := tidy(shown(v)))]
    return () if "birth" in name else tuple(dict.fromkeys(_toml(t)[:24] for t in plain))[:_SHOWN]


@cache
def _headers() -> dict[str, dict[str, list[str]]]:
    page = files("nextome_eval.loaders").joinpath("codebooks", "headers.toml")
    return tomllib.loads(page.read_text("utf-8"))


@cache
def _named(header: str, table: str) -> str | None:
    last = header.split(" / ")[-1]
    for column, wanted in _headers()[table].items():
        for each in wanted:
            pattern = r"0*(\d+)".join(re.escape(_plain(part)) for part in each.split("#"))
            if found := re.fullmatch(pattern, _plain(header)) or re.fullmatch(
                pattern, _plain(last)
            ):
                return column.replace("#", found[1]) if "#" in column else column
    return None


def _plain(header: str) -> str:
    return "".join(sign for sign in fold(header) if sign.isalnum())


def _listed(header: str, kind: str) -> bool:
    said = (_plain(header), _plain(header.split(" / ")[-1]))
    return any(_plain(each) in said for each in _headers()["never"][kind])


def _list(texts: Iterable[str]) -> str:
    return ", ".join(f'"{_toml(text)}"' for text in texts)


def _toml(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return "".join(c for c in plain if c.isprintable())
