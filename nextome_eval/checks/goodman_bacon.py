"""Which two-group comparisons stand behind a two-way fixed-effects number, and how heavily?"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.models.did.still_outcomes import refuse_still
from nextome_eval.study.panel import Panel

__all__ = ["goodman_bacon"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def goodman_bacon(panel: Panel, outcome: str) -> pd.DataFrame:
    """Split the `two_way` estimate into its two-group, two-period comparisons.

    Comparisons "later v earlier" use households already treated as controls; a large weight there
    means that the two-way number mixes effects that change over time.

    Parameters
    ----------
    panel : Panel
        Every household seen at every wave, without weights.
    outcome : str

    Returns
    -------
    DataFrame
        ``comparison``, ``cohort``, ``control`` (inf = never, -inf = treated all along),
        ``weight`` and ``estimate``; weights sum to 1 and their mean is the two-way estimate.

    Raises
    ------
    DataProblem
        A household misses a wave.
    DesignProblem
        Fewer than two cohorts.

    Source
    ------
    Goodman-Bacon (2021), "Difference-in-differences with variation in treatment timing", theorem 1.

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(3), 3), "t": [0, 1, 2] * 3,
    ...                    "g": np.repeat([1, 2, np.nan], 3), "y": [0.0, 2, 2, 0, 0, 1, 0, 0, 0]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> goodman_bacon(panel, "y").round(3)[["comparison", "weight", "estimate"]]
              comparison  weight  estimate
    0    treated v never   0.333       2.0
    1    treated v never   0.333       1.0
    2   earlier v later    0.167       2.0
    3   later v earlier    0.167       1.0

    See METHODS.md: Goodman-Bacon weights
    """
    y = panel.wide(outcome)
    if np.isnan(y).any():
        who = panel.units[np.flatnonzero(np.isnan(y).any(axis=1))]
        raise DataProblem("waves_incomplete", units=list(who), outcome=outcome)
    refuse_still(outcome, y.ravel())
    if panel.weights is not None and np.ptp(panel.weights) > 0:
        raise DesignProblem("weights_not_here", method="goodman_bacon")
    begins = np.where(panel.begins > panel.times[-1], np.inf, panel.begins)
    begins = np.where(begins <= panel.times[0], -np.inf, begins)
    parts = _comparisons(begins, panel.times, y)
    if not parts:
        raise DesignProblem("one_cohort_only")
    rows = pd.DataFrame(parts, columns=["comparison", "cohort", "control", "weight", "estimate"])
    return rows.assign(weight=rows["weight"] / rows["weight"].sum())


def _comparisons(
    begins: Floats, times: Floats, y: Floats
) -> list[tuple[str, float, float, float, float]]:
    cohorts = np.unique(begins)
    still = [c for c in cohorts if not np.isfinite(c)]
    moving = [c for c in cohorts if np.isfinite(c)]
    share = {c: float((begins == c).mean()) for c in cohorts}
    treated = {c: float((times >= c).mean()) for c in moving}
    found = []
    for k in moving:
        for u in still:
            weight = share[k] * share[u] * treated[k] * (1 - treated[k])
            name = "treated v never" if u > 0 else "treated v always treated"
            found.append((name, k, u, weight, _two_by_two(begins, times, y, k, u, times >= k)))
    for k, late in permutations(moving, 2):
        if k > late:
            continue
        dk, dl, both = treated[k], treated[late], share[k] * share[late]
        before_late, after_early = times < late, times >= k
        found.append(
            (
                "earlier v later",
                k,
                late,
                both * (dk - dl) * (1 - dk),
                _two_by_two(begins, times, y, k, late, times >= k, before_late),
            )
        )
        found.append(
            (
                "later v earlier",
                late,
                k,
                both * dl * (dk - dl),
                _two_by_two(begins, times, y, late, k, times >= late, after_early),
            )
        )
    return found


def _two_by_two(
    begins: Floats,
    times: Floats,
    y: Floats,
    cohort: float,
    control: float,
    after: Mask,
    window: Mask | None = None,
) -> float:
    inside = np.ones(len(times), bool) if window is None else window
    change = y[:, inside & after].mean(axis=1) - y[:, inside & ~after].mean(axis=1)
    return float(change[begins == cohort].mean() - change[begins == control].mean())
