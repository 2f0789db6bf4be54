"""Is what the pilot gains worth what it costs more?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT

__all__ = ["cost_and_effect", "net_benefit"]

_FEWEST = 4


def cost_and_effect(cost: Estimates, effect: Estimates) -> Estimates:
    """Put the difference in cost and the difference in effect side by side, with their covariance.

    Parameters
    ----------
    cost : Estimates
        One row: what the treated arm costs more, in euro a household.
    effect : Estimates
        One row: what it gains, more being better.  Households are matched by label.

    Returns
    -------
    Estimates
        Rows ``cost`` and ``effect``.  Covariance from the influences summed by cluster, times
        G / (G - 2), and t with G - 2 degrees of freedom: with arms of equal size and complete
        follow-up these are the two-sample errors of Welch.

    Raises
    ------
    DesignProblem
        Either has more rows than one.
    NotEstimable
        Fewer than four clusters; the design gives one of the two no error.

    Source
    ------
    Willan and Briggs (2006), "Statistical Analysis of Cost-Effectiveness Data", chapters 2 and 3.

    Examples
    --------
    >>> homes = Estimates.of_mean(list("abcdef"), np.array([3.0, 5, 4, 8, 9, 7]), term="months")
    >>> spent = Estimates.of_mean(list("abcdef"), np.array([9.0, 4, 6, 2, 3, 1]), term="euro")
    >>> cost_and_effect(spent, homes).tidy()[["term", "estimate"]].values.tolist()
    [['cost', 4.166666666666667], ['effect', 6.0]]

    See METHODS.md: Net benefit
    """
    if len(cost) != 1 or len(effect) != 1:
        raise DesignProblem("net_benefit_one_row", cost=len(cost), effect=len(effect))
    both = Estimates.stack([cost, effect])
    if any(both.refused):
        raise NotEstimable("net_benefit_no_error", what=["cost", "effect"])
    took_part = ~np.isnan(both.influence).all(axis=1)
    clusters = len(np.unique(both.cluster[took_part]))
    if clusters < _FEWEST:
        raise NotEstimable("net_benefit_few_clusters", clusters=clusters, fewest=_FEWEST)
    bare = replace(both, model_covariance=None)
    return replace(
        bare,
        terms=pd.DataFrame({"term": ["cost", "effect"]}),
        model_covariance=bare.covariance * clusters / (clusters - 2),
        reference=StudentT(np.full(2, clusters - 2.0)),
        method="difference in cost and in effect",
        kind="effects",
    )


def net_benefit(pair: Estimates, *, worth: Sequence[float]) -> Estimates:
    """Estimate what the effect is worth less what it costs, for several prices of the effect.

    Parameters
    ----------
    pair : Estimates
        From `cost_and_effect`.
    worth : sequence of float, (m,)
        Euro that one unit of the effect is worth.

    Returns
    -------
    Estimates
        Rows ``net_benefit`` (m,), in euro a household, with ``worth_eur``.  Where the interval
        leaves 0 out, the sign of the net benefit is known at that price; one minus half of the
        p-value is the height of the acceptability curve.

    Raises
    ------
    DesignProblem
        The pair did not come from `cost_and_effect`.

    Source
    ------
    Stinnett and Mullahy (1998), "Net health benefits"; Fenwick, O'Brien and Briggs (2004) for
    the acceptability curve.

    Examples
    --------
    >>> homes = Estimates.of_mean(list("abcdef"), np.array([3.0, 5, 4, 8, 9, 7]), term="months")
    >>> spent = Estimates.of_mean(list("abcdef"), np.array([9.0, 4, 6, 2, 3, 1]), term="euro")
    >>> found = net_benefit(cost_and_effect(spent, homes), worth=[0, 1, 2])
    >>> found.tidy()[["worth_eur", "estimate"]].round(2).values.tolist()
    [[0.0, -4.17], [1.0, 1.83], [2.0, 7.83]]

    See METHODS.md: Net benefit
    """
    if pair.terms["term"].tolist() != ["cost", "effect"]:
        raise DesignProblem("net_benefit_no_pair", found=pair.terms["term"].tolist())
    prices = np.asarray(worth, dtype=np.float64)
    matrix = np.column_stack([np.full(len(prices), -1.0), prices])
    terms = pd.DataFrame({"term": "net_benefit", "worth_eur": prices})
    return replace(pair.contrast(matrix), terms=terms, method="net benefit")
