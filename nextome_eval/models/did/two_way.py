"""Two-way fixed effects, as published papers have it: one number, however the beginnings differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.did.crossed_effects import CrossedEffects, not_below_zero
from nextome_eval.models.did.evidence import (
    alone_in_arm,
    by_assignment,
    common_waves,
    few_for_large_samples,
    without_error,
)
from nextome_eval.study.panel import Panel

__all__ = ["two_way"]


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
        ``feols(y ~ treated | unit + time, cluster = ~unit)``.  None where an arm is a single
        cluster; with few a note says that it is too small.

    Raises
    ------
    DesignProblem
        Nobody is ever treated, or everybody always.
    DataProblem
        An adjuster adds nothing.
    NotEstimable
        Fewer than two clusters, or one on each side.

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
    panel = by_assignment(panel)
    treated = (panel.time >= panel.begins[panel.unit]).astype(np.float64)
    covariates, names = panel.covariates(list(adjust))
    terms = ["treated", *names]
    cut = CrossedEffects.of(
        panel,
        outcome,
        np.column_stack([treated, covariates]),
        np.arange(len(treated)),
        names=names,
    )
    lost = [term for term, adds in zip(terms, cut.adds(), strict=True) if not adds]
    if lost and lost[0] == "treated":
        raise DesignProblem("treatment_is_wave", found=[f"{t:g}" for t in panel.times])
    if lost:
        raise DataProblem("adjuster_within_nothing", columns=lost)
    value, covariance = cut.fit()
    always = int((panel.begins <= panel.times[0]).sum())
    first = f"{panel.times[0]:g}"
    told = (Note.of("always_treated_compared", count=always, first=first),) if always else ()
    told = (*told, *common_waves(panel), *_alone_at(panel, cut.seen))
    est = Estimates(
        terms=pd.DataFrame({"term": terms}),
        value=value,
        influence=cut.influence(value),
        units=panel.units,
        cluster=panel.cluster,
        method="two-way fixed effects",
        model_covariance=not_below_zero(covariance),
        reference=StudentT(np.full(len(terms), cut.clusters - 1.0)),
        notes=(*told, *cut.notes),
        outcome=outcome,
    )
    if why := _alone(panel, cut.seen):
        return without_error(est, why)
    return replace(est, notes=(*est.notes, *few_for_large_samples(panel, cut.seen)))


def _alone_at(panel: Panel, seen: NDArray[np.bool_]) -> list[Note]:
    """Beginnings of a single household, where others begin at other times."""
    inside = seen & (panel.begins > panel.times[0]) & (panel.begins <= panel.times[-1])
    begins, count = np.unique(panel.begins[inside], return_counts=True)
    if len(begins) < 2 or count.min() > 1:
        return []
    shown = ", ".join(f"{b:g}" for b in begins[count == 1])
    return [Note.of("cohorts_of_one", times=shown)]


def _alone(panel: Panel, seen: NDArray[np.bool_]) -> Note | None:
    """Cohorts compared with one another tell clusters apart; two groups of them may not."""
    two = len(np.unique(panel.begins[seen])) == 2
    return alone_in_arm(panel, seen) if two else None
