"""Rows of an answer picked and combined: their influences, their scale, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.notes import Note

__all__ = ["combined_influence", "one_scale", "refused_by", "scale_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def refused_by(refused: Sequence[Note | None], matrix: Floats) -> tuple[Note | None, ...]:
    """Why combinations ``matrix`` (m, k) have no standard error: any row they use has none."""
    if not refused:
        return ()
    used = [[refused[int(j)] for j in np.flatnonzero(row)] for row in matrix]
    found = [next((why for why in row if why is not None), None) for row in used]
    return tuple(found) if any(found) else ()


def combined_influence(influence: Floats, matrix: Floats) -> Floats:
    used = (matrix != 0).any(axis=0)
    absent = np.isnan(influence[:, used]).all(axis=1)
    combined = np.nan_to_num(influence) @ matrix.T
    combined[absent] = np.nan
    return np.asarray(combined)


def scale_of(scale: str | tuple[str, ...], rows: Ints) -> str | tuple[str, ...]:
    if isinstance(scale, str):
        return scale
    names = tuple(scale[row] for row in rows)
    return names[0] if len(set(names)) == 1 else names


def one_scale(scale: str | tuple[str, ...], matrix: Floats) -> str:
    used = scale_of(scale, np.flatnonzero((matrix != 0).any(axis=0)))
    if not isinstance(used, str):
        raise DesignProblem("scales_differ", found=list(used))
    return used
