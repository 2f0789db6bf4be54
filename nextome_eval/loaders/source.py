"""The rows of one sheet for one canonical table: still text, each with its address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from nextome_eval.loaders.codebook import Codebook, TableRule
from nextome_eval.study.tables import tables

__all__ = ["OWNER", "Source"]

# The column that says whom a row is about.
OWNER = {"jobs": "person", "operators": "operator"}


@dataclass
class Source:
    """The rows of one sheet for one canonical table.

    Attributes
    ----------
    texts : DataFrame of str, shape (rows, columns)
        Canonical columns as they were written.
    rows : ndarray of int, shape (rows,)
        Row numbers as a person sees them.
    headers : dict of str to (str or ndarray)
        The file's header of each canonical column; one a row where several columns feed one.
    broken : dict of str to ndarray of bool
        Cells that a rule already spoke of.
    aside : ndarray of object, shape (rows,)
        The rule that set a row aside, None for rows kept.
    """

    file: str
    sheet: str
    rule: TableRule
    codebook: Codebook
    texts: pd.DataFrame
    rows: np.ndarray
    headers: dict[str, str | np.ndarray]
    header_row: int
    names: pd.DataFrame
    titles: int
    blank: int
    broken: dict[str, np.ndarray] = field(default_factory=dict)
    aside: np.ndarray = field(init=False)
    pseudonyms: pd.Series = field(init=False)

    def __post_init__(self) -> None:
        self.aside = np.full(len(self.rows), None, dtype=object)
        self.pseudonyms = pd.Series([None] * len(self.rows), dtype="string")

    @property
    def table(self) -> str:
        """The canonical table that the rows go to."""
        return self.rule.table

    @property
    def owner(self) -> str:
        """The column that says whom a row is about."""
        return OWNER.get(self.table, "household")

    def header_of(self, column: str) -> str | np.ndarray:
        """Return the header over a canonical column, as it stands in the file."""
        return self.headers.get(column, "")

    def row_of(self, at: np.ndarray, column: str = "") -> np.ndarray:
        """Return the row numbers of some positions."""
        return np.asarray(self.rows[at])

    def identifies(self, column: str) -> bool:
        """Say whether a column holds identifiers, whose values are never shown."""
        listed = tables()[self.table].columns.get(column)
        return listed is not None and listed.type == "id"

    def set_aside(self, at: np.ndarray, rule: str) -> None:
        """Set rows aside, unless they already are."""
        at = np.flatnonzero(at) if at.dtype == bool else at
        self.aside[at[self.kept[at]]] = rule

    @property
    def kept(self) -> np.ndarray:
        """Whether each row is kept, shape (rows,)."""
        return np.asarray(pd.isna(self.aside), dtype=bool)

    def part(self, rows: np.ndarray) -> Source:
        """Return the source with some of its rows only, shape (rows,) of bool."""
        heads = {c: h if isinstance(h, str) else h[rows] for c, h in self.headers.items()}
        return replace(
            self,
            texts=self.texts.loc[rows].reset_index(drop=True),
            rows=self.rows[rows],
            headers=heads,
            names=self.names.loc[rows].reset_index(drop=True),
            broken={c: b[rows] for c, b in self.broken.items()},
        )
