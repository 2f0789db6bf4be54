"""Did those who were lost begin like those who stayed?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.checks.baseline import described, is_binary, two_arms
from nextome_eval.checks.contact import contact, wave_of
from nextome_eval.checks.standardised import standardised_difference, weighted_moments
from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.panel import Panel

__all__ = ["lost_and_retained"]


def lost_and_retained(
    panel: Panel,
    columns: Sequence[str],
    *,
    outcome: str | None = None,
    time: float | None = None,
    response: str = "response",
) -> Summary:
    """Compare at the first wave the households lost by a later wave with those retained, by arm.

    Parameters
    ----------
    panel : Panel
        Two arms.
    columns : sequence of str
        Covariates, and the outcome itself: its value at the first wave is what tells most.
    outcome : str, optional
        Retained = this column has a value at `time`. Without it: the interview was completed.
    time : float, optional
        The wave; the last by default.
    response : str
        Column that says in words what became of each visit.

    Returns
    -------
    Summary
        Kind "lost_retained": for each covariate (and level) and ``arm`` ("1" treated, "0"
        compared-to), ``n``, ``mean`` and ``sd`` or ``count`` and ``percent`` of the lost and of
        the retained, and ``std_difference`` (retained less lost, pooled standard deviations).

    Raises
    ------
    NotEstimable
        Nobody was lost.
    DesignProblem
        The panel has no such wave; the arms are not two.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "arm": ["a"] * 4 + ["b"] * 4,
    ...                    "y": [1.0, 2, 5, np.nan, 3, 3, 4, 4]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> rows = lost_and_retained(panel, ["y"], outcome="y").rows
    >>> rows[["arm", "n_lost", "mean_lost", "n_retained", "mean_retained"]].values.tolist()
    [['1', 0, nan, 2, 3.5], ['0', 1, 5.0, 1, 1.0]]

    See METHODS.md: Attrition
    """
    two_arms(panel)
    wave = wave_of(panel, time)
    met = contact(panel, outcome, response=response)
    lost, seen = met.lost[:, wave], met.seen[:, wave]
    if not lost.any():
        raise NotEstimable("nobody_lost", time=f"{panel.times[wave]:g}")
    rows = []
    for name in columns:
        for level, values in described(panel, name):
            binary = is_binary(values)
            for arm in (1, 0):
                own = (panel.arm == arm) & ~np.isnan(values)
                row: dict[str, Any] = {"term": name, "level": level, "arm": str(arm)}
                row |= _side(values[own & lost], "lost", binary)
                row |= _side(values[own & seen], "retained", binary)
                both = own & (lost | seen)
                row["std_difference"] = (
                    standardised_difference(
                        values[both], seen[both].astype(np.int64), binary=binary
                    )
                    if (own & lost).any() and (own & seen).any()
                    else np.nan
                )
                rows.append(row)
    return Summary.of_kind(pd.DataFrame(rows), "lost_retained")


def _side(values: NDArray[np.float64], side: str, binary: bool) -> dict[str, Any]:
    mean, variance = weighted_moments(values)
    return {
        f"n_{side}": len(values),
        f"mean_{side}": np.nan if binary else mean,
        f"sd_{side}": np.nan if binary else np.sqrt(variance),
        f"count_{side}": values.sum() if binary else np.nan,
        f"percent_{side}": 100 * mean if binary else np.nan,
    }
