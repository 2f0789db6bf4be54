"""An outcome never seen, the same for all, or the same at every wave has no change to compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats


def refuse_still(outcome: str, values: Floats, unit: NDArray[np.int64] | None = None) -> None:
    """Refuse values (rows,) that show no change; `unit` (rows,) where households are seen again."""
    seen = ~np.isnan(values)
    values = values[seen]
    if not len(values):
        raise NotEstimable("outcome_never_observed", outcome=outcome)
    if np.ptp(values) == 0:
        raise NotEstimable("outcome_constant", outcome=outcome, value=f"{values[0]:g}")
    if unit is None:
        return
    last = np.zeros(int(unit.max()) + 1)
    last[unit[seen]] = values
    if (values == last[unit[seen]]).all():
        raise NotEstimable("outcome_never_changes", outcome=outcome)
