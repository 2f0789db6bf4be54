"""A study opened once: its plan, records, doors, and what its words are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from nextome_eval.checks.design import DesignCheck, check_design
from nextome_eval.study.durations import Durations
from nextome_eval.study.outcomes import Outcome, outcome_named, outcomes
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import Plan, PlannedOutcome
from nextome_eval.study.records import Records
from nextome_eval.study.tables import MUNICIPALITIES, tables
from nextome_eval.words import words

__all__ = ["Study", "Words"]

Words = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Study:
    """What every analysis of the plan starts from."""

    plan: Plan
    records: Records
    ledger: pd.DataFrame | None = None

    @cached_property
    def check(self) -> DesignCheck:
        """What the design supports."""
        return check_design(self.plan, self.records)

    @cached_property
    def panel(self) -> Panel:
        """Households by wave."""
        return Panel.from_records(self.records, self.plan)

    @cached_property
    def months(self) -> Panel:
        """Households by month, with costs."""
        return Panel.from_records(self.records, self.plan, by="month")

    def spells(self, definition: str | None = None) -> Durations:
        """Return time to independent housing under a definition, the plan's by default."""
        return Durations.from_records(self.records, self.plan, definition=definition)

    @property
    def arms(self) -> dict[str, int]:
        """Households of each arm, as exhibits want them."""
        control, pilot = self.check.facts.households
        return {"1": pilot, "0": control}

    def planned(self, kind: str) -> list[tuple[PlannedOutcome, Outcome]]:
        """Return the planned outcomes of a kind, in the plan's order."""
        both = [(planned, outcome_named(planned.id)) for planned in self.plan.outcomes]
        return [(planned, outcome) for planned, outcome in both if outcome.kind == kind]

    @cached_property
    def labels(self) -> dict[str, Words]:
        """What the words met in rows are called, in both languages."""
        named: dict[str, Words] = {
            name: {"it": outcome.it, "en": outcome.en} for name, outcome in outcomes().items()
        }
        named |= {town: {"it": name, "en": name} for town, name in MUNICIPALITIES.items()}
        for column in tables()["households"].columns.values():
            named.setdefault(column.name, {"it": column.it, "en": column.en})
        named |= words("study")["people"] | words("study")["families"]
        for wave in self.plan.waves:
            named[f"seen_{wave}"] = {
                "it": f"Intervistati a T{wave}",
                "en": f"Interviewed at T{wave}",
            }
        for number, arm in (("1", self.plan.treated), ("0", self.plan.compared_to)):
            called = {language: self.plan.label(arm, language) for language in ("it", "en")}
            named |= {f"arm_{number}": called, arm: called}
        return named

    @property
    def shared(self) -> dict[str, Any]:
        """What every exhibit carries."""
        return {"labels": self.labels, "n": self.arms, "source": self.source}

    @property
    def source(self) -> Words:
        """Where the numbers come from."""
        until = self.plan.data_until
        return {
            "it": f"file dei comuni e interviste, fino al {until:%d/%m/%Y}",
            "en": f"towns' files and interviews, up to {until:%d/%m/%Y}",
        }


def unit_words(unit: str) -> Words:
    """Return a unit as people write it."""
    return _UNITS.get(unit, {"en": unit, "it": unit})


_UNITS: dict[str, Words] = {
    "months": {"en": "months", "it": "mesi"},
    "days": {"en": "days", "it": "giorni"},
    "share": {"en": "percentage points", "it": "punti percentuali"},
    "eur/month": {"en": "euro a month", "it": "euro al mese"},
    "points 0-100": {"en": "points (0-100)", "it": "punti (0-100)"},
    "points 10-40": {"en": "points (10-40)", "it": "punti (10-40)"},
    "points 0-10": {"en": "points (0-10)", "it": "punti (0-10)"},
    "levels 0-6": {"en": "levels (0-6)", "it": "livelli (0-6)"},
}
