"""Which answers are missing, at which wave, in which arm?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.checks.baseline import two_arms
from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.columns import need
from nextome_eval.study.panel import Panel

__all__ = ["completeness"]


def completeness(panel: Panel, columns: Sequence[str]) -> Summary:
    """Count the missing values of columns by wave and arm, among all households of the arm.

    A household not seen at a wave is missing there in every column, so that the shares say how
    much of what was planned is known.

    Parameters
    ----------
    panel : Panel
        Two arms.
    columns : sequence of str
        Columns of numbers or words.

    Returns
    -------
    Summary
        Kind "missingness": ``term`` (column), ``wave``, ``arm`` ("1" treated, "0" compared-to),
        ``n`` (households), ``missing``, ``percent``.

    Raises
    ------
    DesignProblem
        No column is named; the arms are not two.
    DataProblem
        A column is not there.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 3], "t": [0, 6, 0, 0], "arm": ["b", "b", "a", "a"],
    ...                    "y": [1.0, 2, 3, np.nan]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> completeness(panel, ["y"]).rows[["wave", "arm", "n", "missing"]].values.tolist()
    [[0.0, '1', 1, 0], [0.0, '0', 2, 1], [6.0, '1', 1, 0], [6.0, '0', 2, 2]]

    See METHODS.md: Missing values
    """
    two_arms(panel)
    if not len(columns):
        raise DesignProblem("no_covariate_named")
    wave = np.searchsorted(panel.times, panel.time)
    rows = []
    for name in columns:
        there = np.zeros((panel.n, len(panel.times)), bool)
        there[panel.unit, wave] = need(panel.frame, name).notna().to_numpy()
        for at, time in enumerate(panel.times):
            for arm in (1, 0):
                own = panel.arm == arm
                n, missing = int(own.sum()), int((own & ~there[:, at]).sum())
                rows.append(
                    {
                        "term": name,
                        "wave": float(time),
                        "arm": str(arm),
                        "n": n,
                        "missing": missing,
                        "percent": 100 * missing / n,
                    }
                )
    return Summary.of_kind(pd.DataFrame(rows), "missingness")
