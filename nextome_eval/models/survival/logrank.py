"""Do the arms differ in when events come? The log-rank family of tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from scipy.special import chdtrc

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.redealt import RedealtTest, redealt_logrank
from nextome_eval.models.survival.rows_at_risk import (
    cause_code,
    groups_of,
    households,
    lone_strata,
    refuse_intervals,
    risk_in_order,
    whole_weights,
)
from nextome_eval.numerics.rank_test import RankTest, rank_test, robust_statistic, time_weights
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet
from nextome_eval.study.durations import Durations

WEIGHTINGS = ("fleming-harrington", "gehan", "tarone-ware", "peto")


def logrank(
    spells: Durations,
    by: str | Sequence[str] = "arm",
    *,
    rho: float = 0,
    gamma: float = 0,
    strata: str | Sequence[str] | None = None,
    weighting: str = "fleming-harrington",
    cause: Any = None,
) -> Test:
    """Test that the hazard is the same in every group, within strata.

    Parameters
    ----------
    spells : Durations
    by : str or list of str
        What is compared: a role or a column with two or more values.
    rho, gamma : float
        Fleming-Harrington weights S(t-)^rho (1 - S(t-))^gamma; 0, 0 is the log-rank test.
    strata : str or list of str, optional
        Compare within these only.
    weighting : str
        "fleming-harrington", or "gehan" (Y), "tarone-ware" (square root of Y), "peto".
    cause : optional
        Code or name of the cause that counts, others censoring; by default any event counts.

    Returns
    -------
    Test
        Chi-square with k - 1 df; `table` holds observed and expected events by group. Weights
        that are not counts get the variance of their influences (Xie and Liu 2005).

    Raises
    ------
    NotEstimable
        Nothing is compared: no events while both groups were at risk.

    Notes
    -----
    Mantel 1966; Fleming and Harrington 1991, ch. 7. Delayed entry by (entry, exit] risk sets.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "a", "a", "b", "b", "b"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> round(logrank(spells, by="arm").statistic, 3)
    4.738

    See METHODS.md: logrank
    """
    refuse_intervals(spells, "logrank")
    groups, labels = groups_of(spells, by)
    if len(labels) < 2:
        raise NotEstimable("one_group_only", by=by, group=labels[0])
    rows, risk, weight = weighted_risk(
        spells, strata=strata, rho=rho, gamma=gamma, weighting=weighting, cause=cause
    )
    group = groups[rows]
    test = rank_test(risk, group, weight=weight)
    refuse_nothing_compared(test, by, labels)
    statistic = test.statistic
    if not whole_weights(spells):
        unit = spells.cluster[spells.unit[rows]]
        statistic = robust_statistic(risk, group, unit, weight=weight)
    return RedealtTest(
        statistic=statistic,
        df=float(test.df),
        p_value=float(chdtrc(test.df, statistic)),
        method=_name(rho, gamma, weighting) + (" stratified" if strata is not None else ""),
        null="the hazard is the same in every group",
        table=pd.DataFrame(
            {
                "group": labels,
                "n": households(spells, groups, len(labels)),
                "observed": test.observed,
                "expected": test.expected,
            }
        ),
        redeal=redealt_logrank(spells, rows, risk, weight) if by == "arm" else None,
        notes=() if strata is None else lone_strata(groups, *groups_of(spells, strata)),
    )


def weighted_risk(
    spells: Durations,
    *,
    strata: str | Sequence[str] | None = None,
    rho: float = 0,
    gamma: float = 0,
    weighting: str = "fleming-harrington",
    cause: Any = None,
) -> tuple[Ints, RiskSet, Floats]:
    """Give the rows of a log-rank test in order, their risk set, and the weight of its cells."""
    if weighting not in WEIGHTINGS:
        raise DesignProblem("weighting_unknown", weighting=weighting, found=list(WEIGHTINGS))
    code = cause_code(spells, cause)
    rows, risk = risk_in_order(spells, groups_of(spells, strata)[0], cause=code)
    return rows, risk, time_weights(risk, rho=rho, gamma=gamma, kind=weighting)


def refuse_nothing_compared(test: RankTest, by: str | Sequence[str], labels: pd.Index[Any]) -> None:
    """Refuse a comparison in which no event fell while two groups were at risk."""
    if test.df == 0:
        raise NotEstimable("nothing_compared", by=by, groups=list(labels))


def _name(rho: float, gamma: float, weighting: str) -> str:
    if weighting != "fleming-harrington":
        return f"log-rank ({weighting})"
    return "log-rank" if rho == 0 and gamma == 0 else f"log-rank (rho {rho:g}, gamma {gamma:g})"
