"""Where households live: days stably housed, the state on a given day, returns to services."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.study.clock import wave_days
from nextome_eval.study.columns import Floats
from nextome_eval.study.independence import flags
from nextome_eval.study.intervals import covers, days_inside

__all__ = ["STATES", "returns_to_services", "stable_days", "state_of", "states_at"]

STABLE = ("ordinary_dwelling", "public_housing")
STATES = ("services", "project", "other", "dwelling", "own_contract", "away")
WINDOW_DAYS = 182
_UNKNOWN_ALLOWED = 30
_STATE_OF = {
    "reception": "services",
    "shelter": "services",
    "cohousing": "project",
    "project_flat": "project",
    "guest": "other",
    "street": "other",
    "institution": "other",
    "ordinary_dwelling": "dwelling",
    "public_housing": "dwelling",
    "abroad": "away",
}


def stable_days(clean: pd.DataFrame, months: Floats, *, known: Floats) -> Floats:
    """Return the days (n, m) stably housed in the 182 days up to each month since time zero.

    Stable is an ordinary dwelling or public housing; homes of the project are for a time. Up to
    30 days of unknown place are taken in proportion to the others; with more, the value is
    missing.

    Parameters
    ----------
    clean : DataFrame
        From `nextome_eval.study.episodes.episodes`.
    months : float array, (m,)
    known : float array, (n,)
        Last day each household is known about.

    Examples
    --------
    Reception until day 82, then a rented flat: 100 of the 182 days up to month 6 (day 183).

    >>> clean = pd.DataFrame({"code": [0, 0], "start": [-300.0, 83], "end": [83, np.inf],
    ...                       "place": ["reception", "ordinary_dwelling"]})
    >>> stable_days(clean, np.array([0.0, 6.0, 12.0]), known=np.array([200.0]))
    array([[  0., 100.,  nan]])

    See METHODS.md: days stably housed
    """
    n = len(known)
    code, start = clean["code"].to_numpy(), clean["start"].to_numpy()
    end = np.minimum(clean["end"].to_numpy(), known[code] + 1)
    placed = clean["place"].notna().to_numpy(bool)
    stable = clean["place"].isin(STABLE).to_numpy(bool)
    days = np.empty((n, len(months)))
    for column, last in enumerate(wave_days(months)):
        window = (np.full(n, last - WINDOW_DAYS), np.full(n, last))
        seen = days_inside(code[placed], start[placed], end[placed], window)
        inside = days_inside(code[stable], start[stable], end[stable], window)
        enough = seen >= WINDOW_DAYS - _UNKNOWN_ALLOWED
        whole = inside * WINDOW_DAYS / np.where(enough, seen, WINDOW_DAYS)
        days[:, column] = np.where(enough, whole, np.nan)
    return days


def states_at(clean: pd.DataFrame, months: Floats, *, known: Floats) -> NDArray[np.object_]:
    """Return the housing state (n, m) at months since time zero, None where it is not known.

    The states: ``services`` (reception, shelter), ``project`` (its homes), ``other`` (guest,
    street, institution), ``dwelling`` (another's contract), ``own_contract``, ``away``.

    Parameters
    ----------
    clean, months, known
        As for `stable_days`.
    """
    state = state_of(clean)
    code, start, end = (clean[name].to_numpy() for name in ("code", "start", "end"))
    at = np.full((len(known), len(months)), None, dtype=object)
    for column, day in enumerate(wave_days(months)):
        row = covers(code, start, end, np.full(len(known), day))
        seen = (row >= 0) & (day <= known)
        at[seen, column] = state[row[seen]]
    return at


def returns_to_services(clean: pd.DataFrame, *, n: int) -> Floats:
    """Return the day (n,) on which a household that had its own contract is in services again.

    The first one after time zero; inf where there is none.
    """
    state = pd.Series(state_of(clean), index=clean.index)
    had = state.eq("own_contract") & (clean["end"] > 0)
    before = had.groupby(clean["code"]).cummax()
    back = (before & state.eq("services")).to_numpy(bool)
    day = np.full(n, np.inf)
    np.minimum.at(day, clean["code"].to_numpy()[back], clean["start"].to_numpy()[back])
    return day


def state_of(clean: pd.DataFrame) -> NDArray[np.object_]:
    """Return the state of each episode (rows,), None where its place is not known."""
    state: pd.Series[Any] = clean["place"].map(_STATE_OF).astype(object)
    own = flags(clean)["contract"]
    return np.where(own, "own_contract", state.where(state.notna(), None).to_numpy(object))
