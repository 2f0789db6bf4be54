"""The row of the design table for a status known only at visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.design import DesignFacts, problem_reason
from nextome_eval.checks.gathered import Gathered
from nextome_eval.checks.shared_flats import MANY_CLUSTERS, hazard_ratio, shared_flats
from nextome_eval.checks.small_samples import bias_reduced, described
from nextome_eval.checks.spacing_test import spacing_differs, spacing_test, times_as_long
from nextome_eval.errors import DesignProblem, NextomeProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.permutation import permute
from nextome_eval.estimates.test import Test
from nextome_eval.study.durations import Durations

__all__ = ["infer_intervals"]

Method = Callable[[Any], Any]
Answer = Estimates | Test


def infer_intervals(
    asked: Answer | Method, spells: Durations, facts: DesignFacts, how: dict[str, Any]
) -> Inference:
    """Turnbull's curves and an interval-censored ratio lead; exact dates only if visits allow."""
    gathered = Gathered()
    fn = asked if callable(asked) else None
    if fn is None:
        gathered.refuse("needs_function")
    answer, exact = _answered(asked, spells, gathered)
    alike = _alike(spells, facts, how, gathered)
    _curves(spells, gathered)
    _tests(answer, fn, spells, facts, how, gathered, dealt=alike is not False)
    ratio = _ratio(answer, spells, facts, gathered)
    few = sum(facts.events or (0, 0)) < 20
    gathered.add("midpoint", lambda: hazard_ratio(_dated(spells, "middle"), facts, firth=few))
    if exact is not None and alike:
        for name, at in (("asked_at_midpoints", "middle"), ("asked_at_visits", "visit")):
            gathered.add(name, lambda at=at: exact(_dated(spells, at)))  # type: ignore[misc]
    return _inference(answer, ratio, spells, facts, gathered)


def _answered(
    asked: Answer | Method, spells: Durations, gathered: Gathered
) -> tuple[Answer | None, Method | None]:
    """What was asked; a method that needs exact dates comes back to be given dates, or not."""
    if not callable(asked):
        return asked, None
    try:
        answer = asked(spells)
    except DesignProblem as problem:
        if problem.code != "exact_times_needed":
            raise
        return None, asked
    except NotEstimable as problem:
        gathered.refusals.append(problem_reason(problem))
        return None, None
    if not isinstance(answer, (Estimates, Test)):
        raise DesignProblem("infer_needs_answer", found=type(answer).__name__)
    return answer, None


def _alike(
    spells: Durations, facts: DesignFacts, how: dict[str, Any], gathered: Gathered
) -> bool | None:
    """Whether both arms were visited alike, None where no visits can be compared; told if not."""
    try:
        test = spacing_test(spells, strata=facts.within)
    except NextomeProblem as problem:
        gathered.refusals.append(problem_reason(problem))
        gathered.refuse("exact_dates_unchecked")
        return None
    if test.statistic > 0:
        dealt = _permuted(lambda door: spacing_test(door, strata=facts.within), spells, facts, how)
        test = replace(dealt, table=test.table)
    gathered.beside["visit_spacing"] = test
    unlike = spacing_differs(test, test.p_value)
    if unlike:
        arm, _ = times_as_long(test)
        assert test.table is not None
        row = test.table[test.table["group"].astype(str) == arm].iloc[0]
        own, others = (float(row[name]) for name in ("mean_width", "others_width"))
        gathered.refuse("exact_dates_refused", arm=arm, own=own, others=others, p=test.p_value)
    return not unlike


def _curves(spells: Durations, gathered: Gathered) -> None:
    from nextome_eval.models.survival import turnbull

    gathered.add("npmle", lambda: turnbull(spells, by="arm"))


def _tests(
    answer: Answer | None,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
    *,
    dealt: bool,
) -> None:
    """The score test for intervals within towns, or the test asked, by dealing the arms.

    Where visits differ by arm dealing would mix visits with events: the information form then.
    """
    from nextome_eval.models.survival import interval_test

    def score(door: Durations) -> Test:
        return interval_test(door, strata=facts.within)

    repeated: Method = score
    if isinstance(answer, Test):
        gathered.beside["asymptotic"] = answer
        repeated = score if fn is None else fn
        if facts.within and "stratified" not in answer.method:
            gathered.refuse("unstratified_test")
    if not dealt:
        gathered.refuse("visits_not_dealt")
        gathered.add(
            "score", lambda: interval_test(spells, strata=facts.within, form="information")
        )
        return
    gathered.add("permutation", lambda: _permuted(repeated, spells, facts, how))


def _ratio(
    answer: Answer | None, spells: Durations, facts: DesignFacts, gathered: Gathered
) -> Estimates | None:
    """The hazard ratio asked, or Weibull's with towns as covariates where these can be told apart.

    With its profile-likelihood interval; by flat, G/(G-1) and t, where enough flats are shared.
    """
    from nextome_eval.models.survival import interval_hazard, profile_interval

    flats = shared_flats(spells)
    robust = "cluster" if flats and len(np.unique(spells.cluster)) >= MANY_CLUSTERS else None
    if flats:
        gathered.refuse("flats_dealt_whole", clusters=len(np.unique(spells.cluster)))
    est = answer if isinstance(answer, Estimates) and _compares_hazards(answer) else None
    try:
        towns = est is None and facts.within is not None
        if towns:
            est = _given_towns(spells, robust, gathered)
        if est is None:
            est = interval_hazard(spells, ["arm"], robust=robust)
        est = bias_reduced(est.clustered(spells.cluster)) if robust else profile_interval(est)
        return est.where(term="arm") if towns else est
    except NextomeProblem as problem:
        gathered.refusals.append(problem_reason(problem))
        return None


def _given_towns(spells: Durations, robust: str | None, gathered: Gathered) -> Estimates | None:
    from nextome_eval.models.survival import interval_hazard

    try:
        return interval_hazard(spells, ["arm", "strata"], robust=robust)
    except NotEstimable:
        gathered.refuse("interval_ratio_without_towns")
        return None


def _compares_hazards(est: Estimates) -> bool:
    return est.scale == "log" and list(est.terms["term"])[:1] == ["arm"]


def _inference(
    answer: Answer | None,
    ratio: Estimates | None,
    spells: Durations,
    facts: DesignFacts,
    gathered: Gathered,
) -> Inference:
    events = facts.events or (0, 0)
    beside, case = gathered.beside, "intervals"
    headline: Answer | None
    few_flats = shared_flats(spells) and len(np.unique(spells.cluster)) < MANY_CLUSTERS
    if spells.design.assigned_by != "household":
        headline, case = None, "intervals_towns"
        curves = beside.get("npmle")
        if isinstance(curves, Estimates):
            beside["npmle"] = described(curves)
        for name in ("midpoint", "asymptotic"):
            beside.pop(name, None)
        if ratio is not None:
            beside["interval_hazard"] = described(ratio)
        code = "smallest_p" if facts.smallest_p <= 0.05 else "permutation_cannot_reach"
        gathered.refuse(code, smallest_p=facts.smallest_p)
    elif isinstance(answer, Estimates) and not _compares_hazards(answer):
        headline = answer
        if answer.kind == "curve":
            beside.pop("npmle", None)
        if ratio is not None:
            beside["interval_hazard"] = ratio
    elif isinstance(answer, Test) or ratio is None or few_flats:
        headline = beside.pop("permutation", None) or beside.pop("score", None)
        if ratio is not None:
            beside["interval_hazard"] = ratio
        case = "intervals" if ratio is not None else "intervals_no_ratio"
    else:
        headline = ratio
    return Inference(
        case=case,
        headline=headline,
        beside=beside,
        reason=Reason(f"infer_{case}", {"events": sum(events)}),
        refusals=tuple(gathered.refusals),
    )


def _permuted(fn: Method, spells: Durations, facts: DesignFacts, how: dict[str, Any]) -> Test:
    return permute(fn, spells, within=facts.within, draws=how["draws"], seed=how["seed"])


def _dated(spells: Durations, at: str) -> Durations:
    from nextome_eval.models.survival import dated

    return dated(spells, at=at)
