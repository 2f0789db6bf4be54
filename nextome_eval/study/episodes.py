"""Housing histories as episodes in days from time zero, each day in one place only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import days_since_zero
from nextome_eval.study.columns import Floats, Ints

if TYPE_CHECKING:
    from nextome_eval.study.records import Records

__all__ = ["episodes", "gaps", "overlaps", "written"]

_KEPT = ["place", "ethos", "municipality", "shared", "holder", "payer", "exit_reason"]


def written(records: Records, people: pd.DataFrame) -> pd.DataFrame:
    """Return the stays as the towns wrote them, in days from time zero.

    Parameters
    ----------
    records : Records
    people : DataFrame
        The households wanted (`nextome_eval.study.clock.participants`).

    Returns
    -------
    DataFrame
        ``household``, ``code`` (row of the household in `people`), ``start`` (first day), ``end``
        (day after the last; inf where no end is written), and what is known of the stay. Sorted
        by household and first day.

    Raises
    ------
    DataProblem
        A stay has no first day or ends before it begins; two begin on the same day.
    """
    housing = records.housing[records.housing["household"].isin(people.index)]
    start = days_since_zero(people, housing["household"], housing["from_date"])
    end = days_since_zero(people, housing["household"], housing["to_date"]) + 1
    frame = housing[["household", *_KEPT]].assign(
        code=people.index.get_indexer(pd.Index(housing["household"])).astype(np.int64),
        start=start,
        end=np.where(np.isnan(end), np.inf, end),
    )
    _refuse(frame, np.isnan(start), "stay_without_start")
    _refuse(frame, frame["end"].to_numpy() <= start, "stay_reversed")
    frame = frame.sort_values(["code", "start"], ignore_index=True)
    _refuse(frame, frame.duplicated(["code", "start"]).to_numpy(), "stay_twice")
    return frame


def _refuse(frame: pd.DataFrame, bad: NDArray[np.bool_], why: str) -> None:
    if bad.any():
        raise DataProblem(why, units=frame.loc[bad, "household"].unique().tolist())


def episodes(records: Records, people: pd.DataFrame) -> pd.DataFrame:
    """Return clean episodes: disjoint, in order, in days from time zero.

    Two rules, and nothing else is changed. A stay without an end ends when the next one begins
    (the last one goes on). Days that two stays claim belong to the one that began later; when
    that one ends, the earlier goes on to its own end, as after a stay in hospital.

    Parameters
    ----------
    records : Records
    people : DataFrame
        The households wanted (`nextome_eval.study.clock.participants`).

    Returns
    -------
    DataFrame
        As `written`; days between two episodes are days of unknown place (`gaps`).

    Raises
    ------
    DataProblem
        As `written`.

    Examples
    --------
    A stay in hospital, from day 30 to day 39, inside a stay in a flat:

    >>> from nextome_eval.study.records import Records
    >>> from nextome_eval.study.tables import typed
    >>> housing = typed("housing", pd.DataFrame({
    ...     "household": ["n1", "n1"], "place": ["ordinary_dwelling", "institution"],
    ...     "from_date": pd.to_datetime(["2022-01-01", "2022-01-31"]),
    ...     "to_date": pd.to_datetime(["2022-04-10", "2022-02-09"])}))
    >>> people = pd.DataFrame({"referral_date": pd.to_datetime(["2022-01-01"])}, index=["n1"])
    >>> episodes(Records(housing=housing), people)[["place", "start", "end"]].values.tolist()
    [['ordinary_dwelling', 0.0, 30.0], ['institution', 30.0, 40.0],
     ['ordinary_dwelling', 40.0, 100.0]]
    """
    stays = written(records, people)
    if stays.empty:
        return stays
    code, start = stays["code"].to_numpy(), stays["start"].to_numpy()
    end = _ended_by_the_next(code, start, stays["end"].to_numpy())
    low, high, of = _pieces(code, start, end)
    frame = stays.iloc[of].assign(start=low, end=high)
    frame["exit_reason"] = frame["exit_reason"].where(high == end[of])
    return frame.reset_index(drop=True)


def _ended_by_the_next(code: Ints, start: Floats, end: Floats) -> Floats:
    followed = np.zeros(len(code), bool)
    followed[:-1] = code[1:] == code[:-1]
    following = np.append(start[1:], np.inf)
    return np.where(np.isinf(end) & followed, following, end)


def _pieces(code: Ints, start: Floats, end: Floats) -> tuple[Floats, Floats, Ints]:
    """Cut at every first and last day, and give each piece to the stay that began last."""
    days = np.column_stack([np.tile(code, 2), np.append(start, end)])
    cuts, place = np.unique(days, axis=0, return_inverse=True)
    at = np.flatnonzero(cuts[:-1, 0] == cuts[1:, 0])
    unit, low, high = cuts[at, 0].astype(np.int64), cuts[at, 1], cuts[at + 1, 1]
    of = np.searchsorted(place.ravel()[: len(code)], at, side="right") - 1
    over = end[of] <= low
    while over.any():  # the stay that began last is over: the one before it, if of the household
        of[over] -= 1
        none = (of < 0) | (code[of] != unit)
        unit, low, high, of = unit[~none], low[~none], high[~none], of[~none]
        over = end[of] <= low
    joined = np.zeros(len(of), bool)
    joined[1:] = (of[1:] == of[:-1]) & (low[1:] == high[:-1])
    first = np.flatnonzero(~joined)
    last = np.append(first[1:], len(of)) - 1
    return low[first], high[last], of[first]


def gaps(clean: pd.DataFrame) -> pd.DataFrame:
    """Return the days of unknown place between two episodes (``household``, ``start``, ``end``)."""
    same = clean["code"].eq(clean["code"].shift(-1)).to_numpy(bool)
    following = clean["start"].shift(-1)
    apart = same & (following > clean["end"]).to_numpy(bool)
    return pd.DataFrame(
        {
            "household": clean["household"][apart],
            "start": clean["end"][apart],
            "end": following[apart],
        }
    ).reset_index(drop=True)


def overlaps(stays: pd.DataFrame) -> pd.DataFrame:
    """Return for each stay, as `written`, the days that an earlier stay of the household claims.

    A stay without an end claims no day of a later one.
    """
    end = stays["end"].to_numpy()
    closed = pd.Series(np.where(np.isinf(end), -np.inf, end), index=stays.index)
    reach = closed.groupby(stays["household"]).cummax()
    before = reach.groupby(stays["household"]).shift(1)
    days = np.minimum(before.to_numpy(np.float64), end) - stays["start"].to_numpy()
    frame = stays[["household", "start"]].assign(days=days)
    return frame.iloc[np.flatnonzero(days > 0)].reset_index(drop=True)
