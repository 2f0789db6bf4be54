"""The cases that make.R put to R, and how our answers are held against R's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import nextome_eval as ne

Case = dict[str, Any]
FILES = ("book", "sets", "random")


@cache
def read(file: str) -> dict[str, Case]:
    """Cases of one file by name, each with its data as a table."""
    found = json.loads((Path(__file__).parent / f"{file}.json").read_text())
    columns: list[Any] = found["columns"]
    cases: dict[str, Case] = found["cases"]
    for case in cases.values():
        case["df"] = pd.DataFrame({name: columns[i] for name, i in case["data"].items()})
    return cases


def names(kind: str) -> list[str]:
    """Name every case of a kind: "file: case"."""
    return [f"{f}: {n}" for f in FILES for n, case in read(f).items() if case["kind"] == kind]


def case_named(name: str) -> tuple[pd.DataFrame, dict[str, Any], Case]:
    """Give the data, how they were asked about, and R's answer."""
    file, _, case = name.partition(": ")
    found = read(file)[case]
    return found["df"], found["how"], found["answer"]


def door(df: pd.DataFrame, how: dict[str, Any], **roles: Any) -> ne.Durations:
    """Make the durations a case asks for."""
    given = {role: how[role] for role in ("entry", "weights", "cluster") if role in how}
    asked: dict[str, Any] = {"time": "time", "event": "event", "complete": True} | given | roles
    return ne.Durations.from_frame(df, **asked)


def grouping(how: dict[str, Any]) -> str | None:
    """The column of groups; R's formula says "1" for none."""
    return None if how["by"] == "1" else how["by"]


def many(value: Any) -> list[Any]:
    """A list, where R wrote a single value bare."""
    return np.asarray(value).tolist() if np.ndim(value) else [value]


def numbers(values: Any) -> np.ndarray:
    """R's numbers as floats, NA as NaN."""
    words = {None: np.nan, "NA": np.nan, "NaN": np.nan, "Inf": np.inf, "-Inf": -np.inf}
    return np.array([words.get(v, v) for v in many(values)], float)


def same(ours: Any, theirs: Any, *, where: Any = None, atol: float = 1e-10) -> None:
    """Compare to 1e-8; `where` R gives a number."""
    left, right = np.asarray(ours, float).ravel(), numbers(theirs)
    known = np.ones(len(right), bool) if where is None else np.asarray(where)
    assert left.shape == right.shape
    np.testing.assert_allclose(left[known], right[known], rtol=1e-8, atol=atol)
