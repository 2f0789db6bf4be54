"""Who took part: recruitment, flow, balance, losses, missing answers, the calendar."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nextome_eval.checks.attrition import attrition
from nextome_eval.checks.balance import balance
from nextome_eval.checks.completeness import completeness
from nextome_eval.checks.flow import flow
from nextome_eval.checks.lost_retained import lost_and_retained
from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.clock import left_out

__all__ = ["balanced", "calendar", "compared", "flowed", "lost", "missing", "recruited"]

BASELINE = (
    "household_type",
    "head_sex",
    "head_age_years",
    "members_n",
    "minors_n",
    "years_in_italy",
    "permit",
    "origin",
    "net_income_eur_month",
    "income_support",
)


def compared(study: Study) -> list[Exhibit]:
    """T1: the pilot beside current services, as the plan describes them."""
    described: list[dict[str, Any]] = study.plan.text.get("compared", [])
    if not described:
        return []
    rows = pd.DataFrame(
        [
            {"term": f"compared_{i}"}
            | {
                f"{who}_{lang}": entry[who][lang]
                for who in ("pilot", "services")
                for lang in entry[who]
            }
            for i, entry in enumerate(described)
        ]
    )
    labels = {f"compared_{i}": entry["what"] for i, entry in enumerate(described)}
    labels |= {"pilot": study.labels["arm_1"], "services": study.labels["arm_0"]}
    summary = Summary(rows, {}, "text")
    return [Exhibit.of_words("T1", kind="text", answers={"rows": summary}, labels=labels)]


def recruited(study: Study) -> list[Exhibit]:
    """T2: households by town and arm."""
    return [
        Exhibit.of_words(
            "T2", kind="recruitment", answers={"rows": study.check.towns}, **study.shared
        )
    ]


def flowed(study: Study) -> list[Exhibit]:
    """F1: boxes that sum, with the reasons for loss."""
    reasons = left_out(study.records, study.plan)["reason"].astype(str).value_counts()
    excluded = {str(reason): int(count) for reason, count in reasons.items()}
    rows = flow(study.panel, excluded=excluded or None)
    return [Exhibit.of_words("F1", kind="flow", answers={"rows": rows}, **study.shared)]


def balanced(study: Study) -> list[Exhibit]:
    """T3 and F2: how alike the arms were at the start."""
    rows = balance(study.panel, adjust=[*BASELINE, *_waves(study)])
    return [
        Exhibit.of_words(number, kind=kind, answers={"rows": rows}, **study.shared)
        for number, kind in (("T3", "balance"), ("F2", "love"))
    ]


def lost(study: Study) -> list[Exhibit]:
    """T4: who was lost, and when."""
    followed = attrition(study.panel)
    named = ["head_age_years", "minors_n", "years_in_italy", *_waves(study)]
    answers = {"followed": followed, "lost": lost_and_retained(study.panel, named)}
    return [Exhibit.of_words("T4", kind="attrition", answers=answers, **study.shared)]


def missing(study: Study) -> list[Exhibit]:
    """F10: which answers are missing, by wave and arm."""
    rows = completeness(study.panel, _waves(study))
    return [Exhibit.of_words("F10", kind="missingness", answers={"rows": rows}, **study.shared)]


def _waves(study: Study) -> list[str]:
    return [planned.id for planned, _ in study.planned("wave")]


def calendar(study: Study) -> list[Exhibit]:
    """F11: when households entered, against what else happened."""
    held = study.records.households
    held = held[held["municipality"].isin(study.plan.towns)]
    months = held["referral_date"].dt.strftime("%Y-%m")
    counts = pd.crosstab(months, held["arm"])
    span = pd.period_range(months.min(), months.max(), freq="M").astype(str)
    counts = counts.reindex(span, fill_value=0)
    entries = pd.DataFrame(
        {
            "term": "entries",
            "month": span,
            "n_1": counts.get(study.plan.treated, 0),
            "n_0": counts.get(study.plan.compared_to, 0),
        }
    ).reset_index(drop=True)
    answers: dict[str, Any] = {"entries": Summary.of_kind(entries, "calendar")}
    events = study.plan.folder / "policy_events.csv"
    if events.exists():
        told = pd.read_csv(events, sep=";", dtype="string").fillna("")
        told = told.rename(columns={"it": "label_it", "en": "label_en"})
        told.insert(0, "term", [f"event_{i}" for i in range(len(told))])
        answers["events"] = Summary(told, {}, "text")
    return [Exhibit.of_words("F11", kind="calendar", answers=answers, **study.shared)]
