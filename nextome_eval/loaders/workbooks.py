"""Workbooks (.xlsx, .xls, .ods): every cell as text, and what a person cannot see."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import python_calamine as calamine

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.excel import marked

__all__ = ["RawSheet", "read_workbook"]

_LARGEST = 2_000_000_000  # bytes once unpacked: an honest workbook of a million rows is under it
_WIDEST = 2000
_RATIO = 300  # sheets of text shrink 10 to 50 times; more is a bomb
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROW = re.compile(rb"<row\b([^>]*)>")
_ERROR = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL
)
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_NUMBER = re.compile(rb'\br="(\d+)"')


@dataclass(frozen=True)
class RawSheet:
    """One sheet of a workbook: its cells as marked texts, from A1 on."""

    name: str
    cells: pd.DataFrame
    hidden: bool
    hidden_rows: frozenset[int]


def read_workbook(path: Path) -> list[RawSheet]:
    """Read every sheet of a workbook.

    Raises
    ------
    DataProblem
        If it has a password, is broken, or would unpack to more than is safe.
    """
    _check_size(path)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            kinds = {m.name: m for m in book.sheets_metadata}
            names = [
                name
                for name in book.sheet_names
                if kinds[name].typ == calamine.SheetTypeEnum.WorkSheet
            ]
            grids = {name: _grid(book, name, path.name) for name in names}
    except calamine.PasswordError as trouble:
        raise DataProblem("workbook_password", file=path.name) from trouble
    except (calamine.CalamineError, OSError, ValueError) as trouble:
        if "assword" in str(trouble) or _encrypted(path):
            raise DataProblem("workbook_password", file=path.name) from trouble
        raise DataProblem("workbook_broken", file=path.name) from trouble
    unseen = _unseen(path)
    return [
        RawSheet(
            name,
            _with_errors(grids[name], unseen.get(name, _NOTHING)[1]),
            kinds[name].visible != calamine.SheetVisibleEnum.Visible,
            unseen.get(name, _NOTHING)[0],
        )
        for name in names
    ]


_Unseen = tuple[frozenset[int], dict[tuple[int, int], str]]
_NOTHING: _Unseen = (frozenset(), {})


def _grid(book: calamine.CalamineWorkbook, name: str, file: str) -> list[list[str]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_width > _WIDEST:
        raise DataProblem("file_too_wide", file=file, columns=sheet.total_width, most=_WIDEST)
    rows = sheet.to_python(skip_empty_area=False)
    return [[_clean(marked(value)) for value in row] for row in rows]


def _clean(text: str) -> str:
    return (
        text
        if text.isprintable()
        else "".join(
            c if c >= " " or c in "\n\t" or (at == 0 and c in "\x1d\x1e") else " "
            for at, c in enumerate(text)
        )
    )


def _with_errors(grid: list[list[str]], errors: dict[tuple[int, int], str]) -> pd.DataFrame:
    width = max([len(row) for row in grid] + [column + 1 for _, column in errors], default=0)
    height = max([len(grid)] + [row + 1 for row, _ in errors])
    full = [row + [""] * (width - len(row)) for row in grid]
    full += [[""] * width for _ in range(height - len(grid))]
    for (row, column), word in errors.items():
        full[row][column] = word
    return pd.DataFrame(full, columns=range(width), dtype="string[pyarrow]")


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return
    if size > _LARGEST or size > _RATIO * max(path.stat().st_size, 100_000):
        raise DataProblem("workbook_too_large", file=path.name, megabytes=size // 1_000_000)


def _encrypted(path: Path) -> bool:
    with path.open("rb") as source:
        start = source.read(65536)
    return start.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in start


def _unseen(path: Path) -> dict[str, _Unseen]:
    """Return each sheet's hidden rows and error cells, which the reader leaves blank."""
    try:
        with zipfile.ZipFile(path) as archive:
            if "content.xml" in archive.namelist():
                return _unseen_ods(archive.read("content.xml"))
            return {
                name: _unseen_xlsx(archive.read(part))
                for name, part in _xlsx_parts(archive).items()
            }
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, OSError, ValueError):
        return {}


def _xlsx_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    links = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet"):
            link = next(v for k, v in sheet.attrib.items() if k.endswith("}id"))
            target = links[link].lstrip("/")
            parts[sheet.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return {name: part for name, part in parts.items() if part in archive.namelist()}


def _unseen_xlsx(xml: bytes) -> _Unseen:
    hidden = frozenset(
        int(number[1])
        for row in _ROW.finditer(xml)
        if _HIDDEN.search(row[1]) and (number := _NUMBER.search(row[1]))
    )
    errors = {}
    if b't="e"' in xml:
        for column, row, word in _ERROR.findall(xml):
            errors[int(row) - 1, _column(column.decode())] = word.decode("utf-8", "replace")
    return hidden, errors


def _unseen_ods(xml: bytes) -> dict[str, _Unseen]:
    found: dict[str, _Unseen] = {}
    name, row, hidden = "", 0, set[int]()
    for event, node in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = node.tag.rsplit("}", 1)[-1]
        if event == "start" and tag == "table":
            name, row, hidden = _attribute(node, "name"), 0, set()
        elif event == "end" and tag == "table-row":
            times = min(int(_attribute(node, "number-rows-repeated") or 1), 2_000_000)
            if _attribute(node, "visibility") in ("collapse", "filter"):
                hidden.update(range(row + 1, row + min(times, 10_000) + 1))
            row += times
            node.clear()
        elif event == "end" and tag == "table":
            found[name] = (frozenset(hidden), {})
    return found


def _attribute(node: ElementTree.Element, name: str) -> str:
    return next((v for k, v in node.attrib.items() if k.endswith("}" + name)), "")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
