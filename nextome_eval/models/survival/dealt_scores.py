"""A sum of fixed scores by arm, tested by dealing the arms again within strata."""

from __future__ import annotations

from typing import Any

import numpy as np

from nextome_eval.models.survival.redealt import Redeal
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.study.durations import Durations


def redealt_scores(own: Floats, block: Ints, spells: Durations) -> Redeal | None:
    """Give the chi-square of two re-dealt arms: the scores do not depend on the arms."""
    if len(spells.arm_labels) != 2:
        return None
    centred, spread, member = own.copy(), [], []
    for code in np.unique(block):
        rows = block == code
        centred[rows] -= own[rows].mean()
        size = int(rows.sum())
        spread.append(float((centred[rows] ** 2).sum()) / max(size - 1, 1))
        member.append(rows / size)
    shares, sizes = np.stack(member, axis=1), np.array([m.max() for m in member]) ** -1.0

    def redeal(arms: Any) -> Floats:
        dealt = np.asarray(arms, dtype=np.float64)[:, spells.unit]
        treated = dealt @ shares
        variance = (sizes * treated * (1 - treated)) @ np.array(spread)
        difference = dealt @ centred
        possible = variance > 0
        return np.where(possible, difference**2 / np.where(possible, variance, 1.0), np.nan)

    return redeal
