"""Means of both arms in several columns at once, with the covariance between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.study.panel import Panel

__all__ = ["both_arms", "difference_of_means", "in_arm", "two_means"]

Floats = NDArray[np.float64]


def two_means(
    panel: Panel,
    values: Floats,
    *,
    names: Sequence[str],
    weights: Floats | None = None,
) -> LinearFit:
    """Fit one mean and one arm difference to each column, in a single regression.

    Parameters
    ----------
    panel : Panel
        Gives arms and clusters.
    values : float array (n, k)
        One value a household and column; NaN = took no part in that column.
    names : sequence of str
        What the k columns are called, for refusals.
    weights : float array (n, k), optional

    Returns
    -------
    LinearFit
        Reports 3k numbers: the k means of the compared-to, the k means of the treated, their k
        differences.  With CR2 a mean of independent households has the variance s^2/n and n - 1
        degrees of freedom; a difference has s1^2/n1 + s0^2/n0.

    Raises
    ------
    NotEstimable
        ``arm_mean_alone``: a column where an arm has fewer than two clusters.
    """
    both_arms(panel)
    seen = ~np.isnan(values)
    _refuse_alone(panel, seen, names)
    block, unit = np.nonzero(seen.T)
    columns = (block[:, None] == np.arange(values.shape[1])).astype(np.float64)
    treated = columns * panel.arm[unit][:, None]
    k = values.shape[1]
    mean, difference = np.eye(2 * k)[:k], np.eye(2 * k)[k:]
    return LinearFit(
        design=np.hstack([columns, treated]),
        outcome=values[unit, block],
        pick=np.vstack([mean, mean + difference, difference]),
        unit=unit,
        cluster=panel.cluster[unit],
        weights=None if weights is None else weights[unit, block],
        arm_columns=tuple(range(k, 2 * k)),
        arm_loading=columns,
    )


def difference_of_means(panel: Panel, values: Floats, *, name: str) -> Estimates:
    """Estimate the difference of the arms' means of one value a household (n,), as `permute` asks.

    Raises
    ------
    NotEstimable
        ``arm_mean_alone``: an arm has fewer than two clusters.
    """
    fit = two_means(panel, values[:, None], names=[name]).combined(np.eye(3)[2])
    return Estimates(
        terms=pd.DataFrame({"term": [name]}),
        value=fit.value,
        influence=fit.influence(panel.n),
        units=panel.units,
        cluster=panel.cluster,
        method="difference of means",
        model_covariance=fit.covariance("CR2"),
        fit=fit,
        reference=StudentT(fit.df()),
    )


def in_arm(panel: Panel, arm: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each household belongs to the arm of each row, "1", "0" or "" = both, (n, k)."""
    code = np.array([int(one) if one else -1 for one in arm])
    found: NDArray[np.bool_] = (panel.arm[:, None] == code) | (code == -1)
    return found


def both_arms(panel: Panel) -> None:
    """Refuse a panel in which an arm is empty."""
    for arm in (0, 1):
        if not (panel.arm == arm).any():
            label = panel.arm_labels[arm] if arm < len(panel.arm_labels) else f"arm {arm}"
            raise DesignProblem("arm_empty", arm=label)


def _refuse_alone(panel: Panel, seen: NDArray[np.bool_], names: Sequence[str]) -> None:
    for arm in (0, 1):
        rows = panel.arm == arm
        for column, name in enumerate(names):
            clusters = len(np.unique(panel.cluster[rows & seen[:, column]]))
            if clusters < 2:
                raise NotEstimable(
                    "arm_mean_alone", column=name, arm=panel.arm_labels[arm], count=clusters
                )
