"""How many months free of the event, on average, up to a horizon, and how the arms differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_rows import refuse_empty_beginning
from nextome_eval.models.survival.redealt import (
    RedealtEstimates,
    followed_months,
    redealt_restricted_means,
)
from nextome_eval.models.survival.rows_at_risk import (
    groups_of,
    present,
    refuse_intervals,
    risk_of,
    shares_clusters,
    whole_weights,
)
from nextome_eval.numerics.product_limit import Curve, curve
from nextome_eval.numerics.restricted_mean import restricted_mean
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.study.durations import Durations


def rmst(spells: Durations, by: str | None = "arm", *, tau: float, lost: bool = False) -> Estimates:
    """Estimate the mean time without the event up to ``tau``, by group, and compare groups.

    Parameters
    ----------
    spells : Durations
    by : str, optional
        Role or column; None = one group and no comparison.
    tau : float
        Horizon, in the unit of the times; within every group's follow-up.
    lost : bool
        Estimate the mean time after the event instead, tau - RMST (RMTL).

    Returns
    -------
    Estimates
        One row a group (its label the term), then `difference` and `ratio` of the later group to
        the first (with more groups, one of each against the first). The ratio is kept as a log.

    Raises
    ------
    NotEstimable
        tau lies past the smaller of the groups' longest follow-ups; all who had entered had the
        event before others came.

    Notes
    -----
    Area under Kaplan-Meier with Greenwood's terms. Royston and Parmar 2013; Uno et al. 2014.
    A column ``followed_months`` (a study's records give it) says how long each household was known
    about whatever happened before: a group in which the event had come to all is then followed to
    the longest of these.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "a", "a", "b", "b", "b"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> rmst(spells, by="arm", tau=4).tidy()[["term", "estimate"]].round(3).to_dict("list")
    {'term': ['a', 'b', 'difference', 'ratio'], 'estimate': [3.333, 4.0, 0.667, 1.2]}

    See METHODS.md: rmst
    """
    refuse_intervals(spells, "rmst")
    groups, labels = groups_of(spells, by)
    curves = curve(risk_of(spells, strata=groups))
    refuse_empty_beginning(curves, labels)
    known = followed_months(spells)
    longest = None if known is None else _longest(known, groups, len(labels))
    refuse_tau(curves, labels, tau, longest)
    area = restricted_mean(curves, tau)
    seen = present(spells, groups, len(labels))
    own = np.zeros((spells.n, len(labels)))
    np.add.at(own, (spells.unit, groups), area.influence)
    own[~seen] = np.nan
    value, sign = (tau - area.value, -1.0) if lost else (area.value, 1.0)
    if lost and (value <= 0).any() and len(labels) > 1:
        raise NotEstimable("no_time_lost", groups=labels[value <= 0].tolist(), tau=tau)
    by_influence = shares_clusters(spells) or not whole_weights(spells)
    terms, matrix = _combinations(labels, value)
    influence = np.nan_to_num(sign * own) @ matrix.T
    influence[~(seen.astype(float) @ (matrix != 0).T.astype(float) > 0)] = np.nan
    scales = tuple("log" if term.startswith("ratio") else "identity" for term in terms)
    covariance = matrix @ np.diag(area.variance) @ matrix.T
    redealt = None
    if by == "arm" and not lost:
        redealt = redealt_restricted_means(spells, risk_of(spells), tau)
    return RedealtEstimates(
        terms=pd.DataFrame({"term": terms, "tau": float(tau)}),
        value=_values(value, len(labels)),
        influence=influence,
        units=spells.units,
        cluster=spells.cluster,
        scale=scales if len(labels) > 1 else "identity",
        method="restricted mean time lost" if lost else "restricted mean survival time",
        kind="effects",
        model_covariance=None if by_influence else covariance,
        redealt=redealt,
    )


def _longest(known: Floats, groups: Ints, count: int) -> Floats:
    longest = np.zeros(count)
    np.maximum.at(longest, groups, known)
    return longest


def refuse_tau(
    curves: Curve, labels: pd.Index[Any], tau: float, followed: Floats | None = None
) -> None:
    """Refuse a horizon that is not positive or lies past any group's last observation.

    Where it is known how long each group was followed (S,), an arm in which the event had come to
    all before is known up to then: its curve stays at 0.
    """
    risk = curves.risk
    if tau <= 0:
        raise DesignProblem("tau_not_positive", tau=tau)
    last = risk.start[1:] - 1
    longest = risk.time[last]
    short = longest < tau * (1 - 1e-9)
    if followed is not None:
        short &= (curves.survival[last] > 0) | (followed < tau * (1 - 1e-9))
    if short.any():
        raise NotEstimable(
            "tau_past_follow_up",
            tau=tau,
            group=labels[int(np.argmin(np.where(short, longest, np.inf)))],
            longest=round(float(longest[short].min()), 2),
        )


def _values(value: Floats, groups: int) -> Floats:
    parts = [value]
    for g in range(1, groups):
        parts += [np.array([value[g] - value[0], np.log(value[g] / value[0])])]
    return np.concatenate(parts)


def _combinations(labels: pd.Index[Any], value: Floats) -> tuple[list[str], Floats]:
    """Name the rows and give what each group's error adds to them."""
    k = len(labels)
    terms = [str(label) for label in labels]
    lines = list(np.eye(k))
    for g in range(1, k):
        suffix = "" if k == 2 else f" {labels[g]}"
        difference, ratio = np.zeros(k), np.zeros(k)
        difference[[0, g]] = -1.0, 1.0
        ratio[[0, g]] = -1.0 / value[0], 1.0 / value[g]
        terms += [f"difference{suffix}", f"ratio{suffix}"]
        lines += [difference, ratio]
    return terms, np.array(lines)
