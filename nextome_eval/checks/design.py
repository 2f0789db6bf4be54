"""Who was assigned, at what level, in how many ways: what this design can support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NextomeProblem
from nextome_eval.estimates.dealings import admissible
from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.durations import Durations
from nextome_eval.study.outcomes import outcome_named
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import Plan
from nextome_eval.study.records import Records
from nextome_eval.study.tables import MUNICIPALITIES
from nextome_eval.words.display import Displayed

__all__ = ["DesignCheck", "DesignFacts", "check_design", "design_facts"]

Ints = NDArray[np.int64]
HOUSEHOLDS_PER_COVARIATE = 10


@dataclass(frozen=True)
class DesignFacts:
    """What the choice of inference rests on.

    Attributes
    ----------
    case : str
        "households_within_towns", "households", "towns_many", "towns_few" or "town_single".
    households : tuple of int
        Households of the compared-to arm, and treated.
    groups : tuple of int
        The same for what was assigned (households, flats, towns).
    assignments : int
        How many admissible assignments there are.
    events : tuple of int or None
        Events of each arm, for durations.
    within : str or None
        "strata" where arms were dealt within towns.
    """

    case: str
    households: tuple[int, int]
    groups: tuple[int, int]
    assignments: int
    events: tuple[int, int] | None
    within: str | None

    @property
    def smallest_p(self) -> float:
        """The smallest p-value that a permutation can reach."""
        return 1.0 / self.assignments


def design_facts(door: Panel | Durations) -> DesignFacts:
    """Read from a door the case of the design table that it falls in.

    Raises
    ------
    DesignProblem
        An arm is empty.
    """
    _both_arms(door)
    within = "strata" if _towns_hold_both(door) else None
    dealt = admissible(door, within)
    first = np.unique(dealt.group, return_index=True)[1]
    arms = np.bincount(door.arm[first], minlength=2)
    groups = (int(arms[0]), int(arms[1]))
    events = None
    if isinstance(door, Durations):
        happened = np.bincount(door.arm[door.unit[door.event == 1]], minlength=2)
        events = (int(happened[0]), int(happened[1]))
    households = np.bincount(door.arm, minlength=2)
    return DesignFacts(
        case=_case(door, groups, within),
        households=(int(households[0]), int(households[1])),
        groups=groups,
        assignments=dealt.count,
        events=events,
        within=within,
    )


def _case(door: Panel | Durations, groups: tuple[int, int], within: str | None) -> str:
    if door.design.assigned_by == "household":
        return "households_within_towns" if within else "households"
    fewest = min(groups)
    return "town_single" if fewest == 1 else "towns_few" if fewest < 4 else "towns_many"


def _both_arms(door: Panel | Durations) -> None:
    for arm in (0, 1):
        if not (door.arm == arm).any():
            label = door.arm_labels[arm] if arm < len(door.arm_labels) else "?"
            raise DesignProblem("design_arm_empty", arm=str(label))


def _towns_hold_both(door: Panel | Durations) -> bool:
    if door.strata is None or door.design.assigned_by != "household":
        return False
    pairs = np.unique(np.column_stack([door.strata, door.arm]), axis=0)
    return len(pairs) > len(np.unique(door.strata))


@dataclass(frozen=True, eq=False, repr=False)
class DesignCheck(Displayed):
    """What the design supports: its facts, households by town and arm, and what to beware of."""

    facts: DesignFacts
    towns: Summary
    warnings: tuple[Reason, ...]

    def text(self, language: str = "en") -> str:
        """Return what a person should read, a paragraph a point."""
        return "\n".join(reason.text(language) for reason in self.warnings)

    def _heading(self) -> str:
        return f"Design: {self.facts.case.replace('_', ' ')}"

    def _table(self) -> pd.DataFrame:
        rows = self.towns.tidy()
        return rows.assign(term=rows["term"].map(MUNICIPALITIES))

    def _notes(self) -> list[str]:
        return self.text().splitlines()


def check_design(plan: Plan, records: Records) -> DesignCheck:
    """Check that the study can answer what the plan asks, and say what to beware of.

    Parameters
    ----------
    plan : Plan
    records : Records

    Returns
    -------
    DesignCheck

    Raises
    ------
    DesignProblem
        An arm is empty; a town has households of one arm only though they were assigned within
        towns; at a wave nobody of an arm was interviewed; every household is censored.

    Source
    ------
    The design table of METHODS.md.

    Examples
    --------
    >>> from nextome_eval.simulate import simulate_pilot
    >>> from nextome_eval.study.plan import read_plan
    >>> check = check_design(read_plan("data/raw/example/plan.toml"), simulate_pilot(seed=1))
    >>> check.facts.case, check.facts.households
    ('households_within_towns', (24, 21))

    See METHODS.md: Design check
    """
    towns = _by_town(plan, records)
    panel = Panel.from_records(records, plan)
    spells = Durations.from_records(records, plan)
    facts = design_facts(spells)
    _every_wave(plan, panel)
    return DesignCheck(facts, towns, tuple(_warnings(plan, panel, spells, facts)))


def _by_town(plan: Plan, records: Records) -> Summary:
    households = records.households[records.households["municipality"].isin(plan.towns)]
    arms = {"1": plan.treated, "0": plan.compared_to}
    rows = pd.DataFrame({"term": list(plan.towns)})
    for number, arm in arms.items():
        counts = households.loc[households["arm"] == arm, "municipality"].value_counts()
        rows[f"entered_{number}"] = [int(counts.get(town, 0)) for town in plan.towns]
        if rows[f"entered_{number}"].sum() == 0:
            raise DesignProblem("design_arm_empty", arm=_called(plan, arm))
    if plan.assigned_by == "household":
        for number, other in (("1", "0"), ("0", "1")):
            alone = rows.loc[rows[f"entered_{number}"] == 0, "term"]
            if len(alone):
                raise DesignProblem(
                    "town_one_arm",
                    town=[MUNICIPALITIES[t] for t in alone],
                    arm=_called(plan, arms[other]),
                )
    return Summary.of_kind(rows, "recruitment")


def _called(plan: Plan, arm: str) -> dict[str, str]:
    return {language: plan.label(arm, language) for language in ("it", "en")}


def _every_wave(plan: Plan, panel: Panel) -> None:
    seen = panel.groups("response")
    completed = np.isin(np.asarray(seen[1], dtype=str)[seen[0]], ["completed"])
    for wave in plan.waves:
        for arm, name in ((0, plan.compared_to), (1, plan.treated)):
            here = (panel.time == wave) & (panel.arm[panel.unit] == arm)
            if not (here & completed).any():
                raise DesignProblem("wave_without_arm", wave=wave, arm=_called(plan, name))


def _warnings(plan: Plan, panel: Panel, spells: Durations, facts: DesignFacts) -> list[Reason]:
    said = [Reason(f"design_{facts.case}", _values(facts))]
    said.append(Reason("design_assignments", _values(facts)))
    if facts.events is not None and sum(facts.events) < 20:
        said.append(Reason("design_few_events", {"events": sum(facts.events)}))
    most = min(facts.households) // HOUSEHOLDS_PER_COVARIATE
    for outcome in plan.outcomes:
        planned = outcome_named(outcome.id)
        names = {"outcome": planned.en, "outcome_it": planned.it}
        if len(outcome.adjust) > most:
            said.append(
                Reason("design_covariates", {**names, "n": len(outcome.adjust), "most": most})
            )
        if outcome.criterion:
            said.append(Reason("design_criterion", names))
    return said + _spacing(panel)


def _spacing(panel: Panel) -> list[Reason]:
    """Say so where the arms were visited at different distances from the planned month."""
    if "interview_delay_months" not in panel.frame:
        return []
    delay = panel.column("interview_delay_months")
    arm = panel.arm[panel.unit]
    mean = [float(np.nanmean(delay[arm == a])) for a in (0, 1)]
    if abs(mean[1] - mean[0]) < 0.5:
        return []
    return [Reason("design_spacing", {"pilot": f"{mean[1]:.1f}", "control": f"{mean[0]:.1f}"})]


def _values(facts: DesignFacts) -> dict[str, Any]:
    return {
        "control": facts.households[0],
        "pilot": facts.households[1],
        "groups_control": facts.groups[0],
        "groups_pilot": facts.groups[1],
        "assignments": facts.assignments,
        "smallest_p": facts.smallest_p,
    }


def problem_reason(problem: NextomeProblem) -> Reason:
    """Return a refusal as a reason to be printed beside the number."""
    return Reason("could_not", {"problem": problem})
