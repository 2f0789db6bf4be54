"""Counts, costs and yes-no outcomes: did their mean change by a different factor?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.did.before_after import BeforeAfter, before_after, town_codes
from nextome_eval.models.did.evidence import (
    alone_in_arm,
    by_assignment,
    few_for_large_samples,
    refuse_one_cluster,
    without_error,
)
from nextome_eval.models.did.still_outcomes import waves_told
from nextome_eval.numerics.cluster_blocks import Floats, cluster_sums
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.numerics.mean_model import Link, mean_model
from nextome_eval.study.panel import Panel

__all__ = ["did_of_ratios"]


def did_of_ratios(
    panel: Panel,
    outcome: str,
    *,
    adjust: Sequence[str] = (),
    scale: Literal["ratio", "odds"] = "ratio",
) -> Estimates:
    """Estimate a ratio of ratios (counts, costs) or of odds ratios (yes-no outcomes).

    The mean is modelled as exp(.) ("ratio") or by a logit ("odds"), with wave effects and an arm
    effect before the beginning (each of the stratum, where strata hold both arms), and one effect
    of being treated after it.  It is the treated's relative change over the compared-to's,
    if untreated means would have changed by the same factor (or odds by the same odds ratio).
    With two waves and no strata it is the ratio of the four means' ratios.  The linear `did` of a
    yes-no outcome, in percentage points, rests on another assumption: show which one is meant.

    Parameters
    ----------
    panel : Panel
        Two arms; the treated begin at one time.
    outcome : str
        "ratio": numbers not below zero; "odds": 0 and 1.
    adjust : sequence of str
        Columns at the last wave before the beginning, with a slope before and one after.
    scale : "ratio" or "odds"

    Returns
    -------
    Estimates
        One row ``overall`` on the log scale inside, shown as a ratio; standard error by cluster
        with G / (G - 1), t with G - 1 degrees of freedom; none where an arm is a single cluster.

    Raises
    ------
    DataProblem
        Values that do not fit the scale; adjusters that add nothing.
    NotEstimable
        An arm with no event (or nothing but events) before or after; as `did`.

    Source
    ------
    Wooldridge (2023), "Simple approaches to nonlinear difference-in-differences with panel data".

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 4,
    ...                    "cost": [1.0, 5, 2, 7, 1, 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> did_of_ratios(panel, "cost").tidy()["estimate"].tolist()  # (12 / 3) / (8 / 4)
    [2.0]

    See METHODS.md: Ratio of ratios
    """
    if scale not in ("ratio", "odds"):
        raise DesignProblem("option_unknown", option="scale", value=scale, found=["ratio", "odds"])
    panel = by_assignment(panel)
    cut = before_after(panel, outcome, adjust)
    link: Link = "log" if scale == "ratio" else "logit"
    rows = np.flatnonzero(cut.rows)
    y = cut.outcome[rows]
    _fits(cut, y, link)
    towns, said = town_codes(panel)
    x = _columns(cut, rows, towns)
    weights = None if panel.weights is None else panel.weights[rows]
    fit = mean_model(y, x, link, weights)
    unit = panel.unit[rows]
    influence = cluster_sums(fit.influence[:, [0]], unit, panel.n)
    influence[~cut.kept] = np.nan
    clusters = np.unique(panel.cluster[cut.kept])
    refuse_one_cluster(panel, cut.kept)
    summed = np.bincount(panel.cluster, np.nan_to_num(influence[:, 0]))
    variance = len(clusters) / (len(clusters) - 1) * float(summed @ summed)
    named = "ratio of ratios" if scale == "ratio" else "ratio of odds ratios"
    est = Estimates(
        terms=pd.DataFrame({"term": ["overall"]}),
        value=fit.coefficients[:1],
        influence=influence,
        units=panel.units,
        cluster=panel.cluster,
        scale="log",
        method=f"difference in differences, {named}",
        model_covariance=np.array([[variance]]),
        reference=StudentT(np.array([len(clusters) - 1.0])),
        notes=(*cut.notes, *waves_told(panel, outcome, rows), *said),
        outcome=outcome,
    )
    if why := alone_in_arm(panel, cut.kept):
        return without_error(est, why)
    return replace(est, notes=(*est.notes, *few_for_large_samples(panel, cut.kept)))


def _columns(cut: BeforeAfter, rows: np.ndarray, towns: np.ndarray) -> Floats:
    """Treated now; then arm by stratum, wave by stratum, covariates before and after."""
    panel = cut.panel
    unit = panel.unit[rows]
    after = cut.after[rows].astype(np.float64)
    arm = panel.arm[unit].astype(np.float64)
    town = (towns[unit][:, None] == np.unique(towns)).astype(np.float64)
    wave = np.unique(panel.time[rows], return_inverse=True)[1]
    cell = towns[unit] * (wave.max() + 1) + wave
    waves = (cell[:, None] == np.unique(cell)).astype(np.float64)
    covariates = cut.covariates[unit]
    nuisance = np.hstack([waves, town * arm[:, None], covariates, covariates * after[:, None]])
    keep = independent_columns(nuisance)
    first = waves.shape[1] + town.shape[1]
    lost = {cut.terms[j % len(cut.terms)] for j, kept in enumerate(keep[first:]) if not kept}
    if lost:
        raise DataProblem("adjusters_repeat", columns=sorted(lost))
    treated = (arm * after)[:, None]
    together = np.hstack([nuisance[:, keep], treated])
    if not independent_columns(together)[-1]:
        raise NotEstimable(
            "wave_without_comparison",
            outcome=cut.name,
            waves=[f"{t:g}" for t in np.unique(panel.time[cut.after])],
            treated=panel.arm_labels[1],
            compared_to=panel.arm_labels[0],
        )
    return np.hstack([treated, nuisance[:, keep]])


def _fits(cut: BeforeAfter, y: Floats, link: Link) -> None:
    wrong = (y < 0) if link == "log" else ~np.isin(y, (0, 1))
    if wrong.any():
        units = cut.panel.units[np.unique(cut.panel.unit[np.flatnonzero(cut.rows)[wrong]])]
        code = "values_below_zero" if link == "log" else "values_not_yes_no"
        raise DataProblem(code, outcome=cut.name, units=list(units))
    for arm in (0, 1):
        for when, word in ((cut.before, "before"), (cut.after, "after")):
            inside = cut.outcome[
                when & cut.kept[cut.panel.unit] & (cut.panel.arm[cut.panel.unit] == arm)
            ]
            if not inside.any() or (link == "logit" and inside.all()):
                raise NotEstimable(
                    "cell_all_alike",
                    outcome=cut.name,
                    arm=cut.panel.arm_labels[arm],
                    when=word,
                    value=f"{inside[0]:g}",
                )
