"""The ledger as a workbook in Italian, which goes back to the town and comes back corrected."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pandas as pd

from nextome_eval.loaders.ledger import rule_sentence
from nextome_eval.words import words

__all__ = ["escaped", "unescaped", "write_ledger_book"]

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_THEN = dt.datetime(2020, 2, 20)
_WIDTHS = (26, 18, 8, 28, 26, 60, 14, 24, 8, 30)


def write_ledger_book(ledger: pd.DataFrame, path: Path) -> None:
    """Write the ledger as .xlsx: a sheet a file, an empty column for each correction.

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
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    said = words("ledger_book")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = book.properties.modified = _THEN
    heads = [said[name]["it"] for name in said if name not in ("empty", *_severities())]
    names: set[str] = set()
    for file, lines in ledger.groupby("file", sort=True):
        sheet = book.create_sheet(_sheet_name(str(file), names))
        sheet.append(heads)
        for line in lines.to_dict("records"):
            sheet.append(
                [escaped(cell) for cell in _row({str(k): v for k, v in line.items()}, said)]
            )
        for at, width in enumerate(_WIDTHS, start=1):
            sheet.cell(1, at).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.freeze_panes = "A2"
    if not book.worksheets:
        book.create_sheet(said["empty"]["it"]).append(heads)
    held = io.BytesIO()
    book.save(held)
    path.write_bytes(_timeless(held.getvalue()))


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


def _timeless(book: bytes) -> bytes:
    """Return the archive with the same moment on all its parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(held, "w") as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, date_time=_THEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2020-02-20T00:00:00Z", content
                )
            new.writestr(entry, content)
    return held.getvalue()
