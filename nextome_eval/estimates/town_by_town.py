"""Each town's own estimate, and what they say together when towns are the evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import NextomeProblem, NotEstimable
from nextome_eval.estimates.answer import Method, as_estimates, grouped
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import StudentT

__all__ = ["ibragimov_mueller", "town_by_town"]


def town_by_town(fn: Method, door: Any, *, by: str = "strata") -> Estimates:
    """Estimate in each group on its own: one row a group (the first row of ``fn`` there).

    Parameters
    ----------
    fn : callable
        From a door to Estimates.
    door : Panel or Durations
    by : str
        "strata", "cluster" or a column.

    Returns
    -------
    Estimates
        Coordinate ``group``; groups that cannot be estimated alone are told in ``notes``.

    Raises
    ------
    NotEstimable
        No group can be estimated alone.

    Examples
    --------
    >>> from nextome_eval.models.did.did import did
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(8), 2), "t": [0, 6] * 8,
    ...                    "arm": np.repeat(["pilot", "now"] * 4, 2),
    ...                    "town": np.repeat(list("AAAABBBB"), 2),
    ...                    "y": [0, 3, 0, 1, 0, 5, 0, 1, 0, 2, 0, 0, 0, 4, 0, 2.0]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm", strata="town")
    >>> town_by_town(lambda p: did(p, "y"), panel).tidy()[["group", "estimate"]]
      group  estimate
    0     A       3.0
    1     B       2.0

    See METHODS.md: Town by town
    """
    codes, labels = grouped(door, by)
    parts: dict[str, Estimates] = {}
    refused: list[str] = []
    for g in np.unique(codes):
        try:
            inside = door.take(np.flatnonzero(codes == g))
            parts[str(labels[g])] = _first(as_estimates(fn(inside), asked_by="town_by_town"))
        except NextomeProblem:
            refused.append(str(labels[g]))
    if not parts:
        raise NotEstimable("no_group_estimable", by=by)
    together = Estimates.stack(list(parts.values()))
    said = (Note.of("groups_not_estimable", groups=", ".join(refused)),) if refused else ()
    covariance = np.diag([float(part.covariance[0, 0]) for part in parts.values()])
    dfs = [_df(part) for part in parts.values()]
    return replace(
        together,
        terms=pd.DataFrame({"term": together.terms["term"], "group": list(parts)}),
        model_covariance=covariance,
        reference=StudentT(np.array(dfs)),
        notes=(*together.notes, *said),
    )


def ibragimov_mueller(groups: Estimates, *, term: str = "mean over groups") -> Estimates:
    """The plain mean of the groups' estimates with a one-sample t on G - 1 degrees of freedom.

    Valid whatever the groups' own variances and however households depend on one another inside a
    group, if groups are independent and each estimate is near normal.

    Parameters
    ----------
    groups : Estimates
        One row a group, as `town_by_town` gives.
    term : str
        What the mean is called.

    Returns
    -------
    Estimates
        One row.

    Raises
    ------
    NotEstimable
        Fewer than two groups.

    Source
    ------
    Ibragimov and Mueller (2010), "t-statistic based correlation and heterogeneity robust
    inference", Theorem 1 (level at most 8.3 %).

    Examples
    --------
    >>> towns = Estimates.stack([Estimates.of_mean(["a", "b"], np.array([1.0, 3]), term="t1"),
    ...                          Estimates.of_mean(["c", "d"], np.array([2.0, 6]), term="t2")])
    >>> ibragimov_mueller(towns).tidy()[["estimate", "std_error", "df"]].to_dict("records")
    [{'estimate': 3.0, 'std_error': 1.0, 'df': 1.0}]

    See METHODS.md: Town by town
    """
    count = len(groups)
    if count < 2:
        raise NotEstimable(
            "too_few_groups", by="groups", count=count, least=2, asked_by="ibragimov_mueller"
        )
    variance = float(np.var(groups.value, ddof=1)) / count
    return replace(
        groups.average(term=term),
        model_covariance=np.array([[variance]]),
        reference=StudentT(np.array([count - 1.0])),
        fit=None,
        refused=(),
        method=f"{groups.method}, one-sample t over {count} groups",
    )


def _first(est: Estimates) -> Estimates:
    return (
        est
        if len(est) == 1
        else est.contrast(np.eye(1, len(est)), [str(est.terms["term"].iloc[0])])
    )


def _df(est: Estimates) -> float:
    return float("inf") if est.reference.df is None else float(np.ravel(est.reference.df)[0])
