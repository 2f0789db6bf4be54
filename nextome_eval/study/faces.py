"""What a door, the records and the plan say of themselves at a prompt and in a notebook."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.words.display import Displayed, cell

__all__ = ["FaceOfDurations", "FaceOfPanel", "FaceOfPlan", "FaceOfRecords"]


def _by_arm(door: Any) -> pd.DataFrame:
    """Households and rows of each arm, the treated first."""
    found = {label: door.arm == code for code, label in enumerate(door.arm_labels)}
    rows = pd.DataFrame({"arm": list(found)})
    rows["households"] = [int(here.sum()) for here in found.values()]
    if len(np.unique(door.cluster)) < door.n:
        rows["clusters"] = [len(np.unique(door.cluster[here])) for here in found.values()]
    rows["rows"] = [int(here[door.unit].sum()) for here in found.values()]
    return rows[::-1]


def _grouped(door: Any) -> list[str]:
    within = [] if door.strata is None else [f"Strata: {len(door.strata_labels)}."]
    return [*within, "Columns: " + ", ".join(map(str, door.frame.columns)) + "."]


class FaceOfPanel(Displayed):
    """Households by arm, when they are seen, when treatment begins; the columns."""

    def _heading(self: Any) -> str:
        times = [cell(float(time)) for time in self.times]
        seen = ", ".join(times) if len(times) <= 8 else f"{times[0]} to {times[-1]}"
        return f"Panel: {self.n} households at {len(times)} times ({seen})"

    def _table(self: Any) -> pd.DataFrame:
        rows = _by_arm(self)
        begins = [_span(self.begins[self.arm == code]) for code in reversed(range(len(rows)))]
        return rows.assign(begins=begins)

    def _notes(self: Any) -> list[str]:
        return _grouped(self)


def _span(begins: Any) -> str:
    finite = np.unique(begins[np.isfinite(begins)])
    return (
        " to ".join(dict.fromkeys(cell(float(b)) for b in finite[[0, -1]]))
        if len(finite)
        else "never"
    )


class FaceOfDurations(Displayed):
    """Households, events by cause, censored and time at risk of each arm; the columns."""

    def _heading(self: Any) -> str:
        late = "; some come under observation late" if self.entry.any() else ""
        return f"Durations: {self.n} households, {int((self.event > 0).sum())} events{late}"

    def _table(self: Any) -> pd.DataFrame:
        rows = _by_arm(self)
        here = [self.arm[self.unit] == code for code in reversed(range(len(rows)))]
        for code, cause in self.causes.items():
            rows[cause] = [int((self.event[arm] == code).sum()) for arm in here]
        if self.upper is None:
            rows["censored"] = [int((self.event[arm] == 0).sum()) for arm in here]
            rows["time at risk"] = [float((self.time - self.entry)[arm].sum()) for arm in here]
        return rows

    def _notes(self: Any) -> list[str]:
        return _grouped(self)


class FaceOfRecords(Displayed):
    """The canonical tables and how many rows each has."""

    def _heading(self: Any) -> str:
        chosen = "" if self.truth is None else ", simulated with known truth"
        return f"Records of {len(self.households)} households{chosen}"

    def _table(self: Any) -> pd.DataFrame:
        from nextome_eval.study.tables import tables

        kept = {name: table for name, table in self.tables().items() if len(table)}
        return pd.DataFrame(
            {
                "table": list(kept),
                "rows": [len(table) for table in kept.values()],
                "a row is": [tables()[name].en for name in kept],
            }
        )


class FaceOfPlan(Displayed):
    """The question, and the planned outcomes."""

    def _heading(self: Any) -> str:
        title, question = (self.text.get(part, {}).get("en", "") for part in ("title", "question"))
        return " - ".join(said for said in (title or self.study, question) if said)

    def _table(self: Any) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "outcome": [outcome.id for outcome in self.outcomes],
                "definition": [outcome.definition for outcome in self.outcomes],
                "family": [outcome.family for outcome in self.outcomes],
                "planned as": [_part(outcome) for outcome in self.outcomes],
            }
        )

    def _notes(self: Any) -> tuple[str, ...]:
        waves = ", ".join(f"T{wave}" for wave in self.waves)
        return (
            f"{self.treated} against {self.compared_to}, assigned by {self.assigned_by} "
            f"within {self.within}; waves {waves}; followed {cell(self.follow_up_months)} months.",
        )


def _part(outcome: Any) -> str:
    return "primary" if outcome.primary else "exploratory" if outcome.exploratory else "secondary"
