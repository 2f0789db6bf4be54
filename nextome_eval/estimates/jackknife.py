"""How much does the estimate move when each household, flat or town is left out in turn?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NextomeProblem, NotEstimable
from nextome_eval.estimates.answer import Method, as_estimates, grouped, same_rows
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import StudentT

__all__ = ["jackknife"]

Floats = NDArray[np.float64]


def jackknife(fn: Method, door: Any, *, by: str | None = None) -> Estimates:
    """Give an estimate the jackknife's covariance, re-estimating everything without each group.

    Parameters
    ----------
    fn : callable
        From a door to Estimates; weights are to be estimated inside it.
    door : Panel or Durations
    by : str, optional
        "household", "strata", "cluster" or a column.  None: the door's clusters.

    Returns
    -------
    Estimates
        The values of ``fn(door)`` with covariance (G - 1) / G sum (theta_-g - theta)(...)' and
        Student's t with G - 1 degrees of freedom.  Each group's part stands as the influence of
        its households, in equal shares.  A row that is not there without some group has no
        standard error.

    Raises
    ------
    NotEstimable
        Fewer than two groups; the estimate cannot be computed without one of them (named).

    Source
    ------
    MacKinnon, Nielsen and Webb (2023), "Leverage, influence, and the jackknife in clustered
    regression models", CV3.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": range(4), "t": 0, "arm": ["a", "a", "b", "b"], "y": [1., 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> def mean(p):
    ...     return Estimates.of_mean(p.units, p.wide("y")[:, 0], term="mean")
    >>> round(float(jackknife(mean, panel).std_error[0]) ** 2, 6)  # = s^2 / n
    1.166667

    See METHODS.md: Jackknife
    """
    whole = as_estimates(fn(door), asked_by="jackknife")
    codes, labels = grouped(door, by)
    present = np.unique(codes)
    count = len(present)
    if count < 2:
        raise NotEstimable(
            "too_few_groups", by=by or "cluster", count=count, least=2, asked_by="jackknife"
        )
    again = [_without(fn, door, codes, g, labels) for g in present]
    moved = np.array([same_rows(whole, rest) for rest in again]) - whole.value
    needed = np.isnan(moved)
    share = -np.sqrt((count - 1) / count) * moved
    sizes = np.bincount(codes, minlength=len(labels)).astype(np.float64)
    row = np.searchsorted(present, codes)
    refused = tuple(
        Note.of("row_needs_group", group=str(labels[present[int(np.argmax(col))]]))
        if col.any()
        else None
        for col in needed.T
    )
    return replace(
        whole,
        influence=np.nan_to_num(share)[row] / sizes[codes][:, None],
        units=door.units,
        cluster=codes,
        model_covariance=None,
        fit=None,
        reference=StudentT(np.full(len(whole), count - 1.0)),
        shown_interval=None,
        refused=refused if any(refused) else (),
        method=f"{whole.method}, jackknife by {by or 'cluster'}",
    )


def _without(
    fn: Method, door: Any, codes: NDArray[np.int64], group: int, labels: list[Any]
) -> Estimates:
    try:
        return as_estimates(fn(door.take(np.flatnonzero(codes != group))), asked_by="jackknife")
    except NextomeProblem as problem:
        raise NotEstimable(
            "left_out_not_estimable", label=labels[group], why=str(problem)
        ) from problem
