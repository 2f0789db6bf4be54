"""The design table for time to an event, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nextome_eval.checks.design import DesignFacts
from nextome_eval.checks.gathered import Gathered
from nextome_eval.checks.late_entry import beginning, begun, late_entry
from nextome_eval.checks.shared_flats import by_flat, hazard_ratio, shared_flats
from nextome_eval.checks.small_samples import described
from nextome_eval.checks.town_means import town_restricted_means
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
    case = _case(spells, facts)
    firth = case != "survival"
    by_flat(spells, facts, gathered)
    headline: Estimates | Test | None
    if isinstance(answer, Test):
        headline = _of_test(answer, fn, spells, facts, how, gathered)
    elif _compares_hazards(answer):
        headline = _of_hazards(answer, spells, facts, how, gathered, firth)
    else:
        headline = _of_estimates(answer, fn, spells, facts, how, gathered)
    if isinstance(answer, Test) or not _compares_hazards(answer):
        gathered.add("cox", lambda: hazard_ratio(spells, facts, firth=firth))
    _restricted_mean(spells, facts, how, gathered)
    late_entry(fn, spells, gathered)
    _causes(spells, gathered)
    return _inference(case, headline, facts, gathered)


def _case(spells: Durations, facts: DesignFacts) -> str:
    if sum(facts.events or (0, 0)) < FEW_EVENTS:
        return "survival_few_events"
    try:
        hazard_ratio(spells, facts, firth=False)
    except NotEstimable as problem:
        if problem.code == "cox_no_maximum":
            return "survival_separation"
    return "survival"


def _compares_hazards(est: Estimates) -> bool:
    return est.scale == "log" and list(est.terms["term"])[:1] == ["arm"]


def _why(case: str, facts: DesignFacts) -> str:
    one_place = case == "survival" and facts.within is None
    return "infer_survival_one_place" if one_place else f"infer_{case}"


def _inference(
    case: str, headline: Estimates | Test | None, facts: DesignFacts, gathered: Gathered
) -> Inference:
    events = facts.events or (0, 0)
    values = {"events": sum(events), "groups_pilot": facts.groups[1], "limit": FEW_EVENTS}
    return Inference(
        case=case,
        headline=headline,
        beside=gathered.beside,
        reason=Reason(_why(case, facts), values),
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


def _of_hazards(
    est: Estimates,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
    firth: bool,
) -> Estimates | Test:
    """Firth's where the likelihood has no top or little ground; by flat where flats are shared."""
    test = _logrank(spells, facts, how)
    model = hazard_ratio(spells, facts, firth=True) if firth else _profiled(est, gathered)
    if not shared_flats(spells):
        gathered.beside["permutation"] = test
        return model
    robust = gathered.beside.pop("cox_by_flat", None)
    if isinstance(robust, Estimates) and not firth:
        gathered.beside["permutation"] = test
        return robust
    gathered.beside["cox"] = model
    return test


def _of_estimates(
    est: Estimates,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Estimates:
    if est.kind == "curve":
        return _of_curve(est, fn, spells)
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


def _of_curve(est: Estimates, fn: Method | None, spells: Durations) -> Estimates:
    """A curve keeps its own limits; it starts when every arm has five at risk."""
    if fn is None or not (spells.entry > 0).any() or beginning(spells) in (None, 0.0):
        return est
    later: Estimates = fn(begun(spells)[0])
    return later


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


def _causes(spells: Durations, gathered: Gathered) -> None:
    """Several ways to leave: each one's incidence, and Gray's test of the first."""
    if len(spells.causes) < 2:
        return
    from nextome_eval.models.survival import cumulative_incidence, gray

    first = next(iter(spells.causes.values()))
    gathered.add("cumulative_incidence", lambda: cumulative_incidence(spells, by="arm"))
    gathered.add("gray", lambda: gray(spells, by="arm", cause=first))


def _described(
    answer: Estimates | Test,
    fn: Method | None,
    spells: Durations,
    facts: DesignFacts,
    how: dict[str, Any],
    gathered: Gathered,
) -> Inference:
    if isinstance(answer, Estimates):
        gathered.beside["estimate"] = described(answer)
    if how["tau"] is not None:
        gathered.add("towns_t", lambda: town_restricted_means(spells, how["tau"]))
    if fn is not None:
        gathered.add("permutation", lambda: _permutation(fn, spells, facts, how))
    reached = facts.smallest_p <= 0.05
    code = "smallest_p" if reached else "permutation_cannot_reach"
    gathered.refuse(code, smallest_p=facts.smallest_p)
    return _inference("survival_towns", None, facts, gathered)
