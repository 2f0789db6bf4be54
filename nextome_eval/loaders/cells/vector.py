"""A million cells at once: each different text is read a single time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.read import Read

__all__ = ["ReadColumn", "read_column"]


@dataclass(frozen=True)
class ReadColumn:
    """A column of cells, read.

    Attributes
    ----------
    codes : ndarray of int, shape (rows,)
        Which of the reads each row holds.
    reads : list of Read, shape (different texts,)
    """

    codes: np.ndarray
    reads: list[Read]

    def values(self, dtype: Any = object) -> pd.Series:
        """Return what each row says, shape (rows,)."""
        different = pd.Series([read.value for read in self.reads], dtype=dtype)
        taken: pd.Series = different.take(self.codes).reset_index(drop=True)
        return taken

    def broken(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each rule broken with the rows that break it."""
        return self._where([read.rule for read in self.reads])

    def reasons(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each stated reason for a missing value with its rows."""
        return self._where([read.reason for read in self.reads])

    def _where(self, said: list[str | None]) -> Iterator[tuple[str, np.ndarray]]:
        for word in sorted({w for w in said if w is not None}):
            hit = np.array([w == word for w in said])
            yield word, np.flatnonzero(hit[self.codes])


def read_column(cells: pd.Series, reader: Callable[[str], Read]) -> ReadColumn:
    """Read a column of texts.

    Parameters
    ----------
    cells : Series of str, shape (rows,)
        Texts, as `excel.marked` left them.
    reader : callable
        Reads one text.

    Examples
    --------
    >>> from nextome_eval.loaders.cells.numbers import read_number
    >>> column = read_column(pd.Series(["1,5", "1,5", "x"]), lambda t: read_number(t, ","))
    >>> column.values(float).tolist(), [(rule, at.tolist()) for rule, at in column.broken()]
    ([1.5, 1.5, nan], [('unreadable_number', [2])])
    """
    codes, different = pd.factorize(cells)
    return ReadColumn(codes, [reader(text) for text in different])
