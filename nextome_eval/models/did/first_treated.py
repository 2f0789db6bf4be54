"""When each household's treatment began, read from a status that is noted wave by wave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem

__all__ = ["first_treated"]


def first_treated(df: pd.DataFrame, *, unit: str, time: str, treated: str) -> pd.Series:
    """Make the column that ``Panel.from_frame(begins=...)`` asks for from a 0/1 status.

    Parameters
    ----------
    df : DataFrame
        One row a household and time.
    unit, time : str
        Who, and when.
    treated : str
        0 or 1 at each time; missing = not known, taken as before.

    Returns
    -------
    Series
        First time with status 1, on every row of the household; NaN where there is none.

    Raises
    ------
    DataProblem
        A status other than 0 and 1; a household treated and then untreated again.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 1, 2, 2, 2], "t": [0, 3, 6] * 2, "in": [0, 1, 1, 0, 0, 0]})
    >>> first_treated(df, unit="id", time="t", treated="in").tolist()
    [3.0, 3.0, 3.0, nan, nan, nan]

    See METHODS.md: Group-time effects
    """
    for name in (unit, time, treated):
        if name not in df.columns:
            raise DataProblem("column_missing", column=name, found=list(df.columns))
    status = pd.to_numeric(df[treated], errors="coerce")
    wrong = ~(status.isin([0, 1]) | df[treated].isna())
    if wrong.any():
        found = df.loc[wrong, treated].unique().tolist()
        raise DataProblem("status_not_yes_no", column=treated, found=found)
    begins = df[time].where(status == 1).groupby(df[unit]).transform("min").astype(np.float64)
    off = (status == 0) & (df[time] > begins)
    if off.any():
        units = df.loc[off, unit].drop_duplicates().tolist()
        raise DataProblem("treatment_switches_off", column=treated, units=units)
    return begins
