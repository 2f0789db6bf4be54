"""Two-way effects that keep cohorts apart: an effect for every cohort and time, then averaged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.did.cohorts import Cohorts, refuse_cohorts_of_one
from nextome_eval.models.did.crossed_effects import CrossedEffects, not_below_zero
from nextome_eval.models.did.evidence import (
    by_assignment,
    common_waves,
    few_for_large_samples,
    one_cluster_of,
)
from nextome_eval.models.did.still_outcomes import refuse_still
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.study.panel import Panel

__all__ = ["sun_abraham"]


def sun_abraham(panel: Panel, outcome: str, *, adjust: Sequence[str] = ()) -> Estimates:
    """Estimate cohort by time effects in one regression and average them (interaction weighted).

    Household and wave effects, covariates as they are at each wave, and an indicator for each
    cohort at each time but its last before the beginning.  Controls are the never treated.

    Parameters
    ----------
    panel : Panel
        Households treated at the first wave are left out.
    outcome : str
    adjust : sequence of str
        Columns that vary within households.

    Returns
    -------
    Estimates
        ``overall`` (the effects after the beginning, each observation counting once), then a row
        for each ``exposure``; fixest's clustered covariance, shares of cohorts taken as known,
        t with G - 1 degrees of freedom.

    Raises
    ------
    DesignProblem
        No cohort inside the panel, or no never-treated household.
    DataProblem
        An adjuster adds nothing.
    NotEstimable
        As `two_way`.

    Source
    ------
    Sun and Abraham (2021); arithmetic of R fixest ``sunab``.

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 3), "t": [0, 3, 6] * 6,
    ...                    "g": np.repeat([3, 3, 6, 6, np.nan, np.nan], 3),
    ...                    "y": [1., 4, 4, 2, 5, 6, 1, 1, 3, 2, 3, 5, 0, 1, 1, 1, 1, 2]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> est = sun_abraham(panel, "y")
    >>> est.terms["exposure"].tolist(), (est.value + 0).round(3).tolist()
    ([nan, -6.0, 0.0, 3.0], [2.167, 0.0, 2.0, 2.5])

    See METHODS.md: Two-way fixed effects
    """
    panel = by_assignment(panel)
    cohorts = Cohorts.of(panel, "never", 0.0)
    begins, inside = cohorts.begins, cohorts.usable[panel.unit]
    usable = np.flatnonzero(inside & ~np.isnan(panel.column(outcome)))
    seen = np.zeros(panel.n, bool)
    seen[panel.unit[usable]] = True
    refuse_still(outcome, panel.column(outcome))
    if not np.isfinite(begins[seen]).any() or np.isfinite(begins[seen]).all():
        raise DesignProblem("treatment_never_varies", outcome=outcome)
    refuse_cohorts_of_one(panel, begins, seen)
    cells = _cells(begins[panel.unit[usable]], panel.time[usable], panel.times)
    own = begins[panel.unit]
    indicators = ((own[:, None] == cells[:, 0]) & (panel.time[:, None] == cells[:, 1])).astype(
        float
    )
    covariates, names = panel.covariates(list(adjust))
    cut = CrossedEffects.of(
        panel, outcome, np.hstack([indicators, covariates]), usable, names=names
    )
    adds = cut.adds()
    if not adds[len(cells) :].all():
        lost = [n for n, kept in zip(names, adds[len(cells) :], strict=True) if not kept]
        raise DataProblem("adjuster_within_nothing", columns=lost)
    if not adds.all():
        lost_cells = [f"({g:g}, {t:g})" for g, t in cells[~adds[: len(cells)]]]
        raise DesignProblem("cells_not_apart", cells=lost_cells)
    value, covariance = cut.fit()
    exposure = np.round(cells[:, 1] - cells[:, 0], 9)
    shown = np.unique(exposure)
    rows = indicators[cut.rows]
    size = rows.sum(axis=0) if cut.weights is None else cut.weights @ rows
    picks = [exposure >= 0, *(exposure == e for e in shown)]
    shares = np.zeros((len(picks), len(value)))
    shares[:, : len(cells)] = [np.where(p, size, 0) / size[p].sum() for p in picks]
    refused, told = one_cluster_of(panel, cut.seen, cells[:, 0], shares[:, : len(cells)])
    return Estimates(
        terms=pd.DataFrame(
            {
                "term": ["overall"] + ["dynamic"] * len(shown),
                "exposure": np.concatenate([[np.nan], shown]),
            }
        ),
        value=shares @ value,
        influence=cut.influence(value) @ shares.T,
        units=panel.units,
        cluster=panel.cluster,
        method="interaction-weighted two-way effects",
        kind="trajectory",
        model_covariance=not_below_zero(shares @ covariance @ shares.T),
        reference=StudentT(np.full(len(picks), cut.clusters - 1.0)),
        notes=(
            *cohorts.notes,
            *cut.notes,
            *common_waves(panel),
            *told,
            *few_for_large_samples(panel, cut.seen),
        ),
        outcome=outcome,
        refused=refused,
    )


def _cells(begins: Floats, time: Floats, times: Floats) -> Floats:
    """Cohorts and times that occur (c, 2), but for each cohort's last time before it begins."""
    treated = np.isfinite(begins)
    seen = np.unique(np.column_stack([begins, time])[treated], axis=0)
    last = np.array([times[times < g].max() for g in seen[:, 0]])
    return np.asarray(seen[seen[:, 1] != last])
