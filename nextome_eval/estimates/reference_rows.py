"""What happens to a reference when rows are picked, combined, or put under one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextome_eval.estimates.reference import Normal, Permuted, Reference, RowReference, StudentT

__all__ = ["combined_reference", "picked_reference", "stacked_reference"]

Floats = NDArray[np.float64]


def picked_reference(reference: Reference, rows: NDArray[np.int64]) -> Reference:
    """Return the reference of some rows."""
    if isinstance(reference, StudentT):
        df = np.asarray(reference.df, dtype=np.float64)
        return StudentT(np.full(len(rows), float(df)) if df.ndim == 0 else df[rows])
    if isinstance(reference, RowReference):
        return reference.picked(rows)
    if isinstance(reference, Permuted):
        return replace(reference, draws=reference.draws[:, rows])
    return reference


def combined_reference(reference: Reference, matrix: Floats, fit: Any) -> Reference:
    """Return the reference of linear combinations ``matrix`` (m, k) of the rows.

    Degrees of freedom are those of the combined fit; without one, the fewest of the rows used.
    Permutations and profiles speak of their own rows only.
    """
    if not isinstance(reference, StudentT):
        return Normal()
    if fit is not None and hasattr(fit, "df"):
        return StudentT(np.asarray(fit.df(), dtype=np.float64))
    df = np.broadcast_to(reference.df, (matrix.shape[1],))
    return StudentT(np.array([df[row != 0].min(initial=np.inf) for row in matrix]))


def stacked_reference(parts: Sequence[tuple[Reference, int]]) -> Reference:
    """Return the reference of parts put under one another, each with its number of rows."""
    if not any(isinstance(reference, StudentT) for reference, _ in parts):
        return Normal()
    df = [
        np.broadcast_to(reference.df if isinstance(reference, StudentT) else np.inf, (rows,))
        for reference, rows in parts
    ]
    return StudentT(np.concatenate(df).astype(np.float64))
