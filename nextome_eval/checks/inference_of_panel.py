"""The design table for difference in differences, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.design import DesignFacts
from nextome_eval.checks.gathered import Gathered
from nextome_eval.checks.leave_one_out import leave_one_out
from nextome_eval.checks.lone_town import beside_lone_town
from nextome_eval.checks.small_samples import (
    bias_reduced,
    described,
    flagged,
    jackknifed,
    left_out_in_turn,
    wider,
)
from nextome_eval.estimates.bands import uniform_band
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
FEW_HOUSEHOLDS = 20  # under which G/(G-1) and t(G-1) are too sure of themselves


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
    _staggered(est, panel, how, gathered)
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
) -> Estimates | None:
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
    if isinstance(est.fit, LinearFit) and not any(est.refused):
        return flagged(bias_reduced(est), gathered)
    again = left_out_in_turn(est, fn, panel, "cluster")
    if again is None and (est.clusters < FEW_HOUSEHOLDS or any(est.refused)):
        gathered.beside["estimate"] = described(est)
        gathered.refuse("no_town_can_be_left_out")
        return None
    return flagged(again or bias_reduced(est), gathered)


def _many_towns(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates | None:
    by_town = _clustered_by_assignment(est, panel)
    if fn is not None:
        asked = _by_town(fn)
        _permuted(asked, panel, facts, how, gathered)
        gathered.add(
            "leave_one_town_out",
            lambda: leave_one_out(lambda door: bias_reduced(asked(door)), panel, by=_level(panel)),
        )
    gathered.refuse("no_cr1")
    if not isinstance(by_town.fit, LinearFit):
        return _by_leaving_out(by_town, fn, panel, facts, gathered)
    _weighed(by_town, gathered)
    if by_town.fit is not None:
        gathered.add(
            "wild_bootstrap", lambda: wild_bootstrap(by_town, draws=how["draws"], seed=how["seed"])
        )
    count = sum(facts.groups)
    return flagged(wider(jackknifed(by_town, count), bias_reduced(by_town)), gathered)


def _few_towns(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates | None:
    from nextome_eval.models.did import did_of_cluster_means

    by_town = _clustered_by_assignment(est, panel)
    linear = isinstance(by_town.fit, LinearFit)
    if linear:
        gathered.add("cr2", lambda: bias_reduced(by_town))
    outcome = est.outcome
    headline: Estimates | None = None
    if outcome is not None and _compares_means(est, panel):
        level = _level(panel)
        gathered.add(
            "ibragimov_mueller",
            lambda: did_of_cluster_means(panel, outcome, by=level, spread="separate"),
        )
        headline = did_of_cluster_means(panel, outcome, by=level)
    else:
        gathered.refuse("no_cluster_means")
    if fn is not None:
        _permuted(_by_town(fn), panel, facts, how, gathered)
    gathered.refuse("no_cr1")
    if sum(facts.groups) <= 5:
        gathered.refuse("no_wild_bootstrap", clusters=sum(facts.groups))
    if headline is None and not linear:
        return _by_leaving_out(by_town, fn, panel, facts, gathered)
    return flagged(headline or bias_reduced(by_town), gathered)


def _by_leaving_out(
    est: Estimates, fn: Method | None, panel: Panel, facts: DesignFacts, gathered: Gathered
) -> Estimates | None:
    """The whole analysis without each town in turn, t with the towns less one (two, if few)."""
    asked = None if fn is None else _by_town(fn)
    again = left_out_in_turn(est, asked, panel, _level(panel))
    if again is None:
        gathered.beside["estimate"] = described(est)
        gathered.refuse("no_town_can_be_left_out")
        return None
    df = sum(facts.groups) - (1 if min(facts.groups) >= 4 else 2)
    return flagged(replace(again, reference=StudentT(np.full(len(again), float(df)))), gathered)


def _staggered(est: Estimates, panel: Panel, how: dict[str, Any], gathered: Gathered) -> None:
    """Where beginnings differ: clusters of each cohort, and a band that rests on many."""
    begins = np.unique(panel.begins[panel.arm == 1])
    if len(begins) < 2:
        return
    by_town = _clustered_by_assignment(est, panel)
    count = [len(np.unique(by_town.cluster[panel.begins == g])) for g in begins]
    shown = ", ".join(f"{g:g}: {c}" for g, c in zip(begins, count, strict=True))
    gathered.refuse("clusters_per_cohort", cohorts=shown)
    if est.kind == "trajectory":
        gathered.add("band", lambda: uniform_band(by_town, draws=how["draws"], seed=how["seed"]))


def _compares_means(est: Estimates, panel: Panel) -> bool:
    """Whether towns' mean changes answer what was asked: a difference, one beginning."""
    begins = np.unique(panel.begins[panel.arm == 1])
    asked = isinstance(est.fit, LinearFit) or est.terms["term"].iloc[0] in ("overall", "treated")
    return asked and est.scale == "identity" and len(begins) == 1


def _single_town(
    est: Estimates,
    fn: Method | None,
    panel: Panel,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> None:
    if fn is not None:
        _permuted(_first_value(fn), panel, facts, how, gathered, name="placebo_rank")
    gathered.beside["estimate"] = described(est)
    if est.outcome is not None:
        beside_lone_town(est, panel, _level(panel), gathered)
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

    found = first(panel).supported()
    reference = permutation_reference(first, panel, within=facts.within, **how)
    return replace(found, reference=reference, model_covariance=None)


def _level(panel: Panel) -> str:
    return "strata" if panel.design.assigned_by == "stratum" else "cluster"


def _by_town(fn: Method) -> Method:
    """The same analysis, its evidence counted in what was assigned."""

    def asked(door: Panel) -> Estimates:
        return _clustered_by_assignment(fn(door), door)

    return asked


def _first_value(fn: Method) -> Method:
    """The first number alone: with one group in an arm nothing can studentise it."""
    return lambda door: float(fn(door).value[0])


def _weighed(est: Estimates, gathered: Gathered) -> None:
    """Say to how many equal groups these amount, and how much the heaviest weighs."""
    if not isinstance(est.fit, LinearFit):
        return
    share = est.fit.cluster_weights()
    gathered.refuse(
        "effective_groups",
        groups=len(share),
        effective=f"{len(share) / (1 + np.var(share * len(share))):.1f}",
        heaviest=f"{100 * share.max():.0f}",
    )


def _clustered_by_assignment(est: Estimates, panel: Panel) -> Estimates:
    if panel.design.assigned_by != "stratum" or panel.strata is None:
        return est
    fit = est.fit.clustered(panel.strata) if isinstance(est.fit, LinearFit) else est.fit
    return replace(est.clustered(panel.strata), fit=fit)
