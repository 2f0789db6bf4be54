"""Which counts stand behind which columns, read off the usual names of each kind of table."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["counts_behind"]

# words that place a row; every other column of text is a label
_PLACES = ("term", "level", "wave", "town", "period", "month", "sex", "age_group", "service", "arm")
# columns of both arms: they fall when a count of either arm does
_SHARED = (
    "estimate", "conf_low", "conf_high", "df", "p_value", "p_holm", "numerator", "denominator",
)  # fmt: skip
_CONTRAST = ("std_difference", "std_difference_weighted", "difference", "difference_low")
_BOTH = (*_SHARED, *_CONTRAST, "difference_high", "did", "did_low", "did_high", "variance_ratio")
_OF_N = ("mean", "sd", "median", "q25", "q75", "conf_low", "conf_high", "percent", "estimate")
_OF_COUNT = ("percent", "mean", "sd")
# traits of a known group: 0 % and 100 % can be told from them
_TRAITS = ("count", "events", "payers")
_SIDES = ("lost", "retained")
_SEEN = {"n": "assigned", "retained": "seen", "lost": "lost"}


def counts_behind(rows: pd.DataFrame, kind: str) -> dict[str, Any]:
    """Return counts, totals, parts, coordinates, cells and dominance for columns that are there."""
    columns = list(rows.columns)
    found: dict[str, Any] = {"counts": {}, "totals": {}, "parts": (), "cells": {}, "dominance": {}}
    if kind == "text":
        return {"counts": {}}
    for arm in ("1", "0"):
        _arm(columns, kind, arm, found)
    if kind == "lost_retained":
        _lost_retained(columns, found)
    _plain(columns, kind, found)
    placed = tuple(c for c in _PLACES if c in columns)
    more: dict[str, Any] = {"margins": _flow(rows)} if kind == "flow" else {}
    if kind == "means":
        more["nested"] = (("means:n", "seen"),)
    return {**found, **more, "coordinates": placed}


def _arm(columns: list[str], kind: str, arm: str, found: dict[str, Any]) -> None:
    def there(*names: str) -> tuple[str, ...]:
        return tuple(f"{n}_{arm}" for n in names if f"{n}_{arm}" in columns)

    both = tuple(c for c in _BOTH if c in columns)
    total = f"n_{arm}"
    for name in ("count", "events", "payers", "retained", "lost", "eligible", "entered"):
        column = f"{name}_{arm}"
        if column not in columns:
            continue
        found["counts"][column] = there(*_OF_COUNT) + both
        found["cells"][column] = {"of": _counted(kind, name), "arm": arm}
        if total in columns and name in _TRAITS:
            found["totals"][column] = total
    if total in columns:
        found["counts"][total] = there(*_OF_N, *_TRAITS) + both
        found["cells"][total] = {"of": _counted(kind, "n"), "arm": arm, "level": ""}
    if f"missing_{arm}" in columns:
        found["counts"][f"missing_{arm}"] = ()
        found["cells"][f"missing_{arm}"] = {"of": f"{kind}:missing", "arm": arm, "level": ""}
    if {total, f"retained_{arm}", f"lost_{arm}"} <= set(columns):
        found["parts"] += ((total, (f"retained_{arm}", f"lost_{arm}")),)
    if f"top_share_{arm}" in columns:
        found["dominance"][f"mean_{arm}"] = f"top_share_{arm}"


def _counted(kind: str, name: str) -> str:
    if kind == "attrition" and name in _SEEN:
        return _SEEN[name]
    return f"{kind}:{name}"


def _flow(rows: pd.DataFrame) -> tuple[tuple[str, tuple[int, ...], int], ...]:
    """Boxes and losses that add up to the box they come from."""
    table = rows.reset_index(drop=True)
    margins = []
    for whole, box in table[table["role"] == "box"].iterrows():
        after = table[table["of"] == box["term"]]
        after = after if box["arm"] == "" else after[after["arm"] == box["arm"]]
        for _, step in after.groupby("step", sort=True):
            margins.append(("n", tuple(int(i) for i in step.index), int(str(whole))))
    return tuple(margins)


def _lost_retained(columns: list[str], found: dict[str, Any]) -> None:
    """The lost and the retained make the table of the beginning: one side gives the other back."""
    both = tuple(c for c in _CONTRAST if c in columns)
    own = tuple(
        c
        for side in _SIDES
        for c in (f"mean_{side}", f"sd_{side}", f"percent_{side}")
        if c in columns
    )
    for side in _SIDES:
        if f"n_{side}" in columns:
            more = (f"count_{side}",) if f"count_{side}" in columns else ()
            found["counts"][f"n_{side}"] = own + more + both
            found["cells"][f"n_{side}"] = {"of": "balance:n", "side": side, "level": ""}
        if f"count_{side}" in columns:
            found["counts"][f"count_{side}"] = own + both
            found["totals"][f"count_{side}"] = f"n_{side}"
            found["cells"][f"count_{side}"] = {"of": "balance:count", "side": side}


def _plain(columns: list[str], kind: str, found: dict[str, Any]) -> None:
    own = tuple(c for c in (*_OF_N, "share") if c in columns)
    for name in ("n", "count", "missing"):
        if name not in columns:
            continue
        found["counts"][name] = own if name != "n" or "missing" not in columns else ()
        found["cells"][name] = {"of": f"{kind}:{name}"}
    for part in ("count", "missing"):
        if part in columns and "n" in columns:
            found["totals"][part] = "n"
