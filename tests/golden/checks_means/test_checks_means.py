"""Arm means by wave and costs by category against R (t.test, clubSandwich, all permutations)."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from nextome_eval.models.arm_means import arm_means, means_by_wave
from nextome_eval.models.costs import cost_by_category, cost_table
from nextome_eval.study.panel import Panel

HERE = Path(__file__).parent
R = json.loads((HERE / "means.json").read_text())
TIGHT = {"rel": 1e-8}


def panel(**roles: str) -> Panel:
    return Panel.from_frame(
        pd.read_csv(HERE / "panel.csv"), unit="id", time="t", arm="arm", **roles
    )


def months() -> Panel:
    frame = pd.read_csv(HERE / "months.csv")
    return Panel.from_frame(frame, unit="id", time="month", arm="arm", strata="town")


@pytest.mark.parametrize("time", [0, 6, 12])
def test_each_arms_mean_is_that_of_a_t_test(time: int) -> None:
    rows = arm_means(panel(), "y").where(term="mean", time=time).tidy()
    gold = R[f"t{time}"]
    assert rows["n"].tolist() == gold["n"]
    for ours, theirs in (
        ("estimate", "mean"), ("sd", "sd"), ("conf_low", "low"), ("conf_high", "high")
    ):  # fmt: skip
        assert rows[ours].to_numpy() == pytest.approx(gold[theirs], **TIGHT)


@pytest.mark.parametrize("clusters", ["id", "flat"])
@pytest.mark.parametrize(
    ("term", "time"),
    [("difference", 0), ("difference", 6), ("difference", 12), ("did", 6), ("did", 12)],
)
def test_differences_are_clubsandwichs(term: str, time: int, clusters: str) -> None:
    row = arm_means(panel(cluster=clusters), "y").where(term=term, time=time).tidy()
    ours = row.loc[0, ["estimate", "std_error", "df"]].to_list()
    assert ours == pytest.approx(R[f"t{time}"][f"{term}_{clusters}"], **TIGHT)


def test_the_table_holds_the_same_numbers() -> None:
    rows = means_by_wave(panel(), "y").rows.set_index("wave")
    for time in (0, 6, 12):
        gold = R[f"t{time}"]
        assert rows.loc[time, ["n_1", "n_0"]].to_list() == gold["n"]
        assert rows.loc[time, ["mean_1", "mean_0"]].to_list() == pytest.approx(
            gold["mean"], **TIGHT
        )
        assert rows.loc[time, "difference"] == pytest.approx(gold["difference"], **TIGHT)


@pytest.mark.parametrize("category", ["rent", "social", "support", "total"])
def test_costs_are_means_of_household_means(category: str) -> None:
    est = cost_by_category(months(), ["rent", "social"], transfers=["support"])
    gold = R["costs"][category]
    means = est.where(term=category, arm=["1", "0"]).tidy()["estimate"]
    assert means.to_numpy() == pytest.approx(gold["mean"], **TIGHT)
    row = est.where(term=category, arm="").tidy().loc[0, ["estimate", "std_error", "df"]]
    assert row.to_list() == pytest.approx(gold["difference"], **TIGHT)


@pytest.mark.parametrize("category", ["rent", "social", "support", "total"])
def test_the_cost_table_counts_payers_shares_and_permutations(category: str) -> None:
    table = cost_table(months(), ["rent", "social"], transfers=["support"])
    row = table.where(term=category).iloc[0]
    gold = R["costs"][category]
    assert row[["payers_1", "payers_0"]].to_list() == gold["payers"]
    assert row[["top_share_1", "top_share_0"]].to_list() == pytest.approx(gold["share"], **TIGHT)
    assert (row["numerator"], row["denominator"]) == (gold["count"], gold["ways"])
