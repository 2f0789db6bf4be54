"""What was each household at the first wave?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.study.columns import need
from nextome_eval.study.door import Door
from nextome_eval.study.panel import Panel

__all__ = ["at_first", "described", "is_binary", "is_words", "two_arms"]

_MOST_LEVELS = 30


def at_first(door: Door, name: str) -> pd.Series[Any]:
    """Return a column's value for each household (n,), missing where it is not known.

    A column that never changes within a household is read from any of its rows; one that changes
    is read at the panel's first wave, or in a household's first spell.
    """
    if name not in door.frame and name in ("strata", "cluster"):
        codes, labels = door.groups(name)
        return pd.Series(np.asarray(labels, dtype=object)[codes[door.starts]])
    column = need(door.frame, name)
    if pd.api.types.is_datetime64_any_dtype(column):
        raise DataProblem("column_is_date", column=name)
    by_unit = pd.Series(column.array).groupby(door.unit)
    if int(by_unit.nunique().max()) > 1:
        first = door.time == door.times[0] if isinstance(door, Panel) else _starting(door)
        by_unit = pd.Series(column.array[first]).groupby(door.unit[first])
    found = by_unit.first().reindex(range(door.n))
    if not is_words(found):
        door.column(name)  # refuses infinite values by name
    return found


def described(door: Door, name: str) -> list[tuple[str, NDArray[np.float64]]]:
    """Return a covariate as numbers (n,), NaN = not known: itself, or 0/1 for each of its words."""
    values = at_first(door, name)
    if not is_words(values):
        return [("", values.to_numpy(np.float64, na_value=np.nan))]
    known = values.notna().to_numpy()
    return [
        (
            str(level),
            np.where(known, (values == level).to_numpy(bool, na_value=False), np.nan),
        )
        for level in _levels(values, name)
    ]


def _starting(door: Door) -> NDArray[np.bool_]:
    starts = np.zeros(len(door.unit), bool)
    starts[door.starts] = True
    return starts


def is_words(values: pd.Series[Any]) -> bool:
    """Whether values are words, to be counted level by level."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return True
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return False
    present = values.dropna()
    return not present.map(lambda v: isinstance(v, (bool, int, float, np.number))).all()


def is_binary(values: NDArray[np.float64]) -> bool:
    """Whether the values known are all 0 or 1."""
    return bool(np.isin(values[~np.isnan(values)], (0.0, 1.0)).all())


def _levels(values: pd.Series[Any], name: str) -> list[Any]:
    """Return the levels that occur: sorted, or in a categorical's own order."""
    present = values.dropna()
    if isinstance(values.dtype, pd.CategoricalDtype):
        found = [level for level in values.cat.categories if (present == level).any()]
    else:
        found = sorted(present.unique(), key=str)
    if len(found) > _MOST_LEVELS:
        raise DataProblem("too_many_levels", column=name, count=len(found), found=found)
    return found


def two_arms(door: Door) -> None:
    """Refuse a door whose arms are not two, or one of them empty."""
    if len(door.arm_labels) != 2:
        raise DesignProblem("check_two_arms", found=list(door.arm_labels))
    for arm in (0, 1):
        if not (door.arm == arm).any():
            raise DesignProblem("arm_empty", arm=door.arm_labels[arm])
