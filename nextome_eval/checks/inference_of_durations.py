"""The design table for time to an event, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.checks.design import DesignFacts
from nextome_eval.checks.gathered import Gathered
from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.permutation import permutation_reference, permute
from nextome_eval.estimates.reference import Permuted
from nextome_eval.estimates.test import Test
from nextome_eval.study.durations import Durations

__all__ = ["infer_durations"]

Method = Callable[[Any], Any]
FEW_EVENTS = 20
MANY_CLUSTERS = 20


def infer_durations(
    answer: Estimates | Test,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
) -> Inference:
    """Choose by events, towns and flats; `how` holds tau, draws and seed."""
    gathered = Gathered()
    if fn is None:
        gathered.refuse("needs_function")
    if spells.design.assigned_by != "household":
        return _described(answer, fn, spells, facts, how, gathered)
    few = sum(facts.events or (0, 0)) < FEW_EVENTS
    headline: Estimates | Test | None
    if isinstance(answer, Test):
        headline = _of_test(answer, fn, spells, facts, how, gathered)
    else:
        headline = _of_estimates(answer, fn, spells, facts, how, gathered)
    if isinstance(answer, Test) or answer.scale != "log":
        gathered.add("cox", lambda: _cox(spells, facts, firth=few))
    _restricted_mean(spells, facts, how, gathered)
    _flats(spells, facts, gathered)
    case = "survival_few_events" if few else "survival"
    return _inference(case, headline, facts, gathered)


def _inference(
    case: str, headline: Estimates | Test | None, facts: DesignFacts, gathered: Gathered
) -> Inference:
    events = facts.events or (0, 0)
    values = {"events": sum(events), "groups_pilot": facts.groups[1], "limit": FEW_EVENTS}
    return Inference(
        case=case,
        headline=headline,
        beside=gathered.beside,
        reason=Reason(f"infer_{case}", values),
        refusals=tuple(gathered.refusals),
    )


def _of_test(
    test: Test,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Test | None:
    gathered.beside["asymptotic"] = test
    if facts.within and "stratified" not in test.method:
        gathered.refuse("unstratified_test")
    return None if fn is None else _permutation(fn, spells, facts, how)


def _of_estimates(
    est: Estimates,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates:
    if est.scale == "log" and list(est.terms["term"])[:1] == ["arm"]:
        gathered.add("permutation", lambda: _logrank(spells, facts, how))
        few = sum(facts.events or (0, 0)) < FEW_EVENTS
        return _cox(spells, facts, firth=True) if few else _profiled(est, gathered)
    if fn is None:
        return est
    row = _row_compared(est)

    def compared(door: Durations) -> Estimates:
        whole: Estimates = fn(door)
        return whole.where(term=row)

    reference = permutation_reference(
        compared, spells, within=facts.within, draws=how["draws"], seed=how["seed"]
    )
    gathered.add("permutation", lambda: _permutation(compared, spells, facts, how))
    return replace(compared(spells), reference=reference, shown_interval=None)


def _row_compared(est: Estimates) -> str:
    terms = list(est.terms["term"])
    return "difference" if "difference" in terms else str(terms[0])


def _permutation(fn: Method, spells: Durations, facts: DesignFacts, how: dict[str, Any]) -> Test:
    return permute(fn, spells, within=facts.within, draws=how["draws"], seed=how["seed"])


def _logrank(spells: Durations, facts: DesignFacts, how: dict[str, Any]) -> Test:
    from nextome_eval.models.survival import logrank

    return _permutation(
        lambda door: logrank(door, by="arm", strata=facts.within), spells, facts, how
    )


def _cox(spells: Durations, facts: DesignFacts, *, firth: bool) -> Estimates:
    from nextome_eval.models.survival import cox, profile_interval

    est = cox(spells, ["arm"], strata=facts.within, firth=firth)
    return est if firth else profile_interval(est)


def _profiled(est: Estimates, gathered: Gathered) -> Estimates:
    from nextome_eval.models.survival import profile_interval

    try:
        return profile_interval(est)
    except NotEstimable:
        gathered.refuse("no_profile")
        return est


def _restricted_mean(
    spells: Durations, facts: DesignFacts, how: dict[str, Any], gathered: Gathered
) -> None:
    from nextome_eval.models.survival import rmst

    tau = how["tau"]
    if tau is None:
        gathered.refuse("rmst_needs_tau")
        return

    def difference(door: Durations) -> Estimates:
        return rmst(door, by="arm", tau=tau).where(term="difference")

    def with_permutation() -> Estimates:
        reference = permutation_reference(
            difference, spells, within=facts.within, draws=how["draws"], seed=how["seed"]
        )
        return replace(difference(spells), reference=reference)

    gathered.add("rmst", with_permutation)
    found = gathered.beside.get("rmst")
    if isinstance(found, Estimates):
        gathered.beside["rmst_permutation"] = _ranked(found)


def _ranked(est: Estimates) -> Test:
    """The permutation test that lies in an estimate's own reference."""
    assert isinstance(est.reference, Permuted)
    numerator, denominator = est.reference.counts(est.value, est.std_error, 0.0)
    return Test(
        statistic=float(est.value[0] / est.std_error[0]),
        df=None,
        p_value=float(numerator[0] / denominator),
        method=f"studentised permutation: {est.method}",
        null="treatment changed no household's time",
        numerator=int(numerator[0]),
        denominator=denominator,
    )


def _flats(spells: Durations, facts: DesignFacts, gathered: Gathered) -> None:
    """Shared flats: robust by flat where there are enough, otherwise flats are dealt whole."""
    flats = len(np.unique(spells.cluster))
    if flats == spells.n:
        return
    gathered.refuse("flats_dealt_whole", clusters=flats)
    if flats < MANY_CLUSTERS:
        return
    from nextome_eval.estimates.reference import StudentT
    from nextome_eval.models.survival import cox

    def robust() -> Estimates:
        est = cox(spells, ["arm"], strata=facts.within, robust="cluster")
        count = est.clusters
        covariance = est.covariance * count / (count - 1)
        return replace(
            est, model_covariance=covariance, reference=StudentT(np.full(len(est), count - 1.0))
        )

    gathered.add("cox_by_flat", robust)


def _described(
    answer: Estimates | Test,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Inference:
    if isinstance(answer, Estimates):
        gathered.beside["estimate"] = answer
    if fn is not None:
        gathered.add("permutation", lambda: _permutation(fn, spells, facts, how))
    gathered.refuse("permutation_cannot_reach", smallest_p=facts.smallest_p)
    return _inference("survival_towns", None, facts, gathered)
