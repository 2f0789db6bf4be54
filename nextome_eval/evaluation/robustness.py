"""How well the findings hold: the plan's sensitivity analyses of the primary outcome, T10."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.checks.leave_one_out import leave_one_out
from nextome_eval.checks.loss_bounds import CASES, loss_bounds
from nextome_eval.checks.unmeasured import evalue
from nextome_eval.errors import NextomeProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.primary import primary_answers, primary_definition
from nextome_eval.evaluation.study import Study
from nextome_eval.models.survival import cox, rmst
from nextome_eval.models.survival.censoring_weights import censoring_weights
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.durations import Durations
from nextome_eval.words import words

__all__ = ["sensitivity"]

Rows = list[dict[str, Any]]


def sensitivity(study: Study) -> list[Exhibit]:
    """T10: the primary difference in mean months, asked otherwise."""
    spells = next(iter(primary_answers(study).values())).spells
    asked: dict[str, Callable[[Study, Durations], Rows]] = {
        "definitions": _definitions,
        "unadjusted": _unstratified,
        "leave_one_town_out": _without_towns,
        "leave_one_household_out": _without_households,
        "worst_case": _worst_cases,
        "attrition_weights": _loss_weighted,
        "cox": _adjusted_cox,
        "evalue": _unmeasured,
    }
    rows: Rows = []
    whole_towns = spells.design.assigned_by != "household"
    for name in study.plan.sensitivity:
        # with whole towns assigned, what repeats the analysis by household would seem too sure
        if name in asked and (name == "definitions" or not whole_towns):
            rows += _or_refused(asked[name], study, spells, name)
    if not rows:
        return []
    summary = Summary.of_kind(pd.DataFrame(rows), "sensitivity")
    definition = primary_definition(study)
    return [
        Exhibit.of_words(
            "T10",
            kind="sensitivity",
            answers={"rows": summary},
            outcome="independence",
            definition=definition.id,
            reasons=(Reason("sensitivity_intervals"),),
            **{**study.shared, "labels": study.labels | words("study")["sensitivity"]},
        )
    ]


def _or_refused(
    compute: Callable[[Study, Durations], Rows], study: Study, spells: Durations, name: str
) -> Rows:
    try:
        return compute(study, spells)
    except NextomeProblem:
        empty = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
        return [{"term": name, "level": "", "measure": "not_estimable", **empty}]


def _difference(study: Study) -> Callable[[Durations], Estimates]:
    return lambda door: rmst(door, by="arm", tau=study.plan.tau).where(term="difference")


def _row(study: Study, term: str, level: str, measure: str, est: Estimates) -> dict[str, Any]:
    tidy = est.tidy(study.plan.level).iloc[0]
    return {
        "term": term,
        "level": level,
        "measure": measure,
        "estimate": tidy["estimate"],
        "conf_low": tidy["conf_low"],
        "conf_high": tidy["conf_high"],
    }


def _definitions(study: Study, spells: Durations) -> Rows:
    return [
        _row(study, "definitions", name, "rmst_difference", answer.difference)
        for name, answer in primary_answers(study).items()
        if answer.difference is not None
    ]


def _unstratified(study: Study, spells: Durations) -> Rows:
    return [_row(study, "unadjusted", "", "hazard_ratio", cox(spells, ["arm"]))]


def _without_towns(study: Study, spells: Durations) -> Rows:
    left = leave_one_out(_difference(study), spells, by="strata")
    return [
        _row(study, "leave_one_town_out", str(town), "rmst_difference", left.where(left_out=town))
        for town in left.terms["left_out"]
    ]


def _without_households(study: Study, spells: Durations) -> Rows:
    """The two extremes only: no household is named."""
    left = leave_one_out(_difference(study), spells, by="household")
    rows = []
    for level, where in (("lowest", np.argmin(left.value)), ("highest", np.argmax(left.value))):
        one = left.where(left_out=left.terms["left_out"].iloc[int(where)])
        rows.append(_row(study, "leave_one_household_out", level, "rmst_difference", one))
    return rows


def _worst_cases(study: Study, spells: Durations) -> Rows:
    """Households lost before the end: none of them, or all of them, reached independence."""
    bounds = loss_bounds(_difference(study), spells, until=study.plan.follow_up_months)
    levels = dict(zip(CASES, ("none", "all", "against_pilot", "for_pilot"), strict=True))
    return [
        _row(study, "worst_case", level, "rmst_difference", bounds.where(lost=case))
        for case, level in levels.items()
    ]


def _loss_weighted(study: Study, spells: Durations) -> Rows:
    """Those still followed stand for those lost with as many children."""
    weighted = censoring_weights(spells, adjust=["minors_n"])
    est = _difference(study)(weighted)
    return [_row(study, "attrition_weights", "minors_n", "rmst_difference", est)]


def _adjusted_cox(study: Study, spells: Durations) -> Rows:
    est = cox(spells, ["arm", "minors_n"], strata="strata")
    return [_row(study, "cox", "minors_n", "hazard_ratio", est.where(term="arm"))]


def _unmeasured(study: Study, spells: Durations) -> Rows:
    """What something unmeasured would need, to explain the estimate or its limit away."""
    ratio = next(iter(primary_answers(study).values())).ratio
    if ratio is None:
        return []
    needed = evalue(ratio, level=study.plan.level).iloc[0]
    return [
        {"term": "evalue", "level": level, "measure": "e_value", "estimate": needed[column]}
        for level, column in (("of_estimate", "e_value"), ("of_limit", "e_value_limit"))
    ]
