"""Which households a cell counts: equal keys, equal households, in whatever table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.estimates.summary import Summary

__all__ = ["CANONICAL", "Key", "as_key", "counts_of", "key_of", "margins"]

Key = tuple[tuple[str, str], ...]
# what is counted -> the only coordinates that tell such cells apart, in any table
CANONICAL = {
    "assigned": ("arm", "town"),
    "seen": ("arm", "town", "wave"),
    "lost": ("arm", "town", "wave"),
}
# words of a row that is about everybody
_EVERYBODY = (None, "", "total", "all", "followed", "lost")


def counts_of(summary: Summary) -> list[str]:
    """Return the columns of counts."""
    parts = [name for whole, names in summary.parts for name in (whole, *names)]
    return list(dict.fromkeys([*summary.counts, *summary.totals.values(), *parts]))


def key_of(name: str, summary: Summary, rows: pd.DataFrame, column: str, row: int) -> Key:
    fixed = summary.cells.get(column)
    if fixed is None:
        return as_key({"answer": name, "row": str(row), "column": column})
    place: dict[str, Any] = {c: _word(rows[c].iloc[row]) for c in summary.coordinates}
    place |= fixed
    if "counted" in rows and _word(rows["counted"].iloc[row]):
        place["of"] = _word(rows["counted"].iloc[row])
    place |= _of_the_flow(place)
    if place.get("of") == "lost" and place.get("term") not in _EVERYBODY:
        place["of"] = "lost for a reason"
    if place.get("term") in _EVERYBODY:
        place.pop("term", None)
    told_by = CANONICAL.get(place.get("of", ""))
    if told_by:
        place = {k: v for k, v in place.items() if k in ("of", *told_by)}
    if place.get("of") == "assigned":
        place.pop("wave", None)
    return as_key(place)


def _of_the_flow(place: Mapping[str, Any]) -> dict[str, str]:
    """Boxes of the participant flow that other tables count too: those assigned, seen and lost."""
    term = str(place.get("term", ""))
    if place.get("of") != "flow:n" or not term.startswith(("assigned", "seen", "lost_")):
        return {}
    counted, _, wave = term.partition("_")
    return {"of": counted, **({"wave": wave} if wave else {})}


def as_key(place: Mapping[str, Any]) -> Key:
    return tuple(sorted((k, str(v)) for k, v in place.items() if str(v) != ""))


def _word(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def margins(keys: Sequence[Key]) -> list[tuple[Key, list[Key]]]:
    """Where a cell would stand that says one or two coordinates less, and the cells under it."""
    families: dict[tuple[tuple[str, ...], Key], list[Key]] = {}
    for key in keys:
        coordinates = [pair for pair in key if pair[0] not in ("of", "answer", "row", "column")]
        for many in (1, 2):
            for dropped in combinations(coordinates, many):
                rest = tuple(pair for pair in key if pair not in dropped)
                families.setdefault((tuple(p[0] for p in dropped), rest), []).append(key)
    return [(rest, parts) for (_, rest), parts in families.items()]
