"""What does a household cost a month, category by category, here and there?"""

from __future__ import annotations

import numpy as np

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.costs.household_months import Categories, household_months
from nextome_eval.models.two_means import in_arm, two_means
from nextome_eval.study.panel import Panel

__all__ = ["cost_by_category", "cost_columns"]


def cost_by_category(
    panel: Panel, columns: Categories, *, transfers: Categories = (), since: float = 0.0
) -> Estimates:
    """Estimate the mean monthly cost of a household in each arm, and the difference, by category.

    Each household counts once, with its mean over the months in which it was followed, so one
    followed for longer weighs no more.  Services and transfers are added up apart: money handed
    to a family is not the cost of a service.  Difference always comes with both arms' means: a
    change of the treated alone is no saving.

    Parameters
    ----------
    panel : Panel
        Households by month, two arms; months not followed are missing rows or missing amounts, and
        a month with an unknown amount is left out (``notes`` say how many).
    columns : sequence of str, or mapping of column to category
        Amounts in euro of each category of service; 0 = followed, nothing spent.
    transfers : sequence of str, or mapping
        Amounts in euro of each kind of transfer.
    since : float
        First month counted, in the panel's time unit; 0 = from time zero on.

    Returns
    -------
    Estimates
        For each category and each group's ``total``: the mean of the treated (``arm`` "1"), of
        the compared-to ("0") and their difference (""); coordinates ``group`` and ``n``
        (households).  CR2 standard errors by cluster, t with Satterthwaite degrees of freedom;
        kind "effects".

    Raises
    ------
    DesignProblem
        No category is named, or one twice; an arm is empty.
    NotEstimable
        No month was followed; fewer than two households (clusters) in an arm.

    Source
    ------
    Drummond et al. (2015), "Methods for the Economic Evaluation of Health Care Programmes",
    chapters 7 and 8: arithmetic means and their difference are what a budget needs, however
    skewed the amounts.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"id": [1, 1, 2, 3, 3, 4], "month": [0, 1, 0, 0, 1, 0],
    ...                    "arm": ["pilot"] * 3 + ["current"] * 3,
    ...                    "rent": [100.0, 300, 400, 50, 50, 150],
    ...                    "social": [10.0, 0, 5, 20, 0, 40]})
    >>> panel = Panel.from_frame(df, unit="id", time="month", arm="arm")
    >>> est = cost_by_category(panel, ["rent", "social"])
    >>> est.where(arm="").tidy()[["term", "estimate", "std_error"]].round(2).values.tolist()
    [['rent', 200.0, 111.8], ['social', -20.0, 15.0], ['total', 180.0, 119.27]]

    See METHODS.md: Cost by category
    """
    held = household_months(panel, columns, transfers, since)
    fit = two_means(panel, held.monthly, names=list(held.terms["term"]))
    k = len(held.terms)
    order = [which * k + row for row in range(k) for which in (1, 0, 2)]
    reported = fit.combined(np.eye(3 * k)[order])
    terms = held.terms.loc[np.repeat(np.arange(k), 3)].reset_index(drop=True)
    terms["arm"] = ["1", "0", ""] * k
    followed = held.months > 0
    counts = [int((followed & (panel.arm == arm)).sum()) for arm in (1, 0)]
    terms["n"] = [*counts, sum(counts)] * k
    return Estimates(
        terms=terms,
        value=reported.value,
        influence=np.where(
            followed[:, None] & in_arm(panel, terms["arm"].tolist()),
            reported.influence(panel.n),
            np.nan,
        ),
        units=panel.units,
        cluster=panel.cluster,
        method="mean cost a household and month",
        model_covariance=reported.covariance("CR2"),
        fit=reported,
        reference=StudentT(reported.df()),
        notes=held.notes,
    )


def cost_columns(panel: Panel) -> tuple[dict[str, str], dict[str, str]]:
    """Return the amounts of a study's panel by month with their categories: services, transfers.

    Parameters
    ----------
    panel : Panel
        From ``Panel.from_records(records, plan, by="month")``.

    Returns
    -------
    tuple of dict
        Column -> category, as `cost_by_category` takes them.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"id": [1, 2], "month": [0, 0], "service_rent_eur_month": [1.0, 2],
    ...                    "transfer_income_support_eur_month": [0.0, 0]})
    >>> cost_columns(Panel.from_frame(df, unit="id", time="month"))
    ({'service_rent_eur_month': 'rent'}, {'transfer_income_support_eur_month': 'income_support'})
    """
    service, transfer = (
        {
            name: name.removeprefix(f"{kind}_").removesuffix("_eur_month")
            for name in map(str, panel.frame.columns)
            if name.startswith(f"{kind}_") and name.endswith("_eur_month")
        }
        for kind in ("service", "transfer")
    )
    service.pop("service_cost_eur_month", None)
    return service, transfer
