"""The plan as the document that a university deposits and keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

from nextome_eval.evaluation.study import unit_words
from nextome_eval.study.outcomes import outcome_named
from nextome_eval.study.plan import Plan, PlannedOutcome, frozen_hash, plan_hash
from nextome_eval.study.tables import MUNICIPALITIES, tables
from nextome_eval.words import words

__all__ = ["plan_document"]


def plan_document(plan: Plan, language: str = "it") -> str:
    """Return the plan in Markdown: every choice made before the results, with its hash.

    Parameters
    ----------
    plan : Plan
    language : {"it", "en"}

    Examples
    --------
    >>> import nextome_eval as ne
    >>> plan = ne.read_plan("data/raw/example/plan.toml")
    >>> plan_document(plan, "en").splitlines()[0]
    '# Research project and analysis plan'
    """
    said = {name: told[language] for name, told in words("plan_document").items()}
    text = plan.text
    parts = {
        "question": text["question"][language],
        "eligibility": text["eligibility"][language],
        "arms": said["arms_line"].format(
            treated=plan.label(plan.treated, language),
            compared=plan.label(plan.compared_to, language),
        ),
        "towns": ", ".join(MUNICIPALITIES[town] for town in plan.towns) + ".",
        "assignment": f"{said[f'by_{plan.assigned_by}']} {text['assignment']['how'][language]}",
        "time": said["time_line"].format(
            follow_up=f"{plan.follow_up_months:g}",
            until=_day(plan.data_until, language),
            waves=_listed(plan.waves),
            window=f"{plan.window_months:g}",
            begins=f"T{plan.treatment_begins}",
        ),
        "outcomes": "\n".join(_outcome(outcome, said, language) for outcome in plan.outcomes),
        "analysis": said["analysis_line"].format(
            tau=f"{plan.tau:g}",
            months=_listed(plan.planned_months),
            level=f"{100 * plan.level:g}",
            draws=plan.draws,
            seed=plan.seed,
        ),
        "missing": text["missing"][language],
        "sensitivity": "\n".join(f"- {said[f'asked_{name}']}" for name in plan.sensitivity),
        "disclosure": said["disclosure_line"].format(threshold=plan.disclosure.get("threshold", 5)),
        "deviations": "\n".join(_deviation(d, said, language) for d in text.get("deviations", [])),
        "frozen": _frozen(plan, said, language),
    }
    sections = [f"## {said[name]}\n\n{told}" for name, told in parts.items() if told]
    return "\n\n".join([f"# {said['title']}", text["title"][language], *sections]) + "\n"


def _outcome(planned: PlannedOutcome, said: dict[str, str], language: str) -> str:
    outcome = outcome_named(planned.id)
    defined = outcome.definition(planned.definition)
    names = {c.name: getattr(c, language) for c in tables()["households"].columns.values()}
    more = [
        said[mark] for mark in ("primary", "exploratory", "criterion") if getattr(planned, mark)
    ]
    if planned.adjust:
        covariates = ", ".join(names.get(name, name) for name in planned.adjust)
        more.append(said["adjusted"].format(covariates=covariates))
    family = words("study")["families"].get(f"family: {planned.family}", {}).get(language)
    marks = f" [{'; '.join(more)}]" if more else ""
    unit = unit_words(outcome.unit)[language]
    told = f"{getattr(outcome, language)} ({unit}): {getattr(defined, language)} ({defined.id})"
    return f"- {family or planned.family}. {told}{marks}"


def _deviation(entry: dict[str, Any], said: dict[str, str], language: str) -> str:
    parts = {part: entry[part][language] for part in ("what", "planned", "done", "why")}
    return "- " + said["deviation_line"].format(**parts)


def _frozen(plan: Plan, said: dict[str, str], language: str) -> str:
    now, held = plan_hash(plan), frozen_hash(plan)
    if held is None:
        return said["open_line"].format(hash=now)
    frozen, when = held
    line = "frozen_line" if frozen == now else "changed_line"
    return said[line].format(day=_day(when, language), hash=now, frozen=frozen)


def _listed(months: tuple[float, ...] | tuple[int, ...]) -> str:
    return ", ".join(f"{month:g}" for month in months)


def _day(day: date, language: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, format="long", locale=language))
