"""Two-way fixed effects, as published papers have it: one number, however the beginnings differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import StudentT
from nextome_eval.numerics.cluster_blocks import cluster_sums
from nextome_eval.numerics.demean import demeaned_two_ways
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.study.panel import Panel

__all__ = ["two_way"]

Floats = NDArray[np.float64]


def two_way(panel: Panel, outcome: str, *, adjust: Sequence[str] = ()) -> Estimates:
    """Regress the outcome on being treated now, with household and wave effects (linearmodels).

    With one beginning and effects that do not change over time this is the effect on the treated.
    With several beginnings it is a weighted mean in which early-treated households serve as
    controls for later ones, with weights that may be negative (see `goodman_bacon`): use
    `group_time` there.

    Parameters
    ----------
    panel : Panel
    outcome : str
    adjust : sequence of str
        Columns that enter as they are at each wave; those that never change within households
        cannot add anything and are refused.

    Returns
    -------
    Estimates
        ``treated``, then one row a covariate.  Standard errors clustered by the panel's clusters
        with the small-sample factor G/(G-1) (N-1)/(N-K), wave effects counted in K and household
        effects nested in clusters not, and t with G - 1 degrees of freedom: fixest's
        ``feols(y ~ treated | unit + time, cluster = ~unit)``.

    Raises
    ------
    DesignProblem
        Nobody is ever treated, or everybody always.
    DataProblem
        An adjuster adds nothing.
    NotEstimable
        Fewer than two clusters.

    Source
    ------
    linearmodels ``PanelOLS``; factor as in fixest's ``ssc`` defaults.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 4,
    ...                    "y": [1.0, 5, 2, 8, 1, 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> two_way(panel, "y").tidy()[["term", "estimate", "std_error"]].round(4).to_dict("records")
    [{'term': 'treated', 'estimate': 3.0, 'std_error': 1.3663}]

    See METHODS.md: Two-way fixed effects
    """
    cut = _Rows.of(panel, outcome, adjust)
    fitted = _panel_ols(cut)
    names = ["treated", *(f"x{j}" for j in range(len(cut.terms) - 1))]
    value = fitted.params[names].to_numpy(dtype=np.float64)
    groups = len(np.unique(panel.cluster[panel.unit[cut.rows]]))
    return Estimates(
        terms=pd.DataFrame({"term": cut.terms}),
        value=value,
        influence=_influence(cut, value),
        units=panel.units,
        cluster=panel.cluster,
        method="two-way fixed effects",
        model_covariance=fitted.cov.loc[names, names].to_numpy(),
        reference=StudentT(np.full(len(names), groups - 1.0)),
        notes=tuple(cut.notes),
        outcome=outcome,
    )


@dataclass(frozen=True)
class _Rows:
    """The rows used, their columns (outcome, treated, covariates), and the same within effects."""

    panel: Panel
    rows: NDArray[np.intp]
    columns: Floats
    within: Floats
    weights: Floats | None
    terms: list[str]
    notes: list[str]

    @classmethod
    def of(cls, panel: Panel, outcome: str, adjust: Sequence[str]) -> _Rows:
        y = panel.column(outcome)
        treated = (panel.time >= panel.begins[panel.unit]).astype(np.float64)
        covariates, names = panel.covariates(list(adjust))
        complete = ~np.isnan(y) & ~np.isnan(covariates).any(axis=1)
        rows = np.flatnonzero(complete & (np.bincount(panel.unit, complete)[panel.unit] > 1))
        _judge_rows(panel, outcome, y[rows], treated[rows], rows)
        lost = panel.n - len(np.unique(panel.unit[rows]))
        notes = [Note.of("left_out_seen_once", count=lost, outcome=outcome)] if lost else []
        columns = np.column_stack([y, treated, covariates])[rows]
        weights = None if panel.weights is None else panel.weights[rows]
        unit = np.concatenate([[0], np.cumsum(np.diff(panel.unit[rows]) > 0)])
        wave = np.searchsorted(panel.times, panel.time[rows])
        within = demeaned_two_ways(columns, unit, np.asarray(wave), weights)
        terms = ["treated", *names]
        _judge_columns(panel, columns[:, 1:], within[:, 1:], weights, terms)
        return cls(panel, rows, columns, within, weights, terms, [*notes])


def _judge_rows(
    panel: Panel, outcome: str, y: Floats, treated: Floats, rows: NDArray[np.intp]
) -> None:
    if not len(y) or np.ptp(treated) == 0:
        raise DesignProblem("treatment_never_varies", outcome=outcome)
    if np.ptp(y) == 0:
        raise NotEstimable("outcome_constant", outcome=outcome, value=f"{y[0]:g}")
    if len(np.unique(panel.cluster[panel.unit[rows]])) < 2:
        raise NotEstimable("one_cluster")


def _judge_columns(
    panel: Panel, columns: Floats, within: Floats, weights: Floats | None, terms: list[str]
) -> None:
    size = np.abs(columns).max(axis=0)
    keep = independent_columns(within, weights)
    keep &= np.abs(within).max(axis=0) > 1e-9 * np.where(size > 0, size, 1)
    if keep.all():
        return
    lost = [term for term, kept in zip(terms, keep, strict=True) if not kept]
    if lost[0] == "treated":
        raise DesignProblem("treatment_is_wave", found=[f"{t:g}" for t in panel.times])
    raise DataProblem("adjuster_within_nothing", columns=lost)


def _panel_ols(cut: _Rows) -> Any:
    from linearmodels.panel import PanelOLS

    unit, time = cut.panel.unit[cut.rows], cut.panel.time[cut.rows]
    index = pd.MultiIndex.from_arrays([unit, time], names=["unit", "time"])
    names = ["outcome", "treated", *(f"x{j}" for j in range(cut.columns.shape[1] - 2))]
    frame = pd.DataFrame(cut.columns, index=index, columns=names)
    wave = np.unique(time, return_inverse=True)[1]
    # the constant is one of fixest's K
    dummies = (wave[:, None] == np.arange(wave.max() + 1)).astype(np.float64)
    dummies[:, 0] = 1.0
    labels = [f"wave{t}" for t in range(dummies.shape[1])]
    regressors = pd.concat(
        [frame.iloc[:, 1:], pd.DataFrame(dummies, index=index, columns=labels)], axis=1
    )
    weights = None if cut.weights is None else pd.Series(cut.weights, index)
    clusters = pd.DataFrame({"cluster": cut.panel.cluster[unit]}, index=index)
    model = PanelOLS(frame["outcome"], regressors, entity_effects=True, weights=weights)
    return model.fit(
        cov_type="clustered",
        clusters=clusters,
        auto_df=False,
        count_effects=False,
        group_debias=True,
    )


def _influence(cut: _Rows, value: Floats) -> Floats:
    y, x = cut.within[:, 0], cut.within[:, 1:]
    w = np.ones(len(y)) if cut.weights is None else cut.weights
    share = (x * (w * (y - x @ value))[:, None]) @ np.linalg.inv((x * w[:, None]).T @ x)
    unit, n = cut.panel.unit[cut.rows], cut.panel.n
    out = cluster_sums(share, unit, n)
    out[np.bincount(unit, minlength=n) == 0] = np.nan
    return out
