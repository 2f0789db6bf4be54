"""A curve's rows, one a stratum and exit time, with each household's influence on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival.rows_at_risk import goes_on
from nextome_eval.numerics.product_limit import Curve, curve
from nextome_eval.numerics.risk_set import Floats, Ints, risk_set
from nextome_eval.numerics.step_influence import deferred
from nextome_eval.study.durations import Durations


@dataclass(frozen=True, eq=False)
class CurveRows:
    """A curve with its strata's labels and the households behind it."""

    curve: Curve
    labels: pd.Index[Any]
    spells: Durations
    kept: Ints
    censored: Floats

    def terms(self, term: str) -> pd.DataFrame:
        """Return term, strata, time and the numbers at risk, with an event, and censored."""
        risk = self.curve.risk
        return pd.DataFrame(
            {
                "term": term,
                "strata": self.labels.take(risk.cell_stratum),
                "time": risk.time,
                "n_risk": self.curve.n_risk,
                "n_event": self.curve.n_event,
                "n_censor": self.censored,
            }
        )

    def influence(self, of_rows: Callable[[Ints], Floats], *, cells: Ints | None = None) -> Floats:
        """Fold the influence of rows by household, computed for the columns that are asked for.

        ``cells``: the cell of each column, where columns are not the cells themselves.
        """
        unit, risk, n = self.spells.unit[self.kept], self.curve.risk, self.spells.n
        seen = np.zeros((n, len(self.labels)), bool)
        seen[unit, risk.stratum] = True

        of_column = np.arange(risk.m) if cells is None else cells

        def columns(wanted: Ints) -> Floats:
            total = np.zeros((n, len(wanted)))
            np.add.at(total, unit, of_rows(wanted))
            total[~seen[:, risk.cell_stratum[of_column[wanted]]]] = np.nan
            return total

        return deferred(columns, n, len(of_column))


def curve_rows(
    spells: Durations, groups: Ints, labels: pd.Index[Any], *, begin: float | None = None
) -> CurveRows:
    """Estimate the curve of each group; from `begin` on, those still at risk then."""
    kept = np.arange(len(spells.time))
    if begin is not None:
        kept = np.flatnonzero(spells.time > begin * (1 + 1e-9 * np.sign(begin)))
    if not len(kept):
        raise NotEstimable("nobody_after", time=begin)
    entry = spells.entry[kept] if begin is None else np.maximum(spells.entry[kept], begin)
    risk = risk_set(
        spells.time[kept],
        spells.event[kept],
        entry=entry,
        strata=groups[kept],
        weights=None if spells.weights is None else spells.weights[kept],
    )
    steps = curve(risk)
    censored = steps.n_censor
    on = goes_on(spells, groups)[kept]
    if on.any():
        censored = censored - risk.at_exit(np.where(on, risk.weights, 0.0))
    return CurveRows(steps, labels, spells, kept, censored)
