"""Do the arms differ in how many have had one cause, others being there too? Gray's test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.rows_at_risk import (
    cause_code,
    groups_of,
    refuse_intervals,
    risk_of,
)
from nextome_eval.numerics.cumulative_incidence import incidences
from nextome_eval.numerics.gray import gray_scores
from nextome_eval.study.durations import Durations


def gray(
    spells: Durations,
    by: str = "arm",
    *,
    cause: Any = None,
    rho: float = 0,
    strata: str | None = None,
) -> Test:
    """Test that the cumulative incidence of a cause is the same in every group.

    Parameters
    ----------
    spells : Durations
    by : str
        Role or column with two or more values.
    cause : optional
        Code or name; the first declared by default.
    rho : float
        Power of 1 - F(t-) in the weights.
    strata : str, optional
        Compare within these only.

    Returns
    -------
    Test
        Chi-square with k - 1 df; `table` holds each group's events and last incidence.

    Raises
    ------
    DesignProblem
        Delayed entry or weights, for which the test is not defined.
    NotEstimable
        No event of the cause while two groups were at risk.

    Notes
    -----
    Gray 1988; the variance of the R package cmprsk.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9, 9, 3, 8], "end": [1, 2, 1, 0, 1, 1, 2, 0],
    ...                    "group": ["a", "a", "a", "b", "b", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="end", arm="group",
    ...                               causes={1: "housed", 2: "left the area"})
    >>> round(gray(spells, by="arm", cause="housed").statistic, 3)
    2.271

    See METHODS.md: gray
    """
    refuse_intervals(spells, "gray")
    code = cause_code(spells, cause) or next(iter(spells.causes))
    groups, labels = groups_of(spells, by)
    if len(labels) < 2:
        raise NotEstimable("one_group_only", by=by, group=labels[0])
    within = None if strata is None else groups_of(spells, strata)[0]
    risk = risk_of(spells, strata=within)
    if risk.delayed or spells.weights is not None:
        raise DesignProblem("no_entry_or_weights", method="gray")
    score, covariance = gray_scores(risk, groups, cause=code, rho=rho)
    if not (np.linalg.eigvalsh(covariance) > 1e-12).all():
        raise NotEstimable("nothing_compared", by=by, groups=list(labels))
    statistic = float(score @ np.linalg.solve(covariance, score))
    df = len(labels) - 1
    own = incidences(risk_of(spells, strata=groups), [code])[0]
    last = own.curve.risk.start[1:] - 1
    return Test(
        statistic=statistic,
        df=float(df),
        p_value=float(chdtrc(df, statistic)),
        method=f"Gray's test, {spells.causes[code]}" + (" stratified" if strata else ""),
        null="the cumulative incidence is the same in every group",
        table=pd.DataFrame(
            {
                "group": labels,
                "n": np.bincount(groups, minlength=len(labels)),
                "events": np.bincount(groups, spells.event == code, minlength=len(labels)),
                "incidence": own.value[last],
            }
        ),
    )
