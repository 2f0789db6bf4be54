"""Balance worked on paper, and which value of a covariate is taken."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.checks.balance import balance
from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.study.panel import Panel


def panel(**columns: object) -> Panel:
    df = pd.DataFrame(
        {
            "id": [1, 1, 2, 2, 3, 3, 4, 4],
            "t": [0, 6] * 4,
            "arm": ["pilot"] * 4 + ["current"] * 4,
        }
    ).assign(**columns)
    return Panel.from_frame(df, unit="id", time="t", arm="arm")


def test_difference_in_pooled_standard_deviations() -> None:
    """Pilot 10, 14 (mean 12, variance 8); current 7, 9 (8, 2): 4 / sqrt(5), ratio 4."""
    row = balance(panel(age=[10.0, 10, 14, 14, 7, 7, 9, 9]), ["age"]).rows.iloc[0]
    assert row["std_difference"] == pytest.approx(4 / np.sqrt(5))
    assert row["variance_ratio"] == pytest.approx(4)
    assert (row["n_1"], row["n_0"]) == (2, 2)


def test_binary_formula() -> None:
    """Shares 1/2 and 0: 0.5 / sqrt((1/4 + 0) / 2)."""
    row = balance(panel(works=[1.0, 1, 0, 0, 0, 0, 0, 0]), ["works"]).rows.iloc[0]
    assert row["std_difference"] == pytest.approx(0.5 / np.sqrt(0.125))
    assert (row["count_1"], row["percent_1"]) == (1, 50)
    assert np.isnan(row["variance_ratio"])


def test_the_first_wave_counts_where_a_column_changes() -> None:
    rows = balance(panel(score=[1.0, 9, 3, 9, 2, 9, 4, 9]), ["score"]).rows
    assert rows[["mean_1", "mean_0"]].to_numpy().tolist() == [[2.0, 3.0]]


def test_a_household_not_seen_at_the_first_wave_is_missing_not_its_later_value() -> None:
    df = pd.DataFrame(
        {
            "id": [1, 2, 2, 3, 4],
            "t": [6, 0, 6, 0, 0],
            "arm": ["b", "b", "b", "a", "a"],
            "score": [9.0, 1, 9, 3, 5],
            "sex": ["F", "M", "M", "F", "F"],
        }
    )
    rows = balance(
        Panel.from_frame(df, unit="id", time="t", arm="arm"), ["score", "sex"]
    ).rows.set_index(["term", "level"])
    assert rows.loc[("score", ""), ["n_1", "missing_1", "mean_1"]].tolist() == [1, 1, 1.0]
    assert rows.loc[("sex", "F"), ["n_1", "missing_1", "count_1"]].tolist() == [2, 0, 1]


def test_weights_move_means_but_not_the_yardstick() -> None:
    """Weights 3, 1 in the pilot: mean 11 instead of 12; sqrt(5) stays; 16/10 households count."""
    p = panel(age=[10.0, 10, 14, 14, 7, 7, 9, 9])
    row = balance(p, ["age"], weights=[3.0, 1, 1, 1]).rows.iloc[0]
    assert row["std_difference_weighted"] == pytest.approx(3 / np.sqrt(5))
    assert row["effective_n_1"] == pytest.approx(1.6)
    assert row["effective_n_0"] == pytest.approx(2)


def test_levels_stand_in_their_own_order() -> None:
    size = pd.Categorical(["big", "big", "small", "small"] * 2, ["small", "big"], ordered=True)
    assert balance(panel(size=size), ["size"]).rows["level"].tolist() == ["small", "big"]


def test_arms_that_differ_without_any_spread_have_no_standardised_difference() -> None:
    row = balance(panel(kids=[1.0] * 4 + [0.0] * 4), ["kids"]).rows.iloc[0]
    assert np.isnan(row["std_difference"])
    row = balance(panel(kids=[1.0] * 8), ["kids"]).rows.iloc[0]
    assert row["std_difference"] == 0


def test_no_p_values() -> None:
    assert not [c for c in balance(panel(x=[1.0, 2] * 4), ["x"]).rows if "p_value" in c]


@pytest.mark.parametrize(
    ("columns", "asked", "match"),
    [
        ({}, ["nothing"], "no column"),
        ({}, [], "at least one column"),
        ({"born": pd.Timestamp("1990-01-01")}, ["born"], "holds dates"),
        ({"x": [np.inf] * 8}, ["x"], "infinite"),
    ],
)
def test_what_cannot_be_compared(columns: dict[str, object], asked: list[str], match: str) -> None:
    with pytest.raises((DataProblem, DesignProblem), match=match):
        balance(panel(**columns), asked)


def test_weights_that_do_not_fit() -> None:
    with pytest.raises(DesignProblem, match="one weight a household"):
        balance(panel(x=1.0), ["x"], weights=[1.0, 2.0])
    with pytest.raises(DataProblem, match="not negative; they are not for households 2"):
        balance(panel(x=1.0), ["x"], weights=[1.0, -2, 1, 1])
