"""Balance, weighted and not, against base R (var, cov.wt, the formulas of Austin 2009)."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from nextome_eval.checks.balance import balance
from nextome_eval.study.durations import Durations
from nextome_eval.study.panel import Panel

HERE = Path(__file__).parent
R = json.loads((HERE / "balance.json").read_text())
CASES = [("age", ""), ("support", ""), *[("kind", level) for level in R if level not in
                                         ("age", "support")]]  # fmt: skip


def frame() -> pd.DataFrame:
    return pd.read_csv(HERE / "households.csv").assign(t=0, months=10.0, housed=[0, 1] * 12)


def doors() -> list[Panel | Durations]:
    return [
        Panel.from_frame(frame(), unit="id", time="t", arm="arm"),
        Durations.from_frame(frame(), time="months", event="housed", unit="id", arm="arm"),
    ]


@pytest.mark.parametrize("door", doors(), ids=["panel", "durations"])
@pytest.mark.parametrize(("term", "level"), CASES)
def test_a_row_is_that_of_r(door: Panel | Durations, term: str, level: str) -> None:
    rows = balance(door, ["age", "support", "kind"], weights="w").rows
    row = rows[(rows["term"] == term) & (rows["level"] == level)].iloc[0]
    gold = R[level or term]

    def pair(name: str) -> list[float]:
        return [row[f"{name}_1"], row[f"{name}_0"]]

    assert pair("n") == gold["n"]
    assert pair("missing") == gold["missing"]
    assert pair("effective_n") == pytest.approx(gold["ess"], rel=1e-8)
    assert row["std_difference"] == pytest.approx(gold["smd"], rel=1e-8)
    assert row["std_difference_weighted"] == pytest.approx(gold["smd_w"], rel=1e-8)
    if term == "age":
        assert pair("mean") == pytest.approx(gold["mean"], rel=1e-8)
        assert pair("sd") == pytest.approx(gold["sd"], rel=1e-8)
        assert row["variance_ratio"] == pytest.approx(gold["ratio"], rel=1e-8)
        assert row["variance_ratio_weighted"] == pytest.approx(gold["ratio_w"], rel=1e-8)
    else:
        assert pair("count") == gold["sum"]
        assert pair("percent") == pytest.approx([100 * m for m in gold["mean"]], rel=1e-8)
