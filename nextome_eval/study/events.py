"""How the column that says what ended a spell is read: declared, never assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.columns import Floats, Ints, need

__all__ = ["read_events", "refuse_all_censored", "refuse_leavers_only"]


def read_events(
    frame: pd.DataFrame,
    event: str | None,
    upper: Floats | None,
    causes: Mapping[Any, str | None] | None,
) -> tuple[Ints, dict[int, str]]:
    """Return codes (rows,), 0 = censored, and what each code is called.

    In ``causes`` the value 0, and any value called None, is censored.
    """
    if event is None:
        if upper is None:
            raise DataProblem("event_not_given")
        return np.isfinite(upper).astype(np.int64), {1: "event"}
    column = need(frame, event)
    return _declared(column, event, causes) if causes else _zero_one(column, event)


def _zero_one(column: pd.Series[Any], name: str) -> tuple[Ints, dict[int, str]]:
    if column.isna().any():
        raise DataProblem("column_has_gaps", column=name, rows=column.index[column.isna()].tolist())
    found = pd.unique(column)
    if any(isinstance(value, str) or value not in (0, 1) for value in found):
        shown = [f'"{value}"' if isinstance(value, str) else value for value in found]
        raise DataProblem("event_coding_undeclared", column=name, found=shown)
    return column.to_numpy(dtype=np.int64), {1: name}


def _declared(
    column: pd.Series[Any], name: str, causes: Mapping[Any, str | None]
) -> tuple[Ints, dict[int, str]]:
    labels = {key: label for key, label in causes.items() if label is not None and key != 0}
    whole = all(isinstance(key, (int, np.integer)) and key > 0 for key in labels)
    code_of = {key: int(key) if whole else i for i, key in enumerate(labels, start=1)}
    codes = np.zeros(len(column), np.int64)
    known = (column.isna() | (column == 0)).to_numpy(dtype=bool, na_value=True)
    known = known | column.isin([key for key in causes if key not in labels]).to_numpy(dtype=bool)
    for key, code in code_of.items():
        matches = (column == key).to_numpy(dtype=bool, na_value=False)
        codes[matches] = code
        known = known | matches
    if not known.all():
        found = pd.unique(column[~known]).tolist()
        raise DataProblem("cause_undeclared", column=name, found=found, causes=list(causes))
    return codes, {code_of[key]: str(label) for key, label in labels.items()}


def refuse_leavers_only(event: Ints) -> None:
    """Refuse data in which nobody is censored, or everybody is."""
    if (event > 0).all():
        raise DataProblem("leavers_only", n=len(event))
    refuse_all_censored(event)


def refuse_all_censored(event: Ints) -> None:
    """Refuse data in which everybody is censored."""
    if (event == 0).all():
        raise DataProblem("all_censored", n=len(event))
