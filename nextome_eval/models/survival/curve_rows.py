"""A curve's rows, one a stratum and exit time, with each household's influence on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival.rows_at_risk import goes_on, risk_in_order, shares_clusters
from nextome_eval.numerics.product_limit import Curve, curve
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.step_influence import Deferred, InfluenceCovariance, deferred
from nextome_eval.study.durations import Durations


@dataclass(frozen=True, eq=False)
class CurveRows:
    """A curve with its strata's labels and the households behind it.

    ``groups`` (rows,): stratum of each row of the spells; ``kept`` (n,): rows of the risk set.
    """

    curve: Curve
    labels: pd.Index[Any]
    spells: Durations
    groups: Ints
    kept: Ints

    def terms(self, term: str) -> pd.DataFrame:
        """Return term, strata, time and the numbers at risk, with an event, and censored."""
        risk, censored = self.curve.risk, self.curve.n_censor
        on = goes_on(self.spells, self.groups)[self.kept]
        if on.any():
            censored = censored - risk.at_exit(on * risk.weights)
        return pd.DataFrame(
            {
                "term": term,
                "strata": self.labels.take(risk.cell_stratum),
                "time": risk.time,
                "n_risk": self.curve.n_risk,
                "n_event": self.curve.n_event,
                "n_censor": censored,
            }
        )

    def influence(self, of_rows: Callable[[Ints], Floats], *, cells: Ints | None = None) -> Floats:
        """Fold the influence of rows by household, computed for the columns that are asked for.

        ``cells``: the cell of each column, where columns are not the cells themselves.
        """
        risk, n = self.curve.risk, self.spells.n

        def columns(wanted: Ints) -> Floats:
            unit = self.spells.unit[self.kept]
            total = np.zeros((n, len(wanted)))
            np.add.at(total, unit, of_rows(wanted))
            seen = np.zeros((n, len(self.labels)), bool)
            seen[unit, risk.stratum] = True
            at = wanted if cells is None else cells[wanted]
            total[~seen[:, risk.cell_stratum[at]]] = np.nan
            return total

        return deferred(columns, n, risk.m if cells is None else len(cells))


def long_covariance(
    rows: CurveRows, influence: Any, variance: Callable[[Ints | None], Floats]
) -> Any:
    """Covariance of influences too many to hold, whose ``variance`` is known for row clusters.

    None where the influences are at hand and can be summed.
    """
    if not isinstance(influence, Deferred):
        return None
    spells = rows.spells
    alone = len(spells.unit) == spells.n and not shares_clusters(spells)
    code = None if alone else spells.cluster[spells.unit[rows.kept]]
    return InfluenceCovariance(influence, spells.cluster, variance(code))


def curve_rows(
    spells: Durations, groups: Ints, labels: pd.Index[Any], *, begin: float | None = None
) -> CurveRows:
    """Estimate the curve of each group; from `begin` on, those still at risk then."""
    kept, risk = risk_in_order(spells, groups, begin=begin)
    if not len(kept):
        raise NotEstimable("nobody_after", time=begin)
    return CurveRows(curve(risk), labels, spells, groups, kept)


def refuse_empty_beginning(curve: Curve, labels: pd.Index[Any]) -> None:
    """Refuse a curve that is 0 because all who had entered had the event before others came."""
    risk = curve.risk
    if not risk.delayed:
        return
    ends = risk.start[1:] - 1
    dead = (curve.survival == 0) & (risk.time < risk.time[ends][risk.cell_stratum])
    if dead.any():
        cell = int(np.flatnonzero(dead)[0])
        label = labels[int(risk.cell_stratum[cell])]
        raise NotEstimable("curve_empty_beginning", time=float(risk.time[cell]), group=label)
