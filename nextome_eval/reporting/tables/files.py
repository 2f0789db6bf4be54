"""Tables as files: CSV with the numbers, XLSX in both languages, LaTeX, and one Word file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.reporting import numbers
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.released import Released
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.tables import shown_tables
from nextome_eval.reporting.tables.markdown import as_latex, as_markdown, escaped
from nextome_eval.reporting.tables.shown import Shown

__all__ = ["as_csv", "as_xlsx", "safe_cell", "tables_page", "write_tables"]

_LANGUAGES = ("it", "en")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PUBLIC_DIGITS = 3
_EPOCH = (2020, 1, 1, 0, 0, 0)


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe_cell("=HYPERLINK(1)"), safe_cell("-"), safe_cell(-1.5)
    ("'=HYPERLINK(1)", "'-", -1.5)
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def as_csv(released: Released) -> str:
    """Return the numbers behind a table: a dot for decimals, masked cells say so."""
    rows = _rounded(released)
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(rows.columns)
    masked = released.masked.to_numpy()
    for i, row in enumerate(rows.itertuples(index=False)):
        writer.writerow(
            [
                numbers.MASKED if masked[i, j] else "" if pd.isna(value) else safe_cell(value)
                for j, value in enumerate(row)
            ]
        )
    return held.getvalue()


def _rounded(released: Released) -> pd.DataFrame:
    """Outside the house no more digits than are shown: many digits give counts back."""
    if not released.public:
        return released.rows
    rows = released.rows.copy()
    for column in rows.select_dtypes("number"):
        values = rows[column].to_numpy(dtype=float)
        if not np.all(np.isnan(values) | (values == np.round(values))):
            rows[column] = [_digits(v) for v in values]
    return rows


def _digits(value: float) -> float:
    if not np.isfinite(value) or value == 0:
        return value
    return float(f"{value:.{_PUBLIC_DIGITS}g}")


def as_xlsx(tables: dict[str, dict[str, Shown]]) -> bytes:
    """Return a workbook: a sheet for each language's tables."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for language, shown in tables.items():
        for number, table in enumerate(shown.values(), start=1):
            title = language if len(shown) == 1 else f"{language} {number}"
            sheet = book.create_sheet(title)
            sheet.append([safe_cell(text) for text in table.header])
            for line in table.lines:
                sheet.append([safe_cell(text) for text in line.cells])
            for cell in sheet[1]:
                cell.font = Font(bold=True)
                cell.alignment = Alignment(wrap_text=True, vertical="bottom")
            sheet.freeze_panes = "A2"
            for index, _ in enumerate(table.header):
                texts = [table.header[index][:24], *(x.cells[index] for x in table.lines)]
                letter = sheet.cell(1, index + 1).column_letter
                sheet.column_dimensions[letter].width = min(max(map(len, texts)) + 2, 60)
    held = io.BytesIO()
    book.save(held)
    return _undated(held.getvalue())


def _undated(made: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(held, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*",
                    rb"\g<1>2020-01-01T00:00:00Z",
                    content,
                )
            entry = zipfile.ZipInfo(part, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return held.getvalue()


def write_tables(exhibits: Sequence[Exhibit], folder: Path) -> None:
    """Write every table's files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for exhibit in exhibits:
        tables = {language: shown_tables(exhibit, language) for language in _LANGUAGES}
        many = len(exhibit.answers) > 1
        for number, name in enumerate(exhibit.answers, start=1):
            stem = f"{exhibit.id}-{number}" if many else exhibit.id
            text = as_csv(exhibit.released(name))
            (folder / f"{stem}.csv").write_text(text, "utf-8")
            for language in _LANGUAGES if not exhibit.is_figure else ():
                caption = Speech(exhibit, language).told(exhibit.title)
                latex = as_latex(tables[language][name], caption, stem.lower())
                (folder / f"{stem}.{language}.tex").write_text(latex, "utf-8")
        if not exhibit.is_figure:
            (folder / f"{exhibit.id}.xlsx").write_bytes(as_xlsx(tables))


def tables_page(exhibits: Sequence[Exhibit], language: str) -> str:
    """Return Markdown with the tables alone, for a Word file to paste from."""
    parts = []
    for exhibit in exhibits:
        if exhibit.is_figure:
            continue
        say = Speech(exhibit, language)
        parts.append(f"## {say.line('table')} {exhibit.id}. {escaped(say.told(exhibit.title))}\n")
        parts += [as_markdown(t) for t in shown_tables(exhibit, language).values() if t.lines]
    return "\n".join(parts)
