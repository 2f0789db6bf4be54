"""The canonical tables, closed: each row once, in order, held to its contract."""

from __future__ import annotations

import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.gathered import Gathered
from nextome_eval.loaders.sources import OWNER
from nextome_eval.study.records import TABLES, Records
from nextome_eval.study.tables import empty, schema, tables, typed

__all__ = ["close"]

_RECORD = {
    "members": ["member"],
    "followups": ["wave"],
    "operators": ["wave"],
    "housing": ["from_date"],
    "jobs": ["start_date"],
    "costs": ["month", "category", "provider"],
}


def close(read: Gathered) -> Records:
    """Return the records: rows sorted by their keys, so that the order of files does not matter."""
    made = {name: _closed(name, read) for name in TABLES if name != "missing"}
    made["missing"] = _missing(read)
    return Records(**made)


def _closed(name: str, read: Gathered) -> pd.DataFrame:
    frame = read.frame(name)
    table = tables()[name]
    if not len(frame) or not set(table.key) - {"provider"} <= set(frame.columns):
        return empty(name)
    if name == "costs":
        frame = _added(frame)
    frame = frame.sort_values(list(table.key), kind="stable")
    closed = typed(name, frame[[c for c in table.columns if c in frame.columns]])
    return _held(name, closed)


def _held(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    from pandera.errors import SchemaError

    try:
        schema(name).validate(frame)
    except SchemaError as trouble:
        column = getattr(trouble.schema, "name", None) or "-"
        raise DataProblem("table_contract", table=name, column=str(column)) from trouble
    return frame


def _added(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the amounts of costs that stand in several rows of one household, month, category."""
    frame = frame.assign(provider=frame["provider"].fillna("") if "provider" in frame else "")
    key = list(tables()["costs"].key)
    twice = frame.duplicated(key, keep=False)
    if not twice.any():
        return frame
    rest = {c: "first" for c in frame.columns if c not in key}
    summed = frame[twice].groupby(key, sort=False).agg(
        rest | {c: lambda v: v.sum(min_count=1) for c in ("amount_eur", "quantity") if c in rest}
    )
    return pd.concat([frame[~twice], summed.reset_index()], ignore_index=True)


def _missing(read: Gathered) -> pd.DataFrame:
    parts = []
    for name in TABLES:
        frame = read.frame(name)
        owner = OWNER.get(name, "household")
        owner = "household" if name == "jobs" else owner
        if owner not in frame or not len(read.reasons):
            continue
        near = read.reasons.merge(frame, on=["source", "at"], how="inner", suffixes=("", "_"))
        if not len(near):
            continue
        record = near[[c for c in _RECORD.get(name, []) if c in near]].astype("string").fillna("")
        parts.append(pd.DataFrame({
            "table": name,
            "household": near[owner],
            "record": record.agg(" ".join, axis=1) if record.shape[1] else "",
            "column": near["column"],
            "reason": near["reason"],
        }))
    if not parts:
        return empty("missing")
    made = pd.concat(parts, ignore_index=True).dropna(subset=["household"])
    key = list(tables()["missing"].key)
    return typed("missing", made.drop_duplicates(key).sort_values(key, kind="stable"))
