"""The primary outcome: independent housing, under its three nested definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.checks.hazards import proportional_hazards
from nextome_eval.checks.inference import infer
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.estimates.test import Test
from nextome_eval.evaluation.study import Study, unit_words
from nextome_eval.models.survival import cox, kaplan_meier, logrank, rmst
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.durations import Durations
from nextome_eval.study.outcomes import Definition, outcome_named
from nextome_eval.words import words

__all__ = ["Primary", "curves", "definitions", "primary_answers", "primary_definition"]


FEW_AT_RISK = 30
_NESTED = (("contract", "dwelling"), ("unsupported", "contract"))


@dataclass(frozen=True, eq=False)
class Primary:
    """What one definition of independence gives."""

    definition: str
    spells: Durations
    inference: Inference

    @property
    def difference(self) -> Estimates | None:
        """Difference in mean months without a home of one's own, up to tau.

        Where whole towns were assigned, of the towns' means; None where the design gives none.
        """
        beside = self.inference.beside
        return _estimates(beside.get("rmst", beside.get("towns_t")))

    @property
    def ratio(self) -> Estimates | None:
        """Hazard ratio of the arms, where the model can be fitted and the design allows it."""
        return _estimates(self.inference.beside.get("cox"))

    @property
    def test(self) -> Test | None:
        """The permutation test that leads, where one does."""
        found = self.inference.headline
        return found if isinstance(found, Test) else None


def _estimates(found: object) -> Estimates | None:
    return found if isinstance(found, Estimates) else None


@cache
def primary_answers(study: Study) -> dict[str, Primary]:
    """Return the answers for each definition, the plan's first."""
    first = primary_definition(study).name
    names = [first, *(n for n in outcome_named("independence").definitions if n != first)]
    return {name: _answer(study, name) for name in names}


def primary_definition(study: Study) -> Definition:
    """Return the definition of independence that the plan leads with."""
    planned = study.plan.outcome("independence").definition
    return outcome_named("independence").definition(planned)


def _answer(study: Study, definition: str) -> Primary:
    spells = study.spells(definition)
    plan = study.plan
    chosen = infer(_stratified(spells), spells, tau=plan.tau, draws=plan.draws, seed=plan.seed)
    if chosen.case != "survival_towns" and "rmst" not in chosen.beside:
        rmst(spells, by="arm", tau=plan.tau)  # says why it cannot be given
    return Primary(definition, spells, chosen)


def _stratified(spells: Durations) -> Callable[[Durations], Test]:
    strata = "strata" if spells.design.assigned_by == "household" else None
    return lambda door: logrank(door, by="arm", strata=strata)


def definitions(study: Study) -> list[Exhibit]:
    """T5: events, mean months, hazard ratio and permutation p under each definition."""
    answers = primary_answers(study)
    named = outcome_named("independence")
    order = list(named.definitions)
    rows = [row for name in order for row in _rows(answers[name], study.plan.level)]
    planned = study.plan.outcome("independence").definition
    labels = dict(study.labels) | {
        name: {"it": f"{d.it} ({d.id})", "en": f"{d.en} ({d.id})"}
        for name, d in named.definitions.items()
    }
    lead = answers[planned or order[0]].inference
    return [
        Exhibit.of_words(
            "T5",
            kind="outcomes",
            answers={"rows": Summary.of_kind(pd.DataFrame(rows), "outcomes", nested=_NESTED)},
            outcome="independence",
            definition=named.definition(planned).id,
            unit=unit_words(named.unit),
            reasons=(lead.reason, *lead.refusals),
            **{**study.shared, "labels": labels},
        )
    ]


def _rows(answer: Primary, level: float) -> list[dict[str, Any]]:
    spells = answer.spells
    happened = np.bincount(spells.arm[spells.unit[spells.event == 1]], minlength=2)
    held = np.bincount(spells.arm, minlength=2)
    defined = outcome_named("independence").definition(answer.definition)
    counts: dict[str, Any] = {"term": answer.definition, "definition": defined.id}
    for arm in (1, 0):
        counts |= {
            f"events_{arm}": int(happened[arm]),
            f"n_{arm}": int(held[arm]),
            f"percent_{arm}": 100 * happened[arm] / held[arm],
        }
    if answer.difference is None:
        return [counts | _measured("rmst_difference", None) | _ranked(None)]
    tidy = answer.difference.tidy(level).iloc[0]
    beside = answer.inference.beside.get("rmst_permutation")
    rows = [counts | _measured("rmst_difference", tidy) | _ranked(beside)]
    if answer.ratio is not None:
        rows.append(
            counts
            | _measured("hazard_ratio", answer.ratio.tidy(level).iloc[0])
            | _ranked(answer.test)
        )
    return rows


def _measured(measure: str, tidy: Any) -> dict[str, Any]:
    names = ("estimate", "conf_low", "conf_high", "p_value")
    return {"measure": measure} | {name: np.nan if tidy is None else tidy[name] for name in names}


def _ranked(test: Any) -> dict[str, Any]:
    """The permutation's p-value with its numerator and denominator, where there is one."""
    if not isinstance(test, Test):
        return {"numerator": np.nan, "denominator": np.nan}
    return {
        "p_value": test.p_value,
        "numerator": test.numerator,
        "denominator": test.denominator,
    }


def curves(study: Study) -> list[Exhibit]:
    """F4 and T8: the share still without a home of their own, month by month."""
    plan = study.plan
    answer = next(iter(primary_answers(study).values()))
    spells = answer.spells
    definition = primary_definition(study)
    few = min(study.arms.values()) < FEW_AT_RISK
    curve = kaplan_meier(spells, by="arm", interval="beta-product" if few else "log-log")
    more: dict[str, Any] = {
        "outcome": "independence",
        "definition": definition.id,
        "unit": unit_words("months"),
        **study.shared,
    }
    arms = rmst(spells, by="arm", tau=plan.tau).where(term=[str(a) for a in spells.arm_labels])
    table: dict[str, Any] = {"curve": curve, "rmst": arms}
    if answer.difference is not None:
        table["difference"] = answer.difference
    if answer.ratio is not None:
        table["cox"] = answer.ratio
        table["ph"] = proportional_hazards(cox(spells, ["arm"], strata="strata"))
    labels = study.labels | words("study")["survival"]
    if few:
        more["reasons"] = (Reason("beta_product", {"limit": FEW_AT_RISK}),)
    return [
        Exhibit.of_words("F4", kind="curve", answers={"curve": curve}, **more),
        Exhibit.of_words("T8", kind="life_table", answers=table, **{**more, "labels": labels}),
    ]
