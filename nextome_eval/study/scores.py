"""Questionnaire scores from their items, each with its rule for items that are missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.columns import Floats, need

__all__ = ["LEVELS", "cefr", "gse", "mos_sss", "who5"]

LEVELS = ("A0", "A1", "A2", "B1", "B2", "C1", "C2")


def who5(answers: pd.DataFrame) -> Floats:
    """Return WHO-5 wellbeing, 0-100 (rows,): the sum of five items (0-5) times 4.

    One missing item is replaced by the mean of the other four; more make the score missing.

    Parameters
    ----------
    answers : DataFrame, (rows,)
        With ``who5_1`` to ``who5_5``.

    Raises
    ------
    DataProblem
        An item lies outside its scale.

    References
    ----------
    Topp et al. (2015), The WHO-5 Well-Being Index, Psychother Psychosom 84:167-176.

    Examples
    --------
    >>> row = {"who5_1": [3, 3], "who5_2": [2, 2], "who5_3": [4, None], "who5_4": [1, 1],
    ...        "who5_5": [5, 5]}
    >>> who5(pd.DataFrame(row))
    array([60., 55.])

    See METHODS.md: questionnaire scores
    """
    return _mean_of_items(answers, "who5", (0, 5), items=5, needed=4) * 20.0


def mos_sss(answers: pd.DataFrame) -> Floats:
    """Return MOS social support, 0-100 (rows,): the mean of 19 items (1-5), rescaled.

    Missing where more than half of the items are (10 or more).

    Parameters
    ----------
    answers : DataFrame, (rows,)
        With ``mos_1`` to ``mos_19``.

    Raises
    ------
    DataProblem
        An item lies outside its scale.

    References
    ----------
    Sherbourne and Stewart (1991), The MOS social support survey, Soc Sci Med 32:705-714.

    Examples
    --------
    >>> mos_sss(pd.DataFrame({f"mos_{i}": [1, 3, 5] for i in range(1, 20)}))
    array([  0.,  50., 100.])

    See METHODS.md: questionnaire scores
    """
    return (_mean_of_items(answers, "mos", (1, 5), items=19, needed=10) - 1.0) * 25.0


def gse(answers: pd.DataFrame) -> Floats:
    """Return general self-efficacy, 10-40 (rows,): the sum of ten items (1-4).

    Up to three missing items are replaced by the mean of the others; more make it missing.

    Parameters
    ----------
    answers : DataFrame, (rows,)
        With ``gse_1`` to ``gse_10``.

    Raises
    ------
    DataProblem
        An item lies outside its scale.

    References
    ----------
    Schwarzer and Jerusalem (1995), Generalized Self-Efficacy scale; rule for missing items:
    Schwarzer, Documentation of the General Self-Efficacy Scale (2014).

    Examples
    --------
    >>> gse(pd.DataFrame({f"gse_{i}": [3] for i in range(1, 11)}))
    array([30.])

    See METHODS.md: questionnaire scores
    """
    return _mean_of_items(answers, "gse", (1, 4), items=10, needed=7) * 10.0


def cefr(level: pd.Series[Any]) -> Floats:
    """Return levels of Italian as numbers (rows,): A0 = 0, A1 = 1, ... C2 = 6; missing is NaN.

    Raises
    ------
    DataProblem
        A word is no level.

    Examples
    --------
    >>> cefr(pd.Series(["A0", "B1", None, "C2"]))
    array([ 0.,  3., nan,  6.])
    """
    unknown = level[level.notna() & ~level.isin(LEVELS)]
    if len(unknown):
        raise DataProblem("level_unknown", found=unknown.unique().tolist(), levels=list(LEVELS))
    codes = pd.Categorical(level, categories=list(LEVELS)).codes.astype(np.float64)
    return np.where(codes < 0, np.nan, codes)


def _mean_of_items(
    answers: pd.DataFrame, stem: str, limits: tuple[int, int], *, items: int, needed: int
) -> Floats:
    names = [f"{stem}_{i}" for i in range(1, items + 1)]
    said = np.column_stack(
        [need(answers, name).to_numpy(dtype=np.float64, na_value=np.nan) for name in names]
    )
    low, high = limits
    outside = (said < low) | (said > high)
    if outside.any():
        raise DataProblem(
            "item_outside_scale",
            columns=[names[i] for i in np.flatnonzero(outside.any(axis=0)).tolist()],
            rows=[answers.index[i] for i in np.flatnonzero(outside.any(axis=1)).tolist()],
            low=low,
            high=high,
        )
    answered = ~np.isnan(said)
    count = answered.sum(axis=1)
    total = np.where(answered, said, 0.0).sum(axis=1)
    mean: Floats = np.where(count >= needed, total / np.maximum(count, 1), np.nan)
    return mean
