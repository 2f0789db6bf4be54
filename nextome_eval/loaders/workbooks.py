"""Workbooks (.xlsx, .xls, .ods): every cell as text, and what a person cannot see."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import python_calamine as calamine

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.excel import marked
from nextome_eval.loaders.fragile import survives
from nextome_eval.loaders.old_workbooks import OLE
from nextome_eval.loaders.unseen import NOTHING, unseen_of

__all__ = ["RawSheet", "read_workbook"]

_LARGEST = 2_000_000_000  # bytes once unpacked: an honest workbook of a million rows is under it
_WIDEST = 2000
_RATIO = 300  # sheets of text shrink 10 to 50 times; more is a bomb


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
    if not survives(path):
        raise DataProblem("workbook_broken", file=path.name)
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
    except BaseException as trouble:  # a panic of the reader on damaged bytes is no Exception
        if type(trouble).__name__ != "PanicException":
            raise
        raise DataProblem("workbook_broken", file=path.name) from trouble
    unseen = unseen_of(path)
    return [
        RawSheet(
            name,
            _with_errors(grids[name], unseen.get(name, NOTHING)[1]),
            kinds[name].visible != calamine.SheetVisibleEnum.Visible,
            unseen.get(name, NOTHING)[0],
        )
        for name in names
    ]


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
    return start.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in start
