"""What a test answers: a statistic, its p-value, and what was assumed under the null."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.estimates.faces import FaceOfTest

__all__ = ["Test"]


@dataclass(frozen=True, eq=False, repr=False)
class Test(FaceOfTest):
    """One test.

    Parameters
    ----------
    statistic : float
    df : float or None
        Degrees of freedom of the reference distribution, where it has any.
    p_value : float
    method : str
        What was computed.
    null : str
        What is taken to hold.
    numerator, denominator : int, optional
        The counts behind a permutation p-value.
    draws : float array (B,), optional
        The statistic under each assignment drawn or enumerated.
    table : DataFrame, optional
        What each group contributed, e.g. observed and expected events.

    Examples
    --------
    >>> Test(3.84, 1.0, 0.05, "log-rank", "equal hazards").tidy().round(2).to_dict("records")
    [{'term': 'log-rank', 'statistic': 3.84, 'df': 1.0, 'p_value': 0.05}]
    """

    __test__ = False

    statistic: float
    df: float | None
    p_value: float
    method: str
    null: str
    numerator: int | None = None
    denominator: int | None = None
    draws: NDArray[np.float64] | None = None
    table: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()

    def tidy(self) -> pd.DataFrame:
        """Return one row: term, statistic, df, p_value, and the counts of a permutation."""
        row = {
            "term": self.method,
            "statistic": self.statistic,
            "df": self.df,
            "p_value": self.p_value,
        }
        if self.denominator is not None:
            row |= {"numerator": self.numerator, "denominator": self.denominator}
        return pd.DataFrame([row])
