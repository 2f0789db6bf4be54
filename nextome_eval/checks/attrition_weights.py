"""What would have been found if those seen were made to stand for those lost?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nextome_eval.checks.baseline import at_first, described, two_arms
from nextome_eval.checks.contact import contact, wave_of
from nextome_eval.errors import DataProblem, NotEstimable
from nextome_eval.numerics.firth_logit import firth_logit
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.numerics.logit import logit
from nextome_eval.study.panel import Panel

__all__ = ["attrition_weighted"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def attrition_weighted(
    panel: Panel, outcome: str, *, adjust: Sequence[str] = (), time: float | None = None
) -> Panel:
    """Weight the households seen at each wave by the inverse of their chance of being seen.

    The chance comes from a logit of being seen on the arm, on the outcome at the first wave and
    on `adjust` (Firth's where these tell the lost apart exactly).  Weights are scaled to a mean of
    1 among the seen of each arm.  They mend a loss that depends on what the logit holds, and no
    other.  Give the whole step to a resampling, so that weights are estimated anew in each::

        ne.bootstrap(lambda p: ne.ancova(ne.attrition_weighted(p, "y"), "y"), panel)

    Parameters
    ----------
    panel : Panel
        Two arms.
    outcome : str
        Column; a household is seen at a wave where it has a value.
    adjust : sequence of str
        Columns known for all households at the first wave; few (one per ten households lost).
    time : float, optional
        Only this wave and those before the beginning stay, and a household has the same weight in
        all: what `did` needs, whose household effects do not bear weights that change.  Without
        it every wave has its own weights, which is right for `ancova`, wave by wave.

    Returns
    -------
    Panel
        The same households with row weights (times its own, where it had any).

    Raises
    ------
    DataProblem
        A column of `adjust` is not known for all.
    DesignProblem
        There is no such wave; the arms are not two.
    NotEstimable
        Nobody of an arm was seen at a wave.

    Source
    ------
    Wooldridge (2007), "Inverse probability weighted estimation for general missing data
    problems"; Seaman and White (2013); Firth: Heinze and Schemper (2002).

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"id": range(8), "arm": ["a"] * 4 + ["b"] * 4,
    ...                    "poor": [1.0, 1, 0, 0] * 2, "y": [1.0, 2, 3, 4] * 2})
    >>> gone = df.assign(t=6, y=df["y"].where(~df["id"].isin([0, 4])))
    >>> panel = Panel.from_frame(pd.concat([df.assign(t=0, y=0.0), gone]), unit="id", time="t",
    ...                          arm="arm")
    >>> weighted = attrition_weighted(panel, "y", adjust=["poor"])
    >>> weighted.weights[weighted.time == 6].round(2)[1:4]
    array([1.4, 0.8, 0.8])

    See METHODS.md: Attrition weights
    """
    two_arms(panel)
    chances = _predictors(panel, outcome, adjust)
    waves = np.arange(len(panel.times)) if time is None else [wave_of(panel, time)]
    met = contact(panel, outcome)
    begin = float(panel.begins[np.isfinite(panel.begins)].min(initial=np.inf))
    weights = np.ones((panel.n, len(panel.times)))
    for wave in waves:
        if panel.times[wave] >= begin:
            weights[:, wave] = _wave_weights(
                panel, met.seen[:, wave], met.expected[:, wave], chances
            )
    own = np.ones(len(panel.frame)) if panel.weights is None else panel.weights
    if time is None:
        column = np.searchsorted(panel.times, panel.time)
        return replace(panel, weights=own * weights[panel.unit, column])
    constant = replace(panel, weights=own * weights[panel.unit, waves[0]])
    return _rows(constant, (panel.time < begin) | (panel.time == panel.times[waves[0]]))


def _predictors(panel: Panel, outcome: str, adjust: Sequence[str]) -> Floats:
    """Constant, arm, outcome at the first wave and covariates (n, q); NaN without a baseline."""
    columns = [np.ones(panel.n), panel.arm.astype(np.float64)]
    panel.column(outcome)  # refuses text by name
    columns.append(at_first(panel, outcome).to_numpy(np.float64, na_value=np.nan))
    for name in adjust:
        parts = described(panel, name)
        unknown = np.isnan(parts[0][1])
        if unknown.any():
            raise DataProblem("adjuster_unknown", column=name, units=panel.units[unknown].tolist())
        columns += [values for _, values in (parts if len(parts) == 1 else parts[1:])]
    return np.column_stack(columns)


def _wave_weights(panel: Panel, seen: Mask, expected: Mask, predictors: Floats) -> Floats:
    weights = np.ones(panel.n)
    used = expected & ~np.isnan(predictors).any(axis=1)
    for arm in (0, 1):
        if not (seen & (panel.arm == arm)).any():
            raise NotEstimable("arm_never_seen", arm=panel.arm_labels[arm])
    if seen[used].all():
        return weights
    x = predictors[used]
    x = x[:, independent_columns(x)]
    y = seen[used].astype(np.float64)
    try:
        chance = logit(y, x).fitted
    except NotEstimable:
        chance = firth_logit(y, x)
    inverse = np.ones(panel.n)
    inverse[used] = 1 / chance
    for arm in (0, 1):
        own = used & seen & (panel.arm == arm)
        if own.any():
            weights[own] = inverse[own] / inverse[own].mean()
    return weights


def _rows(panel: Panel, keep: Mask) -> Panel:
    """The panel's rows kept, without households that have none left."""
    there = np.flatnonzero(np.bincount(panel.unit[keep], minlength=panel.n))
    mask = keep[np.isin(panel.unit, there)]
    panel = panel.take(there)
    return replace(
        panel,
        frame=panel.frame[mask],
        unit=panel.unit[mask],
        time=panel.time[mask],
        times=np.unique(panel.time[mask]),
        weights=None if panel.weights is None else panel.weights[mask],
    )
