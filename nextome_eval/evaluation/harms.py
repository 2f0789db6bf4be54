"""Adverse events by arm, and the people reached as the fund counts them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.adverse import EVENTS, adverse_events
from nextome_eval.study.persons import AGE_GROUPS, distinct_persons
from nextome_eval.words import words

__all__ = ["adverse", "reached"]


def adverse(study: Study) -> list[Exhibit]:
    """T11: households with an adverse event, and how many times it happened, by arm."""
    counts = adverse_events(study.records, study.plan)
    rows = pd.DataFrame([_happened(study, counts, event) for event in EVENTS])
    return [_shown(study, "T11", rows)]


def _happened(study: Study, counts: pd.DataFrame, event: str) -> dict[str, Any]:
    row: dict[str, Any] = {"term": event}
    for number, arm in (("1", study.plan.treated), ("0", study.plan.compared_to)):
        own = counts.loc[counts["arm"] == arm, event]
        events = int((own > 0).sum())
        row |= {f"events_{number}": events, f"n_{number}": len(own)}
        row |= {f"percent_{number}": 100 * events / len(own), f"times_{number}": int(own.sum())}
    return row


def reached(study: Study) -> list[Exhibit]:
    """T13: distinct third-country nationals by sex, age group, home given and town."""
    persons = distinct_persons(study.records, study.plan)
    if persons.empty:
        return []
    ours = persons[persons["third_country"].fillna(False).astype(bool)]
    parts = [_row(study, ours, "all", "all_persons")]
    for column, order in (
        ("sex", ("F", "M")),
        ("age_group", AGE_GROUPS),
        ("home_type", ("cohousing", "flat", "none")),
        ("municipality", study.plan.towns),
    ):
        parts += [_row(study, ours[ours[column] == v], column, str(v)) for v in order]
        parts.append(_row(study, ours[ours[column].isna()], column, "not_recorded"))
    parts.append(_row(study, persons[persons["third_country"].isna()], "others", "no_citizenship"))
    eu = persons[~persons["third_country"].fillna(True).astype(bool)]
    parts.append(_row(study, eu, "others", "eu_citizens"))
    rows = pd.DataFrame(parts)
    empty = (rows[["persons_1", "persons_0"]].sum(axis=1) == 0) & (rows["term"] == "not_recorded")
    return [_shown(study, "T13", rows[~empty].reset_index(drop=True))]


def _row(study: Study, persons: pd.DataFrame, group: str, term: str) -> dict[str, Any]:
    arms = {"1": study.plan.treated, "0": study.plan.compared_to}
    counts = {f"persons_{n}": int((persons["arm"] == arm).sum()) for n, arm in arms.items()}
    return {"group": f"by_{group}", "term": term, **counts}


def _shown(study: Study, number: str, rows: pd.DataFrame) -> Exhibit:
    said = words("study")["harms"]
    arms = {
        f"{name}_{arm}": {
            language: said[name][language].format(arm=study.labels[f"arm_{arm}"][language])
            for language in ("it", "en")
        }
        for name in ("times", "persons")
        for arm in ("1", "0")
    }
    return Exhibit.of_words(
        number,
        kind="counts",
        internal=True,  # few families; and persons, where the gate counts households
        answers={"rows": Summary(rows, {}, "counts")},
        **{**study.shared, "labels": study.labels | said | arms},
    )
