"""Group-time comparisons made within towns that hold both the cohort and its controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.before_after import town_codes
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.cohort_cells import Cell
from nextome_eval.study.panel import Panel

Mask = NDArray[np.bool_]


@dataclass
class Towns:
    """Strata whose courses are compared with themselves; one town where there are none.

    Parameters
    ----------
    code : (n,) each household's town
    said : what is told of towns that hold one arm
    lost : households that had nobody to be compared with in their town, in some cell
    """

    code: NDArray[np.int64]
    said: tuple[Note, ...]
    lost: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, panel: Panel) -> Towns:
        """The panel's strata, if some holds both arms."""
        return cls(*town_codes(panel))

    def shared(self, cell: Cell, used: Mask, sides: Sequence[Mask]) -> Mask:
        """Those of `used` (n,) in towns where every side (n,) is present.

        Raises
        ------
        NotEstimable
            No town has them all.
        """
        count = int(self.code.max()) + 1
        if count == 1:
            return used
        both = np.ones(count, bool)
        for side in sides:
            both &= np.bincount(self.code[used & side], minlength=count) > 0
        if not both.any():
            raise NotEstimable(
                "cell_without_shared_town", cohort=f"{cell.cohort:g}", time=f"{cell.time:g}"
            )
        kept = used & both[self.code]
        self.lost |= set(np.flatnonzero(used & sides[0] & ~kept).tolist())
        return kept

    def columns(self, used: Mask) -> Floats:
        """A constant, and a column for each town of `used` but the first (m, towns)."""
        if not self.code.any():
            return np.ones((int(used.sum()), 1))
        own = self.code[used]
        columns = (own[:, None] == np.unique(own)).astype(np.float64)
        columns[:, 0] = 1.0
        return np.asarray(columns)

    def notes(self) -> list[Note]:
        """Towns with one arm; households of a cohort left out for want of a neighbour."""
        told = [Note.of("left_out_no_neighbour", count=len(self.lost))] if self.lost else []
        return [*self.said, *told]
