"""What is counted or averaged over households: a table of aggregates with the counts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.counts_behind import counts_behind
from nextome_eval.estimates.faces import FaceOfSummary

__all__ = ["Summary"]


@dataclass(frozen=True, eq=False, repr=False)
class Summary(FaceOfSummary):
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
    sensitive : bool or tuple of str
        Whether 0 % and 100 % tell something about everybody in a cell (of these count columns).
    coordinates : tuple of str
        Columns that place a cell; a blank is "all of them", so that margins are found.
    cells : mapping
        Count column -> its fixed coordinates, such as ``{"of": "assigned", "arm": "1"}``: cells of
        any table with equal coordinates hold the same households.
    parts : tuple of (str, tuple of str)
        A column and the columns that add up to it within each row.
    nested : tuple of (str, str)
        Values of "of" whose households are among another's: their difference is a count too.
    dominance : mapping
        Column of a sum or mean -> column with the share due to its largest contributors.

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["works"], "events_1": [9], "n_1": [21], "percent_1": [42.9]})
    >>> Summary.of_kind(rows, "outcomes").totals
    {'events_1': 'n_1'}
    """

    rows: pd.DataFrame
    counts: Mapping[str, tuple[str, ...]]
    kind: str
    totals: Mapping[str, str] = field(default_factory=dict)
    margins: tuple[tuple[str, tuple[int, ...], int], ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    sensitive: bool | tuple[str, ...] = False
    notes: tuple[str, ...] = ()
    coordinates: tuple[str, ...] = ()
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nested: tuple[tuple[str, str], ...] = ()
    dominance: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = [*self.counts, *self.totals.values(), *self.coordinates, *self.cells]
        named += [name for whole, parts in self.parts for name in (whole, *parts)]
        for name in [*named, *self.dominance, *self.dominance.values()]:
            if name not in self.rows:
                raise DesignProblem(
                    "summary_column_missing",
                    kind=self.kind,
                    column=name,
                    found=list(self.rows.columns),
                )

    @classmethod
    def of_kind(cls, rows: pd.DataFrame, kind: str, **more: Any) -> Summary:
        """Make a summary whose counts are read off the usual column names of its kind.

        Parameters
        ----------
        rows : DataFrame
        kind : str
        **more : object
            Any other field of the summary; what is given here is kept as it is.
        """
        return cls(rows=rows, kind=kind, **{**counts_behind(rows, kind), **more})

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the rows as they are: `level` is taken so that every answer is asked alike."""
        return self.rows.reset_index(drop=True).copy()

    def where(self, **coordinates: Any) -> pd.DataFrame:
        """Return the rows whose columns equal the values given."""
        keep = pd.Series(True, index=self.rows.index)
        for name, value in coordinates.items():
            keep &= self.rows[name] == value
        return self.rows[keep]
