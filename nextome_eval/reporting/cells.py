"""Every count of the report's tables as one system: the same households are the same unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.suppression import System

__all__ = ["Cells", "Place"]

Key = tuple[tuple[str, str], ...]
# what is counted -> the only coordinates that tell such cells apart, in any table
_CANONICAL = {
    "assigned": ("arm", "town"),
    "seen": ("arm", "town", "wave"),
    "lost": ("arm", "town", "wave"),
}
# what households are, of which nobody and everybody may tell
_TRAITS = ("count", "events")
# words of a row that is about everybody
_EVERYBODY = (None, "", "total", "all", "followed", "lost")
# masking how many were asked costs more than masking how many said yes
_ALL_OF_THEM = 3.0
_OF_THE_STUDY = 6.0


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
            c: [_key(name, summary, rows, c, i) for i in range(len(rows))] for c in _counts(summary)
        }
        for column, column_keys in keys.items():
            for row, key in enumerate(column_keys):
                count = rows[column].iloc[row]
                if pd.notna(count):
                    if self.value.get(key, float(count)) != float(count):
                        # not the same households after all
                        key = _as_key({"answer": name, "row": str(row), "column": column})
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
        key = _as_key(dict(key_of))
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
                        self.fixed.add(_key(name, summary, rows, events, int(row)))

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
        if dict(key).get("of") in _CANONICAL:
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
        for rest, parts in _margins(list(self.places)):
            of = dict(rest).get("of", "")
            self._sum(rest, parts)
            everybody = {k: v for k, v in rest if k in _CANONICAL["assigned"]}
            self._sum(_as_key({**everybody, "of": "assigned"}), parts)
            if of == "lost for a reason":
                self._sum(_as_key({**dict(rest), "of": "lost"}), parts)
            if of in self.part_of:
                self._sum(_as_key({**dict(rest), "of": self.part_of[of]}), parts)
        for inner, outer in dict.fromkeys(self.nested):
            for key in list(self.places):
                self._nest(key, inner, outer)
        for key in sorted(self.whole):
            everybody = {"of": "assigned", "arm": dict(key).get("arm", "")}
            self._rest(key, _as_key(everybody), zero_tells=False)

    def _nest(self, key: Key, inner: str, outer: str) -> None:
        place = dict(key)
        for coordinate in ("of", "term"):
            if place.get(coordinate) == inner:
                wanted = {**place, coordinate: outer}
                if coordinate == "of" and outer in _CANONICAL:
                    wanted = {k: v for k, v in wanted.items() if k in ("of", *_CANONICAL[outer])}
                self._rest(key, _as_key(wanted), zero_tells=False)

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


def _counts(summary: Summary) -> list[str]:
    parts = [name for whole, names in summary.parts for name in (whole, *names)]
    return list(dict.fromkeys([*summary.counts, *summary.totals.values(), *parts]))


def _key(name: str, summary: Summary, rows: pd.DataFrame, column: str, row: int) -> Key:
    fixed = summary.cells.get(column)
    if fixed is None:
        return _as_key({"answer": name, "row": str(row), "column": column})
    place: dict[str, Any] = {c: _word(rows[c].iloc[row]) for c in summary.coordinates}
    place |= fixed
    if "counted" in rows and _word(rows["counted"].iloc[row]):
        place["of"] = _word(rows["counted"].iloc[row])
    if place.get("of") == "lost" and place.get("term") not in _EVERYBODY:
        place["of"] = "lost for a reason"
    if place.get("term") in _EVERYBODY:
        place.pop("term", None)
    told_by = _CANONICAL.get(place.get("of", ""))
    if told_by:
        place = {k: v for k, v in place.items() if k in ("of", *told_by)}
    if place.get("of") == "assigned":
        place.pop("wave", None)
    return _as_key(place)


def _as_key(place: Mapping[str, Any]) -> Key:
    return tuple(sorted((k, str(v)) for k, v in place.items() if str(v) != ""))


def _word(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _margins(keys: Sequence[Key]) -> list[tuple[Key, list[Key]]]:
    """Where a cell would stand that says one or two coordinates less, and the cells under it."""
    families: dict[tuple[tuple[str, ...], Key], list[Key]] = {}
    for key in keys:
        coordinates = [pair for pair in key if pair[0] not in ("of", "answer", "row", "column")]
        for many in (1, 2):
            for dropped in combinations(coordinates, many):
                rest = tuple(pair for pair in key if pair not in dropped)
                families.setdefault((tuple(p[0] for p in dropped), rest), []).append(key)
    return [(rest, parts) for (_, rest), parts in families.items()]
