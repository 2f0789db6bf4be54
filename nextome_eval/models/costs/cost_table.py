"""The table of costs: each category with its control column, its difference and how sure it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.permutation import permute
from nextome_eval.estimates.summary import Summary
from nextome_eval.models.costs.by_category import cost_by_category
from nextome_eval.models.costs.household_months import (
    Categories,
    HouseholdMonths,
    household_months,
)
from nextome_eval.models.two_means import difference_of_means
from nextome_eval.study.panel import Panel

__all__ = ["cost_table"]


def cost_table(
    panel: Panel,
    columns: Categories,
    *,
    transfers: Categories = (),
    since: float = 0.0,
    level: float = 0.95,
    draws: int = 9999,
    seed: int = 1,
) -> Summary:
    """Put costs a household and month side by side, with interval and permutation of arms.

    Parameters
    ----------
    panel : Panel
        Households by month, two arms.
    columns, transfers : sequence of str, or mapping of column to category
        Amounts in euro of each category of service, and of each kind of transfer.
    since : float
        First month counted.
    level : float
        Confidence level of the differences' intervals.
    draws, seed : int
        Permutations of the arms, within strata where the panel has them; 0 draws = none.

    Returns
    -------
    Summary
        Kind "costs": one row a category and one a total; n, households with any amount
        (``payers``), mean in euro a household and month, and the share that the two largest
        households make up of the arm's sum (``top_share``, for the dominance rule), of each arm;
        difference, interval, p-value with its numerator and denominator (empty where an amount is
        the same for everybody).

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 2, 3, 4], "month": [0, 0, 0, 0],
    ...                    "arm": ["pilot"] * 2 + ["current"] * 2, "rent": [100.0, 300, 60, 40]})
    >>> panel = Panel.from_frame(df, unit="id", time="month", arm="arm")
    >>> rows = cost_table(panel, ["rent"]).rows
    >>> rows[["mean_1", "mean_0", "difference", "numerator", "denominator"]].values.tolist()
    [[200.0, 50.0, 150.0, 2.0, 6.0]]

    See METHODS.md: Cost by category
    """
    estimates = cost_by_category(panel, columns, transfers=transfers, since=since)
    held = household_months(panel, columns, transfers, since)
    tidy = estimates.tidy(level)
    rows = []
    for column in range(len(held.terms)):
        here = tidy.iloc[3 * column : 3 * column + 3].set_index("arm")
        term, group = held.terms.iloc[column]
        row: dict[str, object] = {"term": term, "group": group}
        for arm in ("1", "0"):
            row |= _behind(held.monthly[panel.arm == int(arm), column], arm)
            row[f"mean_{arm}"] = here.loc[arm, "estimate"]
        row |= {"difference": here.loc["", "estimate"]}
        row |= {name: here.loc["", name] for name in ("conf_low", "conf_high")}
        if draws:
            row |= _permuted(panel, held, column, draws, seed)
        rows.append(row)
    units = {f"mean_{arm}": "eur/month" for arm in ("1", "0")} | {"difference": "eur/month"}
    return Summary.of_kind(pd.DataFrame(rows), "costs", units=units, notes=estimates.notes)


def _behind(monthly: NDArray[np.float64], arm: str) -> dict[str, object]:
    """How many households stand behind a mean, and how much of it two of them make up."""
    amounts = np.abs(monthly[~np.isnan(monthly)])
    total = float(amounts.sum())
    largest = float(np.sort(amounts)[-2:].sum())
    return {
        f"n_{arm}": len(amounts),
        f"payers_{arm}": int((amounts > 0).sum()),
        f"top_share_{arm}": largest / total if total > 0 else np.nan,
    }


def _permuted(
    panel: Panel, held: HouseholdMonths, column: int, draws: int, seed: int
) -> dict[str, object]:
    towns = panel.strata is not None and panel.design.assigned_by != "stratum"
    values, name = held.monthly[:, column], str(held.terms["term"].iloc[column])
    try:
        test = permute(
            lambda dealt: difference_of_means(dealt, values, name=name),
            panel,
            within="strata" if towns else None,
            draws=draws,
            seed=seed,
        )
    except NotEstimable:  # nobody has this cost, or everybody the same
        return {"p_value": np.nan, "numerator": np.nan, "denominator": np.nan}
    return {
        "p_value": test.p_value,
        "numerator": test.numerator,
        "denominator": test.denominator,
    }
