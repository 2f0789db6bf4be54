"""A file, opened: its sheets as texts, each cell where a person sees it."""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.labelled import read_labelled
from nextome_eval.loaders.workbooks import read_workbook

__all__ = ["Sheet", "open_file"]

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_LABELLED = (".sav", ".zsav", ".dta")
_WIDEST = 2000
_CONTROL = {chr(code): " " for code in (*range(9), 11, 12, *range(14, 32))}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, or the whole of a text file.

    Attributes
    ----------
    file, name : str
        The file's name, and the sheet's ("" for a text file).
    cells : DataFrame of str, shape (rows, columns)
        Row i holds the spreadsheet's row i + 1; workbook numbers and dates carry a mark.
    hidden : bool
        Whether the sheet is hidden.
    hidden_rows : frozenset of int
        Rows that a person does not see, counted from 1.
    encoding : str or None
        How a text file was decoded.
    offset : int
        1 where a person sees the first case in row 1, above which no header stands (SPSS, Stata).
    """

    file: str
    name: str
    cells: pd.DataFrame
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    encoding: str | None = None
    offset: int = 0

    @property
    def filled(self) -> bool:
        """Whether any cell holds something."""
        return any(self.cells[c].str.strip().ne("").any() for c in self.cells)


def open_file(path: Path, *, delimiter: str = ";") -> list[Sheet]:
    """Open a workbook or a text file.

    Parameters
    ----------
    path : Path
        The file; its ending says what it is.
    delimiter : str
        What stands between the cells of a text file.

    Returns
    -------
    list of Sheet
        In the file's order, hidden ones too.

    Raises
    ------
    DataProblem
        If the file is missing, empty, protected by a password, broken or too large.
    """
    if not path.is_file():
        raise DataProblem("file_missing", file=path.name, folder=path.parent.name)
    if path.stat().st_size == 0:
        raise DataProblem("file_empty", file=path.name)
    if path.suffix.casefold() in _WORKBOOKS:
        return [
            Sheet(path.name, raw.name, raw.cells, raw.hidden, raw.hidden_rows)
            for raw in read_workbook(path)
        ]
    if path.suffix.casefold() in _LABELLED:
        return [Sheet(path.name, "", read_labelled(path), offset=1)]
    return [_text_sheet(path, delimiter)]


def _text_sheet(path: Path, delimiter: str) -> Sheet:
    text, encoding = _decoded(path)
    if not text.strip():
        raise DataProblem("file_empty", file=path.name)
    return Sheet(path.name, "", _table(text, delimiter, path.name), encoding=encoding)


def _decoded(path: Path) -> tuple[str, str]:
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif raw[:64].count(b"\0") > 16:  # UTF-16 without its mark: every other byte is zero
        encodings = ["utf-16-be" if raw[:1] == b"\0" else "utf-16-le"]
    else:
        encodings = ["utf-8-sig" if raw[:3] == b"\xef\xbb\xbf" else "utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return _clean(raw.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    raise DataProblem("file_encoding", file=path.name)


def _clean(text: str) -> str:
    for sign, blank in _CONTROL.items():
        if sign in text:
            text = text.replace(sign, blank)
    return text


def _table(text: str, delimiter: str, file: str) -> pd.DataFrame:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    width = 1 + max(line.count(delimiter) for line in text.split("\n"))
    try:
        cells = _cut(text, delimiter, width, file)
    except pd.errors.ParserWarning:  # a record of several lines is wider than any of them
        cells = _cut(text, delimiter, _widest_record(text, delimiter, file), file)
    cells = cells.fillna("")
    if '"' in text:
        _refuse_swallowed(cells, delimiter, file)
    return cells


def _refuse_swallowed(cells: pd.DataFrame, delimiter: str, file: str) -> None:
    """Refuse a file in which one cell holds whole lines of the table."""
    most = max(2, len(cells.columns) // 2)
    for column in cells:
        texts = cells[column]
        for row in np.flatnonzero(texts.str.contains("\n", regex=False).to_numpy(bool)):
            if any(line.count(delimiter) >= most for line in texts.iloc[row].split("\n")[1:]):
                raise DataProblem("file_swallowed", file=file, row=int(row) + 1)


def _cut(text: str, delimiter: str, width: int, file: str) -> pd.DataFrame:
    if width > _WIDEST:
        raise DataProblem("file_too_wide", file=file, columns=width, most=_WIDEST)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(text),
                sep=delimiter,
                header=None,
                names=list(range(width)),
                index_col=False,
                dtype="string[pyarrow]",
                na_filter=False,
                skip_blank_lines=False,
                quoting=csv.QUOTE_MINIMAL,
                low_memory=False,
            )
    except (pd.errors.ParserError, ValueError) as trouble:
        raise DataProblem("file_quotes", file=file) from trouble


def _widest_record(text: str, delimiter: str, file: str) -> int:
    limit = csv.field_size_limit(len(text) + 1)
    try:
        return max(len(record) for record in csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as trouble:
        raise DataProblem("file_quotes", file=file) from trouble
    finally:
        csv.field_size_limit(limit)
