"""Who began when, compared with whom, and at what level that was decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Design", "assignment_level"]


@dataclass(frozen=True)
class Design:
    """What the comparison rests on.

    Parameters
    ----------
    arm : str
        What the treated arm is called.
    compared_to : str
        What the arm it is compared with is called.
    assigned_by : str
        ``"household"``, ``"cluster"`` or ``"stratum"``: the level at which the arm was decided.
    begins : float or None
        The one time at which all treated households begin, in the time unit of the panel;
        None where they begin at different times or where time zero is the beginning.
    strata : str or None
        The column within which households were assigned, e.g. the municipality.
    anticipation : float
        How long before the beginning effects may already show, in the panel's time unit.
    """

    arm: str = "pilot"
    compared_to: str = "control"
    assigned_by: str = "household"
    begins: float | None = None
    strata: str | None = None
    anticipation: float = 0.0


def assignment_level(
    arm: NDArray[np.int64], strata: NDArray[np.int64] | None, cluster: NDArray[np.int64]
) -> str:
    """Read from the codes (n,) the level at which the arm can have been decided.

    Where every stratum holds one arm only, strata were assigned. Without strata, clusters were
    assigned if each of several larger clusters holds one arm only. Otherwise households were.
    """
    if strata is not None:
        return "stratum" if _constant_within(arm, strata) and strata.max() > 0 else "household"
    coarser = bool(np.bincount(cluster).max() > 1)
    return "cluster" if coarser and _constant_within(arm, cluster) else "household"


def _constant_within(arm: NDArray[np.int64], group: NDArray[np.int64]) -> bool:
    held = np.zeros((group.max() + 1, arm.max() + 1), bool)
    held[group, arm] = True
    return bool((held.sum(axis=1) <= 1).all())
