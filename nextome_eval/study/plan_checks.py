"""Whether a plan can be carried out: each rule a sentence that says what to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from nextome_eval.errors import DesignProblem
from nextome_eval.study.outcomes import outcome_named
from nextome_eval.study.tables import MUNICIPALITIES

__all__ = ["FLOOR", "SENSITIVITY", "check_plan"]

FLOOR = 3  # Regole deontologiche, provv. Garante 515/2018
LEVEL = 0.95  # the report's words and tables speak of 95 % intervals
SENSITIVITY = (
    "definitions",
    "unadjusted",
    "leave_one_town_out",
    "leave_one_household_out",
    "worst_case",
    "attrition_weights",
    "cox",
    "evalue",
)
_LEVELS = ("household", "municipality")
_NEEDED: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "arms": {"treated": str, "compared_to": str, "labels": dict},
    "assignment": {"level": str, "within": str},
    "clock": {"zero": str, "follow_up_months": (int, float), "data_until": date},
    "waves": {"months": list, "window_months": (int, float), "treatment_begins": int},
    "analysis": {
        "tau_months": (int, float),
        "planned_months": list,
        "level": (int, float),
        "draws": int,
        "seed": int,
    },
}


def check_plan(text: Mapping[str, Any], path: str) -> None:
    """Refuse a plan (as read from TOML) that leaves something out or contradicts itself."""
    _sections(text, path)
    _arms(text)
    _towns(text["towns"])
    _waves(text)
    _outcomes(text["outcomes"])
    _times(text)
    _threshold(text.get("disclosure", {}))
    _sensitivity(text.get("sensitivity", ()))


def _sections(text: Mapping[str, Any], path: str) -> None:
    tops: Mapping[str, type] = {"study": str, "title": dict, "towns": list, "outcomes": list}
    missing = [name for name, kind in tops.items() if not isinstance(text.get(name), kind)]
    for section, entries in _NEEDED.items():
        held = text.get(section, {})
        missing += [
            f"{section}.{name}"
            for name, kind in entries.items()
            if not isinstance(held.get(name), kind) or isinstance(held.get(name), bool)
        ]
    if missing:
        raise DesignProblem("plan_incomplete", path=path, missing=missing)


def _arms(text: Mapping[str, Any]) -> None:
    arms = text["arms"]
    if {arms["treated"], arms["compared_to"]} != {"pilot", "control"}:
        raise DesignProblem("plan_arms", found=[arms["treated"], arms["compared_to"]])
    if text["assignment"]["level"] not in _LEVELS:
        raise DesignProblem(
            "plan_assignment", level=text["assignment"]["level"], found=list(_LEVELS)
        )


def _towns(towns: list[str]) -> None:
    twice = [town for town, count in Counter(towns).items() if count > 1]
    if twice:
        raise DesignProblem("plan_town_twice", town=[MUNICIPALITIES.get(t, t) for t in twice])
    unknown = [town for town in towns if town not in MUNICIPALITIES]
    if unknown or not towns:
        raise DesignProblem("plan_town_unknown", town=unknown, found=", ".join(MUNICIPALITIES))


def _waves(text: Mapping[str, Any]) -> None:
    months = text["waves"]["months"]
    if months != sorted(set(months)) or len(months) < 2:
        raise DesignProblem("plan_waves", found=months)
    if text["waves"]["treatment_begins"] not in months[1:]:
        raise DesignProblem(
            "plan_begins", begins=text["waves"]["treatment_begins"], found=months[1:]
        )


def _outcomes(entries: list[Mapping[str, Any]]) -> None:
    for entry in entries:
        if "id" not in entry or "family" not in entry:
            raise DesignProblem("plan_outcome_incomplete", outcome=entry.get("id", "?"))
        outcome_named(entry["id"]).definition(entry.get("definition"))
    twice = [name for name, count in Counter(e["id"] for e in entries).items() if count > 1]
    if twice:
        raise DesignProblem("plan_outcome_twice", outcome=twice)
    primary = [entry["id"] for entry in entries if entry.get("primary")]
    if len(primary) != 1:
        raise DesignProblem("plan_one_primary", found=primary or ["-"])


def _times(text: Mapping[str, Any]) -> None:
    follow_up, analysis = text["clock"]["follow_up_months"], text["analysis"]
    if not 0 < analysis["tau_months"] <= follow_up:
        raise DesignProblem("plan_tau", tau=analysis["tau_months"], follow_up=follow_up)
    late = [month for month in analysis["planned_months"] if not 0 < month <= follow_up]
    if late:
        raise DesignProblem("plan_months", months=late, follow_up=follow_up)
    if analysis["level"] != LEVEL:
        raise DesignProblem("plan_level", level=analysis["level"])
    if analysis["draws"] < 1:
        raise DesignProblem("plan_draws", draws=analysis["draws"])


def _threshold(disclosure: Mapping[str, Any]) -> None:
    threshold = disclosure.get("threshold", 5)
    if not isinstance(threshold, int) or threshold < FLOOR:
        raise DesignProblem("threshold_below_floor", threshold=threshold, floor=FLOOR)


def _sensitivity(asked: list[str]) -> None:
    unknown = [name for name in asked if name not in SENSITIVITY]
    if unknown:
        raise DesignProblem("plan_sensitivity", asked=unknown, found=", ".join(SENSITIVITY))
