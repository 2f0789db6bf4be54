"""A million cells at once: each different text is read a single time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.read import Read

__all__ = ["ReadColumn", "read_column"]


@dataclass(frozen=True)
class ReadColumn:
    """A column of cells, read.

    Attributes
    ----------
    values : ndarray of object, shape (rows,)
        What each cell says, None where nothing.
    reasons, rules : ndarray of object, shape (rows,)
        Why it says nothing; which rule it breaks; None where neither.
    """

    values: np.ndarray
    reasons: np.ndarray
    rules: np.ndarray


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
    >>> read_column(pd.Series(["1,5", "1,5", "x"]), lambda t: read_number(t, ",")).values.tolist()
    [1.5, 1.5, None]
    """
    codes, different = pd.factorize(cells)
    reads = [reader(text) for text in different]
    parts = [np.empty(len(reads) + 1, dtype=object) for _ in range(3)]
    for at, read in enumerate(reads):
        for part, field in zip(parts, read, strict=True):
            part[at] = field
    return ReadColumn(*(part[codes] for part in parts))
