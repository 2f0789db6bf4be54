"""What services and transfers each household cost, month by month since its referral."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem
from nextome_eval.study.columns import Floats
from nextome_eval.study.followed import followed

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["booked", "costs_by_month"]

_TOTALS = {"service": "service_cost_eur_month", "transfer": "transfers_eur_month"}


def booked(records: Records, people: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger with each booking's month since referral; month 0 is the referral's.

    Parameters
    ----------
    records : Records
    people : DataFrame
        The households wanted (`nextome_eval.study.clock.participants`).

    Returns
    -------
    DataFrame
        ``household``, ``month`` (calendar months from the month of the referral), ``kind``,
        ``category``, ``amount_eur``.

    Raises
    ------
    DataProblem
        A booking has no month.
    """
    costs = records.costs[records.costs["household"].isin(people.index)]
    nowhen = costs["household"][costs["month"].isna()]
    if len(nowhen):
        raise DataProblem("cost_without_month", units=nowhen.unique().tolist())
    zero = people["referral_date"].reindex(costs["household"])
    month = _month_number(costs["month"]) - _month_number(zero)
    return costs[["household", "kind", "category", "amount_eur"]].assign(month=month)


def _month_number(dates: pd.Series[Any]) -> Floats:
    number: Floats = (dates.dt.year * 12 + dates.dt.month).to_numpy(np.float64)
    return number


def costs_by_month(records: Records, people: pd.DataFrame, *, plan: Plan) -> pd.DataFrame:
    """Return the cost of each household and month since its referral, services and transfers apart.

    A month counts as followed up to the day a household is last known about (or the last month
    booked for it, if later), and before its referral from the first month booked for it. A
    followed month with nothing booked cost 0; other months are missing, and all are where
    no ledger arrived. A month with a booking of unknown amount is missing in what it would have
    been added to, one with a booking of unknown kind in everything.

    Parameters
    ----------
    records : Records
    people : DataFrame, (n,)
        From `nextome_eval.study.clock.participants`.
    plan : Plan

    Returns
    -------
    DataFrame
        One row a household and month, from the earliest month booked before a referral (0 where
        there is none) to the plan's end of follow-up: ``household``, ``month``,
        ``service_cost_eur_month``, ``transfers_eur_month``, and one column a kind and category
        such as ``service_rent_eur_month``. Prices are the ledger's.

    Raises
    ------
    DataProblem
        A booking has no month.

    See METHODS.md: cost by month
    """
    rows = booked(records, people)
    last_month = int(plan.follow_up_months)
    first = int(min(rows["month"].min(), 0)) if len(rows) else 0
    grid = pd.MultiIndex.from_product(
        [people.index, np.arange(first, last_month + 1)], names=["household", "month"]
    )
    columns = {name: _summed(rows[rows["kind"] == kind], grid) for kind, name in _TOTALS.items()}
    whole = rows[["kind", "category"]].dropna().drop_duplicates().sort_values(["kind", "category"])
    for kind, category in whole.itertuples(index=False):
        part = rows[(rows["kind"] == kind) & (rows["category"] == category)]
        columns[f"{kind}_{category}_eur_month"] = _summed(part, grid)
    unkind = rows.loc[rows["kind"].isna(), ["household", "month"]]
    known = _followed_months(records, people, plan, rows, grid)
    known &= ~grid.isin(pd.MultiIndex.from_frame(unkind)) & (not records.costs.empty)
    shown = {name: np.where(known, values, np.nan) for name, values in columns.items()}
    return pd.DataFrame(shown, index=grid).reset_index()


def _summed(part: pd.DataFrame, grid: pd.MultiIndex) -> Floats:
    """Return the sum of the amounts in each cell of the grid, NaN where one is unknown."""
    cells = part.assign(unknown=part["amount_eur"].isna()).groupby(["household", "month"])
    sums = cells.agg(amount=("amount_eur", "sum"), unknown=("unknown", "max")).reindex(grid)
    unknown = sums["unknown"].eq(True).to_numpy(bool)
    return np.where(unknown, np.nan, sums["amount"].fillna(0.0).to_numpy(np.float64))


def _followed_months(
    records: Records,
    people: pd.DataFrame,
    plan: Plan,
    rows: pd.DataFrame,
    grid: pd.MultiIndex,
) -> NDArray[np.bool_]:
    """Return the months of the grid that lie wholly inside what is known of the household."""
    seen = followed(records, people, plan=plan)
    zero = people["referral_date"]
    until = zero + pd.to_timedelta(np.floor(np.minimum(seen["known"], seen["left"])), unit="D")
    whole = _month_number(until + pd.Timedelta(days=1)) - 1 - _month_number(zero)
    months = rows.groupby("household")["month"]
    latest = np.fmax(whole, months.max().reindex(people.index).to_numpy(np.float64))
    data_end = pd.Timestamp(plan.data_until) + pd.Timedelta(days=1)
    latest = np.minimum(latest, data_end.year * 12 + data_end.month - 1 - _month_number(zero))
    earliest = np.fmin(months.min().reindex(people.index).to_numpy(np.float64), 0.0)
    month = grid.get_level_values("month").to_numpy(np.float64).reshape(len(people), -1)
    inside: NDArray[np.bool_] = (earliest[:, None] <= month) & (month <= latest[:, None])
    return inside.ravel()
