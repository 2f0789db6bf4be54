"""Take the effect out of the simulation and the findings say so; put it back and they say that."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from nextome_eval.evaluation.costs import costs
from nextome_eval.evaluation.findings import facts
from nextome_eval.evaluation.primary import definitions
from nextome_eval.evaluation.secondary import effects
from nextome_eval.evaluation.study import Study
from nextome_eval.reporting.release import release_exhibits
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.plan import Plan, read_plan

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example"
NULL_SEEDS = (101, 102, 103, 104, 105, 106)
OPEN = {
    "en": re.compile(r"do not show|compatible with effects from"),
    "it": re.compile(r"non mostrano|compatibil[ei] con effetti da"),
}
FINDINGS = 5  # independence, three wave outcomes, the cost
KEPT = ("independence", "stable_days", "who5", "neighbour_help", "service_cost_eur_month")


@cache
def found(seed: int, effect: float) -> dict[str, list[str]]:
    """The sentences that hold an estimate, in both languages, of one made-up pilot."""
    study = Study(_plan(seed), simulate_pilot(seed, effect=effect))
    exhibits = [*definitions(study), *effects(study), *costs(study)]
    shown = release_exhibits(exhibits, study.plan, profile="internal")
    paragraphs = facts(study, shown, {})["finding"]
    estimates = [p for p in paragraphs if re.search(r"interval|compatible", p["en"])]
    assert len(estimates) == FINDINGS
    return {language: [p[language] for p in estimates] for language in ("it", "en")}


def _plan(seed: int) -> Plan:
    plan = read_plan(EXAMPLE / "plan.toml")
    kept = tuple(outcome for outcome in plan.outcomes if outcome.id in KEPT)
    return replace(plan, draws=199, seed=seed, outcomes=kept, sensitivity=())


def clear(seed: int, effect: float, language: str) -> list[bool]:
    """Which of the findings claim a difference."""
    return [OPEN[language].search(sentence) is None for sentence in found(seed, effect)[language]]


@pytest.mark.parametrize("language", ["it", "en"])
def test_without_an_effect_clear_findings_are_as_rare_as_alpha_allows(language: str) -> None:
    claims = [claim for seed in NULL_SEEDS for claim in clear(seed, 0.0, language)]
    assert len(claims) == FINDINGS * len(NULL_SEEDS)
    assert sum(claims) <= 4  # 30 findings at 5 %: five or more happen in 2 % of such sets


@pytest.mark.parametrize("language", ["it", "en"])
def test_with_the_effects_the_findings_claim_what_was_put_in(language: str) -> None:
    seeds = NULL_SEEDS[:2]
    for seed in seeds:
        claims = clear(seed, 1.0, language)
        assert claims[3], seed  # help from neighbours
        assert not claims[2], seed  # nothing was put into wellbeing
    assert any(clear(seed, 1.0, language)[0] for seed in seeds)


def test_both_languages_claim_the_same() -> None:
    for seed in NULL_SEEDS:
        assert clear(seed, 0.0, "it") == clear(seed, 0.0, "en")


def test_nobody_is_ever_told_that_there_is_no_effect() -> None:
    for seed in NULL_SEEDS:
        told = found(seed, 0.0)
        assert not [s for s in told["en"] if re.search(r"\bno effect|had no\b|not significant", s)]
        assert not [s for s in told["it"] if re.search(r"nessun effetto|non significativ", s)]
