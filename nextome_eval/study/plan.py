"""The pre-analysis plan: what will be asked, of whom, how, and under which rules."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nextome_eval.errors import DesignProblem
from nextome_eval.study.faces import FaceOfPlan
from nextome_eval.study.plan_checks import check_plan

__all__ = ["Plan", "PlannedOutcome", "freeze", "frozen_hash", "plan_hash", "read_plan"]

_LOCK = "plan.lock"


@dataclass(frozen=True)
class PlannedOutcome:
    """One outcome of the plan, under one definition, in one family."""

    id: str
    definition: str | None
    family: str
    primary: bool = False
    exploratory: bool = False
    criterion: bool = False
    adjust: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Plan(FaceOfPlan):
    """What ``plan.toml`` says, checked; `folder` holds the study's raw files.

    The sections that hold words for people (title, question, eligibility, missing, deviations)
    stay as they are written, in both languages.
    """

    study: str
    folder: Path
    text: Mapping[str, Any]
    made_up: bool
    treated: str
    compared_to: str
    assigned_by: str
    within: str
    towns: tuple[str, ...]
    waves: tuple[int, ...]
    window_months: float
    treatment_begins: int
    follow_up_months: float
    data_until: date
    tau: float
    planned_months: tuple[float, ...]
    level: float
    draws: int
    seed: int
    outcomes: tuple[PlannedOutcome, ...]
    sensitivity: tuple[str, ...]
    disclosure: Mapping[str, Any] = field(default_factory=dict)

    @property
    def primary(self) -> PlannedOutcome:
        """The one primary outcome."""
        return next(outcome for outcome in self.outcomes if outcome.primary)

    def outcome(self, name: str) -> PlannedOutcome:
        """Return a planned outcome by its id."""
        for outcome in self.outcomes:
            if outcome.id == name:
                return outcome
        raise DesignProblem(
            "outcome_not_planned", outcome=name, found=[o.id for o in self.outcomes]
        )

    def label(self, arm: str, language: str) -> str:
        """Return what an arm is called in ``"it"`` or ``"en"``."""
        return str(self.text["arms"]["labels"][arm][language])


def read_plan(path: str | Path) -> Plan:
    """Read and check a pre-analysis plan.

    Parameters
    ----------
    path : str or Path
        ``data/raw/<study>/plan.toml``.

    Returns
    -------
    Plan

    Raises
    ------
    DesignProblem
        The file is missing or not TOML; an outcome is unknown; a town stands twice; a threshold
        is below the floor; tau lies past the follow-up; there is not exactly one primary.

    Examples
    --------
    >>> plan = read_plan("data/raw/example/plan.toml")
    >>> plan.primary.id, plan.tau
    ('independence', 24.0)
    """
    path = Path(path)
    text = _read(path)
    check_plan(text, str(path))
    analysis = text["analysis"]
    return Plan(
        study=text["study"],
        folder=path.parent,
        text=text,
        made_up=bool(text.get("made_up", False)),
        treated=text["arms"]["treated"],
        compared_to=text["arms"]["compared_to"],
        assigned_by=text["assignment"]["level"],
        within=text["assignment"]["within"],
        towns=tuple(text["towns"]),
        waves=tuple(text["waves"]["months"]),
        window_months=float(text["waves"]["window_months"]),
        treatment_begins=int(text["waves"]["treatment_begins"]),
        follow_up_months=float(text["clock"]["follow_up_months"]),
        data_until=text["clock"]["data_until"],
        tau=float(analysis["tau_months"]),
        planned_months=tuple(float(m) for m in analysis["planned_months"]),
        level=float(analysis["level"]),
        draws=int(analysis["draws"]),
        seed=int(analysis["seed"]),
        outcomes=tuple(_outcome(entry) for entry in text["outcomes"]),
        sensitivity=tuple(text.get("sensitivity", ())),
        disclosure=dict(text.get("disclosure", {})),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise DesignProblem("plan_missing", path=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DesignProblem("plan_not_toml", path=str(path), problem=str(problem)) from None


def _outcome(entry: Mapping[str, Any]) -> PlannedOutcome:
    return PlannedOutcome(
        id=entry["id"],
        definition=entry.get("definition"),
        family=entry["family"],
        primary=entry.get("primary", False),
        exploratory=entry.get("exploratory", False),
        criterion=entry.get("criterion", False),
        adjust=tuple(entry.get("adjust", ())),
    )


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of what the plan says.

    Comments and layout do not count, nor do the deviations: these are listed after freezing.
    """
    planned = {name: said for name, said in plan.text.items() if name != "deviations"}
    told = json.dumps(planned, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def freeze(plan: Plan, today: date) -> Path:
    """Write the plan's hash and the date beside it; a frozen plan is not frozen again."""
    lock = plan.folder / _LOCK
    if lock.exists():
        raise DesignProblem("plan_already_frozen", path=str(lock))
    lock.write_text(f'sha256 = "{plan_hash(plan)}"\nfrozen_on = {today.isoformat()}\n', "utf-8")
    return lock


def frozen_hash(plan: Plan) -> tuple[str, date] | None:
    """Return the hash and date under which the plan was frozen, or None."""
    lock = plan.folder / _LOCK
    if not lock.exists():
        return None
    held = tomllib.loads(lock.read_text("utf-8"))
    return held["sha256"], held["frozen_on"]
