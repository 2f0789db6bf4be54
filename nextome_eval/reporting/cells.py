"""Every count of the report's tables as one system: the same households are the same unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.cell_keys import (
    CANONICAL,
    Key,
    as_key,
    counts_of,
    key_of,
    margins,
)
from nextome_eval.reporting.suppression import System

__all__ = ["Cells", "Place"]

# what households are, of which nobody and everybody may tell
_TRAITS = ("count", "events")
# masking how many were asked costs more than masking how many said yes
_ALL_OF_THEM = 3.0
_OF_THE_STUDY = 6.0
_SIDES = {"lost": "lost", "retained": "seen"}


@dataclass(frozen=True)
class Place:
    """Where a count stands: which answer, which row, which column."""

    answer: str
    row: int
    column: str


@dataclass
class Cells:
    """The counts of many summaries, and what adds up to what.

    Built with `add`, read with `system`; a key met twice is one unknown. `known` are counts that
    every reader has from elsewhere, such as the size of an arm.
    """

    rules: Disclosure
    value: dict[Key, float] = field(default_factory=dict)
    places: dict[Key, list[Place]] = field(default_factory=dict)
    sensitive: set[Key] = field(default_factory=set)
    fixed: set[Key] = field(default_factory=set)
    whole: set[Key] = field(default_factory=set)
    equations: list[dict[Key, float]] = field(default_factory=list)
    nested: list[tuple[str, str]] = field(default_factory=list)
    part_of: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, summary: Summary) -> None:
        """Take in the counts of one summary."""
        rows = summary.tidy()
        keys = {
            c: [key_of(name, summary, rows, c, i) for i in range(len(rows))]
            for c in counts_of(summary)
        }
        for column, column_keys in keys.items():
            for row, key in enumerate(column_keys):
                count = rows[column].iloc[row]
                if pd.notna(count):
                    if self.value.get(key, float(count)) != float(count):
                        # not the same households after all
                        key = as_key({"answer": name, "row": str(row), "column": column})
                        column_keys[row] = key
                    self._cell(key, float(count), Place(name, row, column), column)
                    if column in summary.totals and self._zero_tells(summary, rows, row, column):
                        self._if_nobody(key)
        self._within_rows(summary, rows, keys)
        for column, parts, at in summary.margins:
            self._sum(keys[column][at], [keys[column][part] for part in parts])
        self.nested += list(summary.nested)
        for column, total in summary.totals.items():
            of = [summary.cells.get(c, {}).get("of", "") for c in (column, total)]
            if all(of):
                self.part_of[of[0]] = of[1]

    def know(self, key_of: Mapping[str, str], count: float) -> None:
        """Take a count as known to every reader, such as the households of an arm."""
        key = as_key(dict(key_of))
        self.value[key] = count
        self.fixed.add(key)

    def read_off(self, name: str, summary: Summary, drawn: Collection[str]) -> None:
        """Take as known the events of definitions whose curve is drawn, where it may be drawn."""
        rows = summary.tidy()
        if "definition" not in rows:
            return
        for arm in ("1", "0"):
            events, total = f"events_{arm}", f"n_{arm}"
            for row in np.flatnonzero(rows["definition"].isin(list(drawn)).to_numpy()):
                if events in rows and total in rows:
                    count, n = rows[events].iloc[row], rows[total].iloc[row]
                    if min(count, n - count) >= self.rules.threshold:
                        self.fixed.add(key_of(name, summary, rows, events, int(row)))

    def _cell(self, key: Key, count: float, place: Place, column: str) -> None:
        self.value.setdefault(key, count)
        self.places.setdefault(key, []).append(place)
        if 0 < count < self.rules.threshold:
            self.sensitive.add(key)
        if column == "n" or column.startswith("n_"):
            self.whole.add(key)

    def _if_nobody(self, key: Key) -> None:
        if self.value[key] == 0:
            self.sensitive.add(key)

    def _zero_tells(self, summary: Summary, rows: pd.DataFrame, row: int, column: str) -> bool:
        declared = summary.sensitive
        if not isinstance(declared, bool) and column in declared:
            return True
        if not column.startswith(_TRAITS):
            return False
        return declared is True or self.rules.zero_tells(str(rows["term"].iloc[row]))

    def _within_rows(
        self, summary: Summary, rows: pd.DataFrame, keys: Mapping[str, Sequence[Key]]
    ) -> None:
        for row in range(len(rows)):
            for whole, parts in summary.parts:
                if whole in keys and all(part in keys for part in parts):
                    self._sum(keys[whole][row], [keys[part][row] for part in parts])
            for column, total in summary.totals.items():
                if column not in keys or total not in keys:
                    continue
                tells = self._zero_tells(summary, rows, row, column)
                self._rest(keys[column][row], keys[total][row], tells)

    def _dear(self, key: Key) -> float:
        if dict(key).get("of") in CANONICAL:
            return _OF_THE_STUDY
        return _ALL_OF_THEM if key in self.whole else 1.0

    def _sum(self, whole: Key, parts: Sequence[Key]) -> None:
        there = [key for key in (whole, *parts) if key in self.value]
        if len(there) < len(parts) + 1 or whole in parts or len(parts) < 2:
            return
        if np.isclose(self.value[whole], sum(self.value[key] for key in parts)):
            equation = dict.fromkeys(parts, 1.0)
            equation[whole] = equation.get(whole, 0.0) - 1.0
            if equation not in self.equations:
                self.equations.append(equation)

    def _rest(self, inner: Key, outer: Key, zero_tells: bool) -> None:
        """What is left of `outer` without `inner` is a count too, though nobody prints it."""
        if inner not in self.value or outer not in self.value or inner == outer:
            return
        rest = self.value[outer] - self.value[inner]
        if rest < 0:
            return
        key: Key = (("rest of", repr(outer)), ("without", repr(inner)))
        self.value[key] = rest
        if 0 < rest < self.rules.threshold or (rest == 0 and zero_tells):
            self.sensitive.add(key)
        equation = {inner: 1.0, key: 1.0, outer: -1.0}
        if equation not in self.equations:
            self.equations.append(equation)

    def link(self) -> None:
        """Find the margins, the differences between nested counts, and the arms' complements."""
        for rest, parts in margins(list(self.places)):
            of = dict(rest).get("of", "")
            self._sum(rest, parts)
            everybody = {k: v for k, v in rest if k in CANONICAL["assigned"]}
            self._sum(as_key({**everybody, "of": "assigned"}), parts)
            if of == "lost for a reason":
                self._sum(as_key({**dict(rest), "of": "lost"}), parts)
            if of in self.part_of:
                self._sum(as_key({**dict(rest), "of": self.part_of[of]}), parts)
        for inner, outer in dict.fromkeys(self.nested):
            for key in list(self.places):
                self._nest(key, inner, outer)
        self._answered_of_sides()
        for key in [k for k in self.places if dict(k).get("of") == "means:n"]:
            place = dict(key)
            arm = {"of": "assigned", "arm": place.get("arm", "")}
            self._sum(as_key(arm), [key, as_key({**place, "of": "missingness:missing"})])
        for key in sorted(self.whole):
            everybody = {"of": "assigned", "arm": dict(key).get("arm", "")}
            self._rest(key, as_key(everybody), zero_tells=False)

    def _answered_of_sides(self) -> None:
        """Lost and retained who answered are among all the lost, all the seen, at the last wave."""
        sides: dict[tuple[str, str], list[Key]] = {}
        for key in self.places:
            place = dict(key)
            if "side" in place and place.get("of") == "balance:n":
                sides.setdefault((place["side"], place.get("arm", "")), []).append(key)
        for (side, arm), keys in sides.items():
            most = max(keys, key=lambda key: self.value[key])
            named = {"of": _SIDES[side], "arm": arm}
            waves = [k for k in self.places if named.items() <= dict(k).items()]
            last = max(waves, key=lambda key: float(dict(key).get("wave", -1)), default=most)
            for key in keys:
                for outer in dict.fromkeys((most, last)):
                    self._rest(key, outer, zero_tells=False)
            if last != most and self.value[last] == self.value[most]:
                self.equations.append({most: 1.0, last: -1.0})

    def _nest(self, key: Key, inner: str, outer: str) -> None:
        place = dict(key)
        for coordinate in ("of", "term"):
            if place.get(coordinate) == inner:
                wanted = {**place, coordinate: outer}
                if coordinate == "of" and outer in CANONICAL:
                    wanted = {k: v for k, v in wanted.items() if k in ("of", *CANONICAL[outer])}
                self._rest(key, as_key(wanted), zero_tells=False)

    def system(self) -> tuple[System, list[Key]]:
        """Return the system to protect, and the keys of its cells."""
        keys = list(self.value)
        at = {key: i for i, key in enumerate(keys)}
        matrix = np.zeros((len(self.equations), len(keys)))
        for row, equation in enumerate(self.equations):
            for key, sign in equation.items():
                matrix[row, at[key]] = sign
        value = np.array([self.value[key] for key in keys], dtype=float)
        dear = np.array([self._dear(key) for key in keys])
        return (
            System(
                value=value,
                equations=matrix,
                right=matrix @ value,
                sensitive=np.array([k in self.sensitive for k in keys], dtype=bool),
                printed=np.array([k in self.places for k in keys], dtype=bool),
                fixed=np.array([k in self.fixed for k in keys], dtype=bool),
                cost=(1.0 + value) * dear,
            ),
            keys,
        )
