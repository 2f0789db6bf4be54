"""What is counted or averaged over households: a table of aggregates with the counts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = ["Summary"]


@dataclass(frozen=True, eq=False)
class Summary:
    """Rows of aggregates that say which counts of households stand behind which numbers.

    Parameters
    ----------
    rows : DataFrame
        First column `term`; then words that place the row; then numbers.
    counts : mapping
        Count column -> the columns that fall with it when it is masked (percentages, means,
        standard deviations, quantiles, intervals).
    totals : mapping
        Count column -> the column of the known total it is part of: a count and its complement
        are masked together.
    margins : tuple of (str, tuple of int, int)
        Count column, the rows that add up, the row that is their sum: what secondary
        suppression must respect.
    kind : str
        "balance", "attrition", "flow", "means", "costs", ...: the table or picture it makes.
    units : mapping
        Number column -> its unit.
    sensitive : bool
        Whether 0 % and 100 % tell something about everybody in a cell.
    """

    rows: pd.DataFrame
    counts: Mapping[str, tuple[str, ...]]
    kind: str
    totals: Mapping[str, str] = field(default_factory=dict)
    margins: tuple[tuple[str, tuple[int, ...], int], ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    sensitive: bool = False
    notes: tuple[str, ...] = ()

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the rows as they are: `level` is taken so that every answer is asked alike."""
        return self.rows.reset_index(drop=True).copy()

    def where(self, **coordinates: Any) -> pd.DataFrame:
        """Return the rows whose columns equal the values given."""
        keep = pd.Series(True, index=self.rows.index)
        for name, value in coordinates.items():
            keep &= self.rows[name] == value
        return self.rows[keep]
