"""The ledger as a workbook in Italian, which goes back to the town and comes back corrected."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.loaders.ledger import rule_sentence
from nextome_eval.words import words

__all__ = ["escaped", "unescaped", "write_ledger_book"]

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_THEN = dt.datetime(2020, 2, 20)
_WIDTHS = (26, 18, 8, 28, 26, 60, 20, 24, 8, 30)
_TO_FILL = ("correction", "initials", "remark")
_MOST = 1_048_575  # rows of a sheet below its header


def write_ledger_book(ledger: pd.DataFrame, path: Path) -> None:
    """Write the ledger as .xlsx: a sheet a file, an empty column for each correction.

    A file with more problems than a sheet has rows goes on in a second sheet.

    Parameters
    ----------
    ledger : DataFrame
        As `load` gives it.
    path : Path
        What is written; put it back, filled in, as ``corrections.xlsx`` in the raw folder.

    Notes
    -----
    A cell that a spreadsheet could run (a leading ``= + - @``) is written after an apostrophe. The
    same ledger gives the same bytes.
    """
    import openpyxl

    said = words("ledger_book")
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = _THEN
    names: set[str] = set()
    for file, lines in ledger.groupby("file", sort=True):
        for start in range(0, len(lines), _MOST):
            sheet = _sheet(book, _sheet_name(str(file), names), said)
            for line in lines.iloc[start : start + _MOST].to_dict("records"):
                row = _row({str(k): v for k, v in line.items()}, said)
                sheet.append([escaped(cell) for cell in row])
    if not names:
        _sheet(book, said["empty"]["it"], said)
    held = io.BytesIO()
    book.save(held)
    path.write_bytes(_timeless(held))


def _sheet(book: Any, name: str, said: dict[str, dict[str, str]]) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(name)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    for at, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    heads = []
    for key in (key for key in said if key not in ("empty", *_severities())):
        head = WriteOnlyCell(sheet, value=said[key]["it"])
        head.font = Font(name="Calibri", bold=True)
        if key in _TO_FILL:
            head.fill = PatternFill("solid", fgColor="FFF2CC")
        heads.append(head)
    sheet.append(heads)
    return sheet


def escaped(cell: object) -> object:
    """Return a cell that no spreadsheet will run.

    Examples
    --------
    >>> escaped('=HYPERLINK("http://x")'), escaped(3)
    ('\\'=HYPERLINK("http://x")', 3)
    """
    if isinstance(cell, str) and cell.startswith(_DANGEROUS):
        return "'" + cell
    return cell


def unescaped(text: str) -> str:
    """Return a cell as it was before `escaped`."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_DANGEROUS) else text


def _severities() -> tuple[str, ...]:
    return ("note", "problem", "set_aside")


def _row(line: dict[str, object], said: dict[str, dict[str, str]]) -> list[object]:
    plain = {
        name: None if value is pd.NA or value is None else value for name, value in line.items()
    }
    row = plain["row"]
    return [
        plain["file"],
        plain["sheet"] or "",
        None if row is None else int(str(row)),
        plain["column"] or "",
        _printable(plain["value"]),
        rule_sentence(str(plain["rule"]), "it"),
        said[str(plain["severity"])]["it"],
        None,
        None,
        None,
    ]


def _printable(value: object) -> str | None:
    return None if value is None else re.sub(r"[\x00-\x08\x0b-\x1f]", " ", str(value))


def _sheet_name(file: str, names: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", file)[:28].strip() or "file"
    name, count = plain, 1
    while name.casefold() in names:
        count += 1
        name = f"{plain[:26]} {count}"
    names.add(name.casefold())
    return name


def _timeless(book: io.BytesIO) -> bytes:
    """Return the archive with the same moment on all its parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(held, "w") as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, date_time=_THEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            if item.filename == "docProps/core.xml":
                changed = rb"(<dcterms:modified[^>]*>)[^<]*"
                new.writestr(entry, re.sub(changed, rb"\g<1>2020-02-20T00:00:00Z", old.read(item)))
                continue
            with old.open(item) as part, new.open(entry, "w") as copy:
                shutil.copyfileobj(part, copy)
    return held.getvalue()
