"""The canonical tables, closed: each row once, in order, held to its contract."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.gathered import Gathered
from nextome_eval.loaders.source import OWNER
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


def close(read: Gathered) -> tuple[Records, pd.DataFrame]:
    """Close the tables: rows sorted by their keys, so that the order of files does not matter.

    Returns
    -------
    records : Records
    origin : DataFrame
        Where each canonical row comes from: `table`, `position`, `file`, `sheet`, `row`; of a row
        made of several (a job, an added cost), the first.
    """
    made: dict[str, pd.DataFrame] = {}
    origins = []
    for name in (name for name in TABLES if name != "missing"):
        frame = _sorted(name, read)
        columns = [c for c in tables()[name].columns if c in frame.columns]
        made[name] = _held(name, typed(name, frame[columns]) if len(frame) else empty(name))
        origins.append(_origin(name, frame, read))
    made["missing"] = _missing(read)
    return Records(truth=None, **made), pd.concat(origins, ignore_index=True)


def _sorted(name: str, read: Gathered) -> pd.DataFrame:
    frame = read.frame(name)
    key = tables()[name].key
    if not len(frame) or not set(tables()[name].needed) <= set(frame.columns):
        return pd.DataFrame({"of": [], "at": []})
    if name == "costs":
        frame = _added(frame)
    return frame.sort_values(list(key), kind="stable")


def _origin(name: str, frame: pd.DataFrame, read: Gathered) -> pd.DataFrame:
    of, at = frame["of"].to_numpy(int), frame["at"].to_numpy(int)
    rows = np.zeros(len(frame), dtype="int64")
    for number in np.unique(of):
        rows[of == number] = read.sources[number].rows[at[of == number]]
    said = {part: [getattr(source, part) for source in read.sources] for part in ("file", "sheet")}
    return pd.DataFrame(
        {
            "table": pd.Series(name, index=range(len(frame)), dtype="string"),
            "position": np.arange(len(frame)),
            **{
                part: pd.array(np.array(words, dtype=object)[of], dtype="string")
                for part, words in said.items()
            },
            "row": rows,
        }
    )


def _held(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    from pandera.errors import SchemaError

    try:
        schema(name).validate(frame)
    except SchemaError as trouble:
        column = getattr(trouble.schema, "name", None) or "-"
        raise DataProblem("table_contract", table=name, column=str(column)) from trouble
    return frame


def _added(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the amounts of costs that stand in several rows of one household, month, category, kind.

    An amount that is unknown leaves the sum unknown; what the rows do not share (a unit, its cost)
    is left out.
    """
    frame = frame.assign(provider=frame["provider"].fillna("") if "provider" in frame else "")
    frame = frame if "kind" in frame else frame.assign(kind=None)
    key = list(tables()["costs"].key)
    twice = frame.duplicated(key, keep=False)
    if not twice.any():
        return frame
    rows = frame[twice].groupby(key, sort=False, dropna=False)
    summed = rows.first()
    for column in map(str, summed):
        shared = rows[column].nunique(dropna=False) == 1
        if column in ("amount_eur", "quantity"):
            shared = rows[column].count() == rows.size()
            summed[column] = rows[column].sum()
        if column not in ("of", "at"):
            summed[column] = summed[column].where(shared)
    if {"quantity", "unit"} <= set(summed):
        summed["quantity"] = summed["quantity"].where(rows["unit"].nunique(dropna=False) == 1)
    return pd.concat([frame[~twice], summed.reset_index()], ignore_index=True)


def _missing(read: Gathered) -> pd.DataFrame:
    parts = []
    for name in TABLES:
        frame = read.frame(name)
        owner = OWNER.get(name, "household")
        owner = "household" if name == "jobs" else owner
        if owner not in frame or not len(read.reasons):
            continue
        near = read.reasons.merge(frame, on=["of", "at"], how="inner", suffixes=("", "_"))
        if not len(near):
            continue
        record = near[[c for c in _RECORD.get(name, []) if c in near]].astype("string").fillna("")
        parts.append(
            pd.DataFrame(
                {
                    "table": name,
                    "household": near[owner],
                    "record": record.agg(" ".join, axis=1) if record.shape[1] else "",
                    "column": near["column"],
                    "reason": near["reason"],
                }
            )
        )
    if not parts:
        return empty("missing")
    made = pd.concat(parts, ignore_index=True).dropna(subset=["household"])
    key = list(tables()["missing"].key)
    return typed("missing", made.drop_duplicates(key).sort_values(key, kind="stable"))
