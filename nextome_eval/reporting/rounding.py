"""No minimum and no maximum; medians not to the day, for a median is somebody's own value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nextome_eval.estimates.disclosure import Disclosure

__all__ = ["round_medians", "without_extremes"]

_EXTREMES = ("min", "max", "minimum", "maximum", "range", "lowest", "highest")
_MEDIANS = ("median", "q25", "q75", "q1", "q3", "p25", "p50", "p75", "quantile")


def _named(column: object, names: tuple[str, ...]) -> bool:
    words = str(column).lower().split("_")
    return any(word in names for word in words)


def without_extremes(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows without columns of extremes, and the names of those columns.

    Examples
    --------
    >>> without_extremes(pd.DataFrame({"term": ["age"], "min_1": [19], "mean_1": [34]}))[1]
    ['min_1']
    """
    extremes = [str(c) for c in rows.columns if _named(c, _EXTREMES)]
    return rows.drop(columns=extremes), extremes


def round_medians(rows: pd.DataFrame, rules: Disclosure, units: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows with medians of durations in whole months, others to two digits.

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["rent"], "median_1": [412.0]})
    >>> float(round_medians(rows, Disclosure(), {})["median_1"][0])
    410.0
    """
    shown = rows.copy()
    for column in (c for c in shown if _named(c, _MEDIANS)):
        if pd.api.types.is_numeric_dtype(shown[column]):
            values = shown[column].to_numpy(dtype=float)
            months = units.get(str(column)) == "months" or str(column).endswith("months")
            shown[column] = to_months(values, rules) if months else _two_digits(values)
    medians = shown["term"].astype(str).str.contains("median|quantile", case=False)
    for column in (c for c in ("estimate", "conf_low", "conf_high") if c in shown):
        if medians.any():
            values = shown[column].to_numpy(dtype=float)
            shown[column] = np.where(medians, to_months(values, rules), values)
    return shown


def to_months(values: np.ndarray, rules: Disclosure) -> np.ndarray:
    """Return durations to the nearest `median_months`."""
    return np.asarray(np.round(values / rules.median_months) * rules.median_months)


def _two_digits(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(values)))
        unit = 10.0 ** np.where(np.isfinite(size), size - 1, 0)
    return np.asarray(np.round(values / unit) * unit)
