"""How cells become files: text, workbooks and OpenDocument sheets, byte for byte the same."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

__all__ = ["heading", "italian_date", "italian_number", "write_ods", "write_text", "write_workbook"]

STAMP = datetime(2025, 1, 20, 9, 0, 0)
_ZIP_STAMP = STAMP.timetuple()[:6]


def italian_date(value: date | None) -> str:
    """Write dd/mm/yyyy."""
    return "" if value is None else value.strftime("%d/%m/%Y")


def italian_number(value: float | None, decimals: int | None = None) -> str:
    """Write 1.250,50: dots between thousands, a comma before decimals."""
    if value is None:
        return ""
    places = decimals if decimals is not None else 0 if float(value).is_integer() else 2
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def write_text(
    path: Path,
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ";",
    encoding: str = "utf-8",
    quoted: bool = False,
    line_end: str = "\r\n",
) -> None:
    """Write a text file with exactly the encoding and the line ends asked for."""
    held = io.StringIO()
    writer = csv.writer(
        held,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
        lineterminator=line_end,
    )
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_bytes(held.getvalue().encode(encoding))


def heading(size: int = 11) -> Any:
    """Return the bold font of titles and headers."""
    from openpyxl.styles import Font

    return Font(name="Calibri", bold=True, size=size)


def write_workbook(path: Path, fill: Callable[[Any], None]) -> None:
    """Write an .xlsx that `fill` fills; no clock reading is left in it."""
    from openpyxl import Workbook
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    book.remove(book.worksheets[0])
    fill(book)
    for page in book.worksheets:  # printed on one page's width, lying
        page.page_setup.orientation = "landscape"
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.properties.creator = "Ufficio"
    book.properties.created = STAMP
    held = io.BytesIO()
    book.save(held)
    with zipfile.ZipFile(held) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    core = parts["docProps/core.xml"].decode()
    opening = core.index(">", core.index("<dcterms:modified")) + 1
    closing = core.index("</dcterms:modified>")
    parts["docProps/core.xml"] = (
        core[:opening] + STAMP.strftime("%Y-%m-%dT%H:%M:%SZ") + core[closing:]
    ).encode()
    _write_zip(path, parts)


def _write_zip(path: Path, parts: dict[str, bytes], stored: Sequence[str] = ()) -> None:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _ZIP_STAMP)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            target.writestr(entry, content)


_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in [
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    ]
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STYLES = (
    '<number:date-style style:name="day"><number:day number:style="long"/>'
    "<number:text>/</number:text>"
    '<number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>'
    '<style:style style:name="bold" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="3.4cm"/></style:style>'
)


def write_ods(path: Path, name: str, rows: Sequence[Sequence[object]], bold: int) -> None:
    """Write one sheet as OpenDocument; the first `bold` rows stand out."""
    width = max(len(row) for row in rows)
    body = "".join(
        "<table:table-row>"
        + "".join(_ods_cell(cell, i < bold) for cell in row)
        + "</table:table-row>"
        for i, row in enumerate(rows)
    )
    content = (
        f'{_HEAD}<office:document-content {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(name)}>"
        f'<table:table-column table:style-name="wide" table:number-columns-repeated="{width}"/>'
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{part}" manifest:media-type="{kind}"/>'
        for part, kind in (("/", _MIME), ("content.xml", "text/xml"))
    )
    manifest = (
        f'{_HEAD}<manifest:manifest manifest:version="1.2" '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f"{listed}</manifest:manifest>"
    )
    parts = {"mimetype": _MIME, "content.xml": content, "META-INF/manifest.xml": manifest}
    _write_zip(path, {k: v.encode() for k, v in parts.items()}, stored=["mimetype"])


def _ods_cell(value: object, bold: bool) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    shown = italian_date(value) if isinstance(value, date) else str(value)
    text = f"<text:p>{escape(shown)}</text:p>"
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()[:10]}"'
        return f'<table:table-cell table:style-name="date" {kind}>{text}</table:table-cell>'
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}>{text}</table:table-cell>"
    style = ' table:style-name="bold"' if bold else ""
    return f'<table:table-cell{style} office:value-type="string">{text}</table:table-cell>'
