"""Were the arms alike before anything was done?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nextome_eval.checks.baseline import described, is_binary, two_arms
from nextome_eval.checks.standardised import (
    effective_size,
    standardised_difference,
    variance_ratio,
    weighted_moments,
)
from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.estimates.counts_behind import counts_behind
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.door import Door

__all__ = ["balance", "household_weights"]

Floats = NDArray[np.float64]
_WEIGHTED = ("std_difference_weighted", "variance_ratio_weighted")


def balance(
    door: Door, adjust: Sequence[str], *, weights: ArrayLike | str | None = None
) -> Summary:
    """Compare the arms at the beginning, covariate by covariate, with and without weights.

    No p-values: they would test whether chance could have made a difference that is there in any
    case, and shrink with the number of households, not with the difference.

    Parameters
    ----------
    door : Panel or Durations
        Two arms. Values are those of the first wave (first spell) where a column changes.
    adjust : sequence of str
        Covariates: numbers are described by mean and standard deviation, 0/1 and words by counts
        and percentages, one row a level.
    weights : float array (n,) or str, optional
        A weight a household (the mean of its rows where a column is named), or the door's own.

    Returns
    -------
    Summary
        Kind "balance". For each arm (``_1`` treated, ``_0`` compared-to): ``n`` known,
        ``missing``, ``mean`` and ``sd`` or ``count`` and ``percent``; then ``std_difference``
        (in pooled standard deviations) and, for numbers, ``variance_ratio`` (treated over
        compared-to). With weights also both of them weighted, and ``effective_n`` of each arm.

    Raises
    ------
    DesignProblem
        The arms are not two, or one is empty; no covariate is named.
    DataProblem
        A column is missing, holds dates, or has more than 30 levels; a weight is
        negative or missing.

    Source
    ------
    Austin (2009), Statistics in Medicine 28, 3083-3107; Austin and Stuart (2015), Statistics in
    Medicine 34, 3661-3679; for trials without p-values, CONSORT 2010, item 15.

    Examples
    --------
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": [1, 2, 3, 4, 5, 6], "t": 0, "arm": ["pilot"] * 3 + ["now"] * 3,
    ...                    "age": [30.0, 34, 38, 29, 30, 31], "sex": list("FFMFMM")})
    >>> rows = balance(Panel.from_frame(df, unit="id", time="t", arm="arm"), ["age", "sex"]).rows
    >>> rows[["term", "level", "std_difference"]].round(3).values.tolist()
    [['age', '', 1.372], ['sex', 'F', 0.707], ['sex', 'M', -0.707]]

    See METHODS.md: Baseline balance
    """
    two_arms(door)
    if not len(adjust):
        raise DesignProblem("no_covariate_named")
    w = household_weights(door, weights)
    rows = [
        _row(door, name, level, values, w)
        for name in adjust
        for level, values in described(door, name)
    ]
    frame = pd.DataFrame(rows)
    counts = {
        column: list(fall) for column, fall in counts_behind(frame, "balance")["counts"].items()
    }
    for column, fall in counts.items():
        if not column.startswith("missing"):
            fall += [more for more in ("variance_ratio", *_WEIGHTED) if more in frame]
    return Summary.of_kind(
        frame, "balance", counts={column: tuple(fall) for column, fall in counts.items()}
    )


def household_weights(door: Door, weights: ArrayLike | str | None) -> Floats | None:
    """Return one positive weight a household (n,), or None where there are none."""
    if weights is None and door.weights is None:
        return None
    if weights is None or isinstance(weights, str):
        by_row = door.weights if weights is None else door.column(str(weights))
        found = np.asarray(pd.Series(by_row).groupby(door.unit).mean(), dtype=np.float64)
    else:
        found = np.asarray(weights, dtype=np.float64)
    if found.shape != (door.n,):
        raise DesignProblem("weights_not_one_each", found=found.shape, n=door.n)
    bad = ~(found >= 0) | np.isinf(found)
    if bad.any():
        raise DataProblem("weights_negative", units=door.units[bad].tolist())
    return found


def _row(
    door: Door, name: str, level: str, values: Floats, weights: Floats | None
) -> dict[str, Any]:
    known = ~np.isnan(values)
    binary = is_binary(values)
    row: dict[str, Any] = {"term": name, "level": level}
    for code in (1, 0):
        own = values[known & (door.arm == code)]
        mean, variance = weighted_moments(own)
        row |= {
            f"n_{code}": len(own),
            f"missing_{code}": int((~known & (door.arm == code)).sum()),
            f"mean_{code}": np.nan if binary else mean,
            f"sd_{code}": np.nan if binary else np.sqrt(variance),
            f"count_{code}": float(own.sum()) if binary else np.nan,
            f"percent_{code}": 100 * mean if binary else np.nan,
        }
    arm, x = door.arm[known], values[known]
    row["std_difference"] = standardised_difference(x, arm, binary=binary)
    row["variance_ratio"] = np.nan if binary else variance_ratio(x, arm)
    if weights is not None:
        w = weights[known]
        row["std_difference_weighted"] = standardised_difference(x, arm, binary=binary, weights=w)
        row["variance_ratio_weighted"] = np.nan if binary else variance_ratio(x, arm, weights=w)
        row |= {f"effective_n_{code}": effective_size(w[arm == code]) for code in (1, 0)}
    return row
