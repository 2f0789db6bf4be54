"""Months added to dates, by the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["add_months"]


def add_months(dates: pd.Series, months: np.ndarray) -> pd.Series:
    """Return the dates some months later; the day is cut at the month's end.

    Parameters
    ----------
    dates : Series of datetime64, shape (rows,)
    months : ndarray of float, shape (rows,)
        A part of a month counts as that part of 30 days. Missing gives missing.

    Examples
    --------
    >>> add_months(pd.Series(pd.to_datetime(["2021-08-31"])), np.array([6.0]))[0].date()
    datetime.date(2022, 2, 28)
    """
    known = dates.notna().to_numpy(bool) & ~np.isnan(months)
    whole = np.where(known, np.floor(np.where(known, months, 0)), 0).astype(int)
    days = np.round((np.where(known, months, 0) - whole) * 30)
    day = dates.dt.day.fillna(1).to_numpy(int)
    month = dates.fillna(pd.Timestamp("2000-01-01")).to_numpy("datetime64[M]")
    start = month + whole.astype("timedelta64[M]")
    following = (start + np.timedelta64(1, "M")).astype("datetime64[D]")
    last = (following - start.astype("datetime64[D]")).astype(int)
    onward = np.minimum(day, last) - 1 + days.astype(int)
    moved = start.astype("datetime64[D]") + onward.astype("timedelta64[D]")
    return pd.Series(moved.astype("datetime64[ns]"), index=dates.index).where(known)
