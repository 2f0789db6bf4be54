"""What a reader of workbooks leaves out: the rows that are hidden, the cells that are errors."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from nextome_eval.loaders.old_workbooks import unseen_xls

__all__ = ["NOTHING", "Unseen", "unseen_of"]

_ROW = re.compile(rb"<row\b([^>]*)>")
_ERROR = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</?c\b).)*?<v>([^<]*)</v>', re.DOTALL
)
# A formula that no spreadsheet worked out yet: it stands there as its own text.
_FORMULA = re.compile(
    rb'<c\b(?![^>]*\bt=)[^>]*\br="([A-Z]+)(\d+)"[^>]*><f\b[^>]*>([^<]+)</f>(?:<v ?/>|<v></v>)?</c>'
)
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_NUMBER = re.compile(rb'\br="(\d+)"')

Unseen = tuple[frozenset[int], dict[tuple[int, int], str]]
NOTHING: Unseen = (frozenset(), {})


def unseen_of(path: Path) -> dict[str, Unseen]:
    """Return each sheet's hidden rows and error cells.

    Parameters
    ----------
    path : Path
        A workbook of any kind.

    Returns
    -------
    dict
        By sheet name: hidden rows counted from 1, error words by row and column from 0.
    """
    if not zipfile.is_zipfile(path):
        return unseen_xls(path)
    try:
        with zipfile.ZipFile(path) as archive:
            if "content.xml" in archive.namelist():
                return _unseen_ods(archive.read("content.xml"))
            return {
                name: _unseen_xlsx(archive.read(part))
                for name, part in _xlsx_parts(archive).items()
            }
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        KeyError,
        OSError,
        ValueError,
        NotImplementedError,
        zlib.error,
    ):
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


def _unseen_xlsx(xml: bytes) -> Unseen:
    hidden = frozenset(
        int(number[1])
        for row in _ROW.finditer(xml)
        if _HIDDEN.search(row[1]) and (number := _NUMBER.search(row[1]))
    )
    errors = {}
    if b't="e"' in xml:
        for column, row, word in _ERROR.findall(xml):
            errors[int(row) - 1, _column(column.decode())] = word.decode("utf-8", "replace")
    if b"<f" in xml:
        for column, row, text in _FORMULA.findall(xml):
            formula = "=" + unescape(text.decode("utf-8", "replace"))
            errors[int(row) - 1, _column(column.decode())] = formula
    return hidden, errors


def _unseen_ods(xml: bytes) -> dict[str, Unseen]:
    found: dict[str, Unseen] = {}
    name, row, hidden = "", 0, set[int]()
    errors: dict[tuple[int, int], str] = {}
    for event, node in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = node.tag.rsplit("}", 1)[-1]
        if event == "start" and tag == "table":
            name, row, hidden, errors = _attribute(node, "name"), 0, set(), {}
        elif event == "end" and tag == "table-row":
            times = min(int(_attribute(node, "number-rows-repeated") or 1), 2_000_000)
            if _attribute(node, "visibility") in ("collapse", "filter"):
                hidden.update(range(row + 1, row + min(times, 10_000) + 1))
            errors |= {
                (row + down, column): word
                for column, word in _errors_of_row(node)
                for down in range(min(times, 10_000))
            }
            row += times
            node.clear()
        elif event == "end" and tag == "table":
            found[name] = (frozenset(hidden), errors)
    return found


def _errors_of_row(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        times = int(_attribute(cell, "number-columns-repeated") or 1)
        if "error" in (v for k, v in cell.attrib.items() if k.endswith("}value-type")):
            word = "".join(cell.itertext()).strip() or "#N/A"
            yield from ((column + right, word) for right in range(min(times, 1000)))
        column += times


def _attribute(node: ElementTree.Element, name: str) -> str:
    return next((v for k, v in node.attrib.items() if k.endswith("}" + name)), "")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
