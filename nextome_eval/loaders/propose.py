"""A first draft of a codebook, from a file: what is likely, what is uncertain, nothing applied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.cells.read import Read, fold, tidy
from nextome_eval.loaders.codebook import Codebook, ColumnRule, TableRule, standard_words
from nextome_eval.loaders.files import Sheet, open_file
from nextome_eval.loaders.reading import reader_of
from nextome_eval.loaders.source import Source
from nextome_eval.study.tables import Column, tables
from nextome_eval.words import words

__all__ = ["propose_codebook"]

_SEARCHED = 40
_SAMPLE = 200
_SHOWN = 3
_LIKELY = 0.9


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
    delimiter = _delimiter(path)
    out = [f"draft = true  # {said['draft']}", f'title = "{path.stem}"', f'files = ["{path.name}"]']
    out.append(f'format = "{_format(path)}"')
    if _format(path) == "csv":
        out.append(f'delimiter = "{_toml(delimiter)}"')
    out += [f'# dates = "dmy"  # {said["dates"]}', f'# decimal = ","  # {said["decimal"]}']
    for sheet in open_file(path, delimiter=delimiter):
        out += ["", *_sheet(sheet, said)]
    return "\n".join(out) + "\n"


def _sheet(sheet: Sheet, said: dict[str, str]) -> Iterator[str]:
    row, table, score = _best(sheet)
    label = f"{sheet.name or sheet.file}"
    if score == 0:
        yield f"# {said['nothing'].format(sheet=label)}"
        return
    headers = [tidy(shown(text)) for text in sheet.cells.iloc[row]]
    matches = list(_matches(sheet, row, table, headers))
    yield "[[tables]]"
    yield f'table = "{table}"  # {said["table"].format(found=score)}'
    if sheet.name:
        yield f'sheets = ["{_toml(sheet.name)}"]'
    yield f"header = {row + 1}"
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


def _best(sheet: Sheet) -> tuple[int, str, int]:
    found = [
        (
            sum(_named(tidy(shown(text)), name) is not None for text in sheet.cells.iloc[row]),
            -row,
            name,
        )
        for row in range(min(_SEARCHED, len(sheet.cells)))
        for name in _headers()
        if name != "never"
    ]
    score, row, table = max(found, default=(0, 0, "households"))
    return -row, table, score


def _matches(sheet: Sheet, row: int, table: str, headers: list[str]) -> Iterator[_Match]:
    taken: set[str] = set()
    cells = sheet.cells.iloc[row + 1 : row + 1 + _SAMPLE]
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
    book = Codebook("", "", (), "csv", ";", 1900, ())
    place = TableRule(table, ("*",), (1,), {column.name: rule})
    empty = pd.DataFrame()
    source = Source("", "", place, book, empty, pd.Series(dtype=int).to_numpy(), {}, 1, empty, 0, 0)
    return reader_of(source, column, rule)


def _samples(values: list[str], table: str, name: str) -> tuple[str, ...]:
    column = tables()[table].columns.get(name)
    if column is None or column.type == "id" or column.sensitivity == "sensitive":
        return ()
    return tuple(dict.fromkeys(_toml(tidy(shown(v)))[:24] for v in values))[:_SHOWN]


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
    return any(_plain(header) == _plain(each) for each in _headers()["never"][kind])


def _format(path: Path) -> str:
    kinds = {".csv": "csv", ".txt": "csv", ".sav": "spss", ".zsav": "spss", ".dta": "stata"}
    return kinds.get(path.suffix.casefold(), "workbook")


def _delimiter(path: Path) -> str:
    if _format(path) != "csv" or not path.is_file():
        return ";"
    with path.open("rb") as source:
        first = source.readline(100_000)
    return max(";,\t|", key=lambda sign: first.count(sign.encode()))


def _list(texts: Iterable[str]) -> str:
    return ", ".join(f'"{_toml(text)}"' for text in texts)


def _toml(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return "".join(c for c in plain if c.isprintable())
