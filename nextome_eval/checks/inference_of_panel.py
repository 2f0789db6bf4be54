"""The design table for difference in differences, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.design import DesignFacts
from nextome_eval.checks.gathered import Gathered
from nextome_eval.checks.leave_one_out import leave_one_out
from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.permutation import permutation_reference, permute
from nextome_eval.estimates.reference import StudentT
from nextome_eval.estimates.town_by_town import ibragimov_mueller, town_by_town
from nextome_eval.estimates.wild import wild_bootstrap
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.study.panel import Panel

__all__ = ["infer_panel"]

Method = Callable[[Any], Any]
FEW_DF = 4


def infer_panel(
    est: Estimates, fn: Method | None, panel: Panel, facts: DesignFacts, how: dict[str, Any]
) -> Inference:
    """Choose by the case of the design; `how` holds draws and seed."""
    gathered = Gathered()
    if fn is None:
        gathered.refuse("needs_function")
    row = {
        "households_within_towns": _households,
        "households": _households,
        "towns_many": _many_towns,
        "towns_few": _few_towns,
        "town_single": _single_town,
    }[facts.case]
    headline = row(est, fn, panel, facts, how, gathered)
    values = {"groups_pilot": facts.groups[1], "groups_control": facts.groups[0]}
    return Inference(
        case=facts.case,
        headline=headline,
        beside=gathered.beside,
        reason=Reason(f"infer_{facts.case}", values),
        refusals=tuple(gathered.refusals),
    )


def _households(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates:
    if fn is not None:
        _permuted(fn, panel, facts, how, gathered)
        if facts.within:
            by_town = town_by_town
            gathered.add("towns", lambda: by_town(fn, panel, by="strata"))
            if "towns" in gathered.beside:
                towns = gathered.beside["towns"]
                assert isinstance(towns, Estimates)
                gathered.add("towns_t", lambda: ibragimov_mueller(towns))
            gathered.add("leave_one_town_out", lambda: leave_one_out(fn, panel, by="strata"))
    gathered.refuse("for_these_towns" if facts.within else "for_these_households")
    return _flagged(_bias_reduced(est), gathered)


def _many_towns(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates:
    by_town = _clustered_by_assignment(est, panel)
    count = sum(facts.groups)
    if fn is not None:
        _permuted(fn, panel, facts, how, gathered)
        gathered.add("leave_one_town_out", lambda: leave_one_out(fn, panel, by=_level(panel)))
    if by_town.fit is not None:
        gathered.add(
            "wild_bootstrap", lambda: wild_bootstrap(by_town, draws=how["draws"], seed=how["seed"])
        )
    gathered.refuse("no_cr1")
    return _flagged(_wider(_jackknifed(by_town, count), _bias_reduced(by_town)), gathered)


def _few_towns(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates:
    from nextome_eval.models.did import did_of_cluster_means

    by_town = _clustered_by_assignment(est, panel)
    gathered.add("cr2", lambda: _bias_reduced(by_town))
    outcome = est.outcome
    headline: Estimates | None = None
    if outcome is not None:
        level = _level(panel)
        gathered.add(
            "ibragimov_mueller",
            lambda: did_of_cluster_means(panel, outcome, by=level, spread="separate"),
        )
        headline = did_of_cluster_means(panel, outcome, by=level)
    if fn is not None:
        _permuted(fn, panel, facts, how, gathered)
    gathered.refuse("no_cr1")
    if sum(facts.groups) <= 5:
        gathered.refuse("no_wild_bootstrap", clusters=sum(facts.groups))
    return _flagged(headline or _bias_reduced(by_town), gathered)


def _single_town(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> None:
    if fn is not None:
        _permuted(fn, panel, facts, how, gathered, name="placebo_rank")
    gathered.beside["estimate"] = replace(
        est, model_covariance=np.full((len(est), len(est)), np.nan), fit=None
    )
    gathered.refuse("no_inference_one_town")


def _permuted(
    fn: Method,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
    name: str = "permutation",
) -> None:
    gathered.add(name, lambda: permute(fn, panel, within=facts.within, **how))
    if facts.smallest_p > 0.05:
        gathered.refuse("permutation_cannot_reach", smallest_p=facts.smallest_p)
    elif name == "permutation":
        gathered.add("permutation_interval", lambda: _inverted(fn, panel, facts, how))


def _inverted(fn: Method, panel: Panel, facts: DesignFacts, how: dict[str, Any]) -> Estimates:
    def first(door: Panel) -> Estimates:
        whole: Estimates = fn(door)
        return whole.contrast(np.eye(1, len(whole)), [str(whole.terms["term"].iloc[0])])

    reference = permutation_reference(first, panel, within=facts.within, **how)
    return replace(first(panel), reference=reference, model_covariance=None)


def _level(panel: Panel) -> str:
    return "strata" if panel.design.assigned_by == "stratum" else "cluster"


def _clustered_by_assignment(est: Estimates, panel: Panel) -> Estimates:
    if panel.design.assigned_by != "stratum" or panel.strata is None:
        return est
    fit = est.fit.clustered(panel.strata) if isinstance(est.fit, LinearFit) else est.fit
    return replace(est.clustered(panel.strata), fit=fit)


def _bias_reduced(est: Estimates) -> Estimates:
    """CR2 with Satterthwaite degrees of freedom; G/(G-1) and t(G-1) where there is no fit."""
    if not isinstance(est.fit, LinearFit):
        return _by_influence(est)
    return replace(
        est, model_covariance=est.fit.covariance("CR2"), reference=StudentT(est.fit.df())
    )


def _by_influence(est: Estimates) -> Estimates:
    count = est.clusters
    if count < 2:
        raise NotEstimable("one_cluster")
    summed = est.clustered_influence
    return replace(
        est,
        model_covariance=count / (count - 1) * summed.T @ summed,
        reference=StudentT(np.full(len(est), count - 1.0)),
        shown_interval=None,
    )


def _jackknifed(est: Estimates, count: int) -> Estimates:
    if not isinstance(est.fit, LinearFit):
        return _by_influence(est)
    try:
        covariance = est.fit.covariance("CR3")
    except NotEstimable:
        covariance = est.fit.covariance("jackknife")
    reference = StudentT(np.full(len(est), count - 1.0))
    return replace(est, model_covariance=covariance, reference=reference)


def _wider(one: Estimates, other: Estimates) -> Estimates:
    widths = [high - low for low, high in (one.interval(0.95), other.interval(0.95))]
    return one if widths[0][0] >= widths[1][0] else other


def _flagged(est: Estimates, gathered: Gathered) -> Estimates:
    df = est.reference.df
    if df is not None and np.min(df) < FEW_DF:
        gathered.refuse("few_df", df=float(np.min(df)))
    return est
