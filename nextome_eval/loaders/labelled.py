"""SPSS and Stata files: labels as words, the author's own missing values with their reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.excel import MISSING, marked
from nextome_eval.loaders.fragile import survives

__all__ = ["read_labelled"]


def read_labelled(path: Path) -> pd.DataFrame:
    """Read a .sav, .zsav or .dta file as texts.

    Parameters
    ----------
    path : Path

    Returns
    -------
    DataFrame of str, shape (1 + cases, variables)
        The variables' names first. A labelled value is its label; a value that the file itself
        declares missing carries a mark, its code and its label.

    Raises
    ------
    DataProblem
        If the file is damaged or of another kind.
    """
    import pyreadstat

    if not survives(path):
        raise DataProblem("file_kind", file=path.name, format=path.suffix[1:])
    stata = path.suffix.casefold() == ".dta"
    try:
        read = pyreadstat.read_dta if stata else pyreadstat.read_sav
        frame, meta = read(str(path), user_missing=True, output_format="pandas")
    except Exception as trouble:  # damaged bytes make the reader raise anything
        raise DataProblem("file_kind", file=path.name, format=path.suffix[1:]) from trouble
    labels = meta.variable_value_labels
    columns = {}
    for at, name in enumerate(frame.columns):
        gone = meta.missing_user_values.get(name, []) if stata else _ranges(meta, name)
        words = labels.get(name, {})
        columns[at] = [name, *(_text(value, words, gone, stata) for value in frame[name])]
    return pd.DataFrame(columns, dtype="string[pyarrow]")


def _text(value: Any, labels: dict[Any, str], gone: list[Any], stata: bool) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if _among(value, gone):
        code = f".{value}" if stata else marked(value).lstrip("\x1d")
        return f"{MISSING}{code}|{labels.get(value, '')}"
    if value in labels:
        return str(labels[value])
    if isinstance(value, str):
        return "".join(c if c >= " " or c in "\n\t" else " " for c in value)
    return marked(value.to_pydatetime() if isinstance(value, pd.Timestamp) else value)


def _ranges(meta: Any, name: str) -> list[Any]:
    return list(meta.missing_ranges.get(name, []))


def _among(value: Any, gone: list[Any]) -> bool:
    for each in gone:
        if isinstance(each, dict):
            try:
                if each["lo"] <= value <= each["hi"]:
                    return True
            except TypeError:
                continue
        elif each == value:
            return True
    return False
