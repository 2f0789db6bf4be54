"""A regression with household and wave effects through linearmodels, with fixest's conventions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.adjusters import refuse_unknown
from nextome_eval.models.did.evidence import refuse_one_cluster
from nextome_eval.models.did.still_outcomes import refuse_still, waves_told
from nextome_eval.numerics.cluster_blocks import Floats, cluster_sums
from nextome_eval.numerics.demean import demeaned_two_ways
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.study.panel import Panel

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class CrossedEffects:
    """The rows used, outcome and regressors (m, 1 + p), and the same within the effects."""

    panel: Panel
    rows: Rows
    columns: Floats
    within: Floats
    weights: Floats | None
    notes: tuple[Note, ...]

    @classmethod
    def of(
        cls,
        panel: Panel,
        outcome: str,
        regressors: Floats,
        usable: Rows,
        *,
        names: Sequence[str] = (),
    ) -> CrossedEffects:
        """Keep rows without gaps of households seen twice.

        Parameters
        ----------
        regressors : (rows of the panel, p), treatment first
        usable : rows that may be used
        names : of the last regressors, which are adjusters
        """
        y = panel.column(outcome)
        if names:
            refuse_unknown(regressors[usable], names)
        complete = np.zeros(len(y), bool)
        complete[usable] = True
        complete &= ~np.isnan(y) & ~np.isnan(regressors).any(axis=1)
        twice = np.bincount(panel.unit, complete, minlength=panel.n) > 1
        rows = np.flatnonzero(complete & twice[panel.unit])
        _judge(panel, outcome, y[rows], regressors[rows, 0], rows)
        columns = np.column_stack([y, regressors])[rows]
        weights = None if panel.weights is None else panel.weights[rows]
        unit = np.concatenate([[0], np.cumsum(np.diff(panel.unit[rows]) > 0)])
        wave = np.asarray(np.searchsorted(panel.times, panel.time[rows]))
        within = demeaned_two_ways(columns, unit, wave, weights)
        lost = len(np.unique(panel.unit[usable])) - int(unit[-1]) - 1
        said = [Note.of("left_out_seen_once", count=lost, outcome=outcome)] if lost else []
        said += waves_told(panel, outcome, rows)
        return cls(panel, rows, columns, within, weights, tuple(said))

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Households that take part (n,)."""
        seen = np.zeros(self.panel.n, bool)
        seen[self.panel.unit[self.rows]] = True
        return seen

    @property
    def clusters(self) -> int:
        """G."""
        return int(np.count_nonzero(np.bincount(self.panel.cluster[self.seen])))

    def adds(self) -> NDArray[np.bool_]:
        """Which regressors add something to the effects and to those before them (p,)."""
        columns, within = self.columns[:, 1:], self.within[:, 1:]
        size = np.abs(columns).max(axis=0)
        keep = independent_columns(within, self.weights)
        return np.asarray(keep & (np.abs(within).max(axis=0) > 1e-9 * np.where(size > 0, size, 1)))

    def fit(self) -> tuple[Floats, Floats]:
        """Coefficients (p,) and clustered covariance (p, p): G/(G-1) (N-1)/(N-K).

        K counts regressors, wave effects and the constant, not household effects, which are
        nested in clusters: fixest's defaults.
        """
        from linearmodels.panel import PanelOLS

        unit, time = self.panel.unit[self.rows], self.panel.time[self.rows]
        index = pd.MultiIndex.from_arrays([unit, time], names=["unit", "time"])
        names = [f"x{j}" for j in range(self.columns.shape[1] - 1)]
        frame = pd.DataFrame(self.columns, index=index, columns=["outcome", *names])
        wave = np.unique(time, return_inverse=True)[1]
        dummies = (wave[:, None] == np.arange(wave.max() + 1)).astype(np.float64)
        dummies[:, 0] = 1.0
        labels = [f"wave{t}" for t in range(dummies.shape[1])]
        regressors = pd.concat(
            [frame.iloc[:, 1:], pd.DataFrame(dummies, index=index, columns=labels)], axis=1
        )
        model: Any = PanelOLS(
            frame["outcome"],
            regressors,
            entity_effects=True,
            weights=None if self.weights is None else pd.Series(self.weights, index),
        )
        fitted = model.fit(
            cov_type="clustered",
            clusters=pd.DataFrame({"cluster": self.panel.cluster[unit]}, index=index),
            auto_df=False,
            count_effects=False,
            group_debias=True,
        )
        covariance = fitted.cov.loc[names, names].to_numpy(dtype=np.float64)
        return fitted.params[names].to_numpy(dtype=np.float64), covariance

    def influence(self, value: Floats) -> Floats:
        """Influence by household (n, p)."""
        y, x = self.within[:, 0], self.within[:, 1:]
        w = np.ones(len(y)) if self.weights is None else self.weights
        share = (x * (w * (y - x @ value))[:, None]) @ np.linalg.inv((x * w[:, None]).T @ x)
        unit, n = self.panel.unit[self.rows], self.panel.n
        out = cluster_sums(share, unit, n)
        out[np.bincount(unit, minlength=n) == 0] = np.nan
        return out


def _judge(panel: Panel, outcome: str, y: Floats, treated: Floats, rows: Rows) -> None:
    if np.isnan(panel.column(outcome)).all():
        refuse_still(outcome, y)
    if not len(y) or np.ptp(treated) == 0:
        raise DesignProblem("treatment_never_varies", outcome=outcome)
    refuse_still(outcome, y, panel.unit[rows])
    seen = np.zeros(panel.n, bool)
    seen[panel.unit[rows]] = True
    refuse_one_cluster(panel, seen)


def not_below_zero(covariance: Floats) -> Floats:
    """Variances that rounding took below zero are zero."""
    out = np.array(covariance)
    np.fill_diagonal(out, np.maximum(np.diag(out), 0.0))
    return out
