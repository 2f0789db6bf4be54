"""Repeated groups of a form (KoBoToolbox): each repetition sees the form it belongs to."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.cells.read import tidy
from nextome_eval.loaders.codebook import TableRule
from nextome_eval.loaders.files import Sheet

__all__ = ["with_parents"]


def with_parents(sheet: Sheet, rule: TableRule, sheets: list[Sheet]) -> Sheet:
    """Put beside each repetition the columns of its form, their headers after ``../``.

    Parameters
    ----------
    sheet : Sheet
        The sheet of repetitions, with ``_parent_index``.
    rule : TableRule
        Its `repeat_of` names the sheet of the forms, with ``_index``.
    sheets : list of Sheet
        All sheets of the workbook.

    Raises
    ------
    DataProblem
        If the parent's sheet, or one of the two index columns, is not there.
    """
    parent = next((each for each in sheets if each.name == rule.repeat_of), None)
    if parent is None:
        raise DataProblem("sheet_missing", file=sheet.file, sheet=rule.repeat_of or "-",
                          found=[each.name for each in sheets])  # fmt: skip
    top = max(rule.header)
    forms = parent.cells.iloc[top:]
    index = _column(parent, "_index", top)
    own = _column(sheet, "_parent_index", top)
    at = {shown(text): row for row, text in enumerate(forms[index]) if text}
    places = [at.get(shown(text), -1) for text in sheet.cells.iloc[top:][own]]
    beside = forms.reset_index(drop=True).reindex(places).fillna("")
    heads = parent.cells.iloc[:top].map(lambda text: f"../{tidy(text)}" if tidy(text) else "")
    joined = pd.concat([heads, beside], ignore_index=True)
    joined = joined.reindex(range(len(sheet.cells))).fillna("")
    joined.columns = pd.RangeIndex(
        len(sheet.cells.columns), len(sheet.cells.columns) + joined.shape[1]
    )
    return replace(sheet, cells=pd.concat([sheet.cells, joined.astype("string[pyarrow]")], axis=1))


def _column(sheet: Sheet, header: str, top: int) -> int:
    found = [i for i, text in enumerate(sheet.cells.iloc[top - 1]) if tidy(text) == header]
    if not found:
        raise DataProblem("repeat_index", file=sheet.file, sheet=sheet.name, column=header)
    return found[0]
