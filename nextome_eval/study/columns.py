"""How a door reads a column: as numbers, as labels, as one value a household."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem

__all__ = ["Floats", "Ints", "coded", "need", "numbers", "one_a_unit", "positive"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels: TypeAlias = "Sequence[Any] | pd.Index[Any]"


def need(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return a column, or say that it is not there and which are."""
    if name not in frame.columns:
        raise DataProblem("column_missing", column=name, found=list(frame.columns))
    if isinstance(frame[name], pd.DataFrame):
        raise DataProblem("column_twice", column=name)
    return frame[name]


def numbers(
    frame: pd.DataFrame, name: str, units: Labels | None = None, unit: Ints | None = None
) -> Floats:
    """Return a column as floats (rows,), NaN where missing; text and infinity are refused.

    A refusal names the rows by ``units`` (rows,), or by those of the codes ``unit`` (rows,).
    """
    column = need(frame, name)
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        column = _numeric_objects(column, name)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        rows = np.flatnonzero(np.isinf(values)).tolist()
        at = rows if unit is None else unit[rows].tolist()
        who = [frame.index[r] if units is None else units[r] for r in at]
        raise DataProblem("column_infinite", column=name, units=list(dict.fromkeys(who)))
    return values


def _numeric_objects(column: pd.Series[Any], name: str) -> pd.Series[Any]:
    present = column.dropna()
    is_number = present.map(lambda v: isinstance(v, (int, float, np.number, np.bool_, bool)))
    if not is_number.all():
        raise DataProblem(
            "column_is_text", column=name, found=present[~is_number].unique().tolist()
        )
    return pd.to_numeric(column)


def coded(column: pd.Series[Any], name: str) -> tuple[Ints, pd.Index[Any]]:
    """Return integer codes (rows,) and their labels: sorted, or in a categorical's own order."""
    if column.isna().any():
        rows = [column.index[i] for i in np.flatnonzero(column.isna()).tolist()]
        raise DataProblem("column_has_gaps", column=name, rows=rows)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.remove_unused_categories()
        codes = np.asarray(column.cat.codes, dtype=np.int64)
        return codes, pd.Index(column.cat.categories)
    found, labels = pd.factorize(column, sort=True)
    return np.asarray(found, dtype=np.int64), pd.Index(labels)


def one_a_unit(values: Any, starts: Ints, unit: Ints, units: pd.Index[Any], name: str) -> Any:
    """Return the value of each household (n,), refusing a column that changes within one."""
    values = np.asarray(values)
    first = values[starts]
    if len(first) == len(values):
        return first
    same = (values == first[unit]) | (pd.isna(values) & pd.isna(first[unit]))
    if not same.all():
        changed = np.unique(unit[~same])
        raise DataProblem("changes_within_unit", column=name, units=units[changed].tolist())
    return first


def positive(values: Floats, name: str, units: Labels, unit: Ints) -> Floats:
    """Return weights (rows,) that are all above zero, or name the households that are not."""
    bad = ~(values > 0)
    if bad.any():
        who = list(dict.fromkeys(units[i] for i in unit[bad].tolist()))
        raise DataProblem("weights_not_positive", column=name, units=who)
    return values
