"""The panel's door: what it reads, what it refuses in a sentence, what resampling takes from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.study.panel import Panel

ROWS = pd.DataFrame(
    {
        "id": ["c", "a", "a", "b", "b", "c"],
        "t": [6, 6, 0, 0, 6, 0],
        "g": [np.nan, 6, 6, np.nan, np.nan, np.nan],
        "arm": ["control", "pilot", "pilot", "control", "control", "control"],
        "town": ["y", "x", "x", "x", "x", "y"],
        "flat": ["c", "f", "f", "f", "f", "c"],
        "w": [1.0, 2, 2, 1, 1, 1],
        "y": [9.0, 3, 1, 2, np.nan, 8],
        "kind": ["red", "blue", "blue", None, "green", "red"],
    }
)


def panel(frame: pd.DataFrame = ROWS, **roles: str) -> Panel:
    return Panel.from_frame(frame, **{"unit": "id", "time": "t", "begins": "g", **roles})


def test_rows_are_sorted_and_other_columns_stay() -> None:
    made = panel(strata="town", cluster="flat", weights="w")
    assert made.units.tolist() == ["a", "b", "c"]
    assert made.unit.tolist() == [0, 0, 1, 1, 2, 2]
    assert made.begins.tolist() == [6, np.inf, np.inf]
    assert made.cluster_labels[made.cluster].tolist() == ["f", "f", "c"]
    assert made.frame["kind"].iloc[0] == "blue"
    np.testing.assert_array_equal(made.wide("y"), [[1, 3], [2, np.nan], [8, 9]])
    assert ROWS["id"].tolist()[0] == "c", "the frame given is left as it was"


def test_the_first_arm_of_a_categorical_is_compared_with() -> None:
    ordered = ROWS.assign(arm=pd.Categorical(ROWS["arm"], ["control", "pilot"]), g=np.nan)
    made = Panel.from_frame(ordered, unit="id", time="t", arm="arm")
    assert made.arm.tolist() == [1, 0, 0]
    assert made.begins.tolist() == [6, np.inf, np.inf], "the second time, where none is given"
    assert made.design.compared_to == "control"


def changed(column: str, row: int, value: Any) -> pd.DataFrame:
    frame = ROWS.astype({column: object})
    frame.loc[row, column] = value
    return frame


@pytest.mark.parametrize(
    ("frame", "roles", "code", "words"),
    [
        (ROWS.iloc[:0], {}, "table_empty", "no rows"),
        (ROWS.drop(columns="t"), {}, "column_missing", '"t". The columns are: id, g'),
        (
            pd.concat([ROWS, ROWS[["y"]]], axis=1),
            {"arm": "y"},
            "column_twice",
            '"y" is there twice',
        ),
        (changed("t", 1, 0), {}, "unit_time_twice", "Households a have the time 0 twice"),
        (changed("t", 1, "six"), {}, "column_is_text", "holds text where numbers are needed: six"),
        (changed("t", 1, None), {}, "column_has_gaps", '"t" is empty at rows 1'),
        (changed("t", 1, np.inf), {}, "column_infinite", "infinite values"),
        (changed("id", 3, None), {}, "column_has_gaps", '"id" is empty at rows 3'),
        (changed("g", 1, 12), {}, "changes_within_unit", '"g" changes .* a\\)'),
        (changed("g", 1, "spring"), {}, "column_is_text", "spring"),
        (changed("town", 0, "x"), {"strata": "town"}, "changes_within_unit", "households c"),
        (changed("flat", 0, None), {"cluster": "flat"}, "column_has_gaps", '"flat" is empty'),
        (changed("w", 4, 0), {"weights": "w"}, "weights_not_positive", "not for households b"),
        (changed("w", 4, -1), {"weights": "w"}, "weights_not_positive", "Drop households"),
        (changed("arm", 0, "third"), {"arm": "arm"}, "arms_not_two", "control, pilot, third"),
        (changed("arm", 0, "pilot"), {"arm": "arm"}, "changes_within_unit", "households c"),
        (ROWS.assign(g=6), {"arm": "arm"}, "both_arms_begin", "compared-to arm must have none"),
    ],
)
def test_bad_tables_are_refused(
    frame: pd.DataFrame, roles: dict[str, str], code: str, words: str
) -> None:
    with pytest.raises(DataProblem, match=words) as refusal:
        panel(frame, **roles)
    assert refusal.value.code == code
    assert refusal.value.text("it") != str(refusal.value)


def test_columns_of_text_and_roles_not_given_are_refused_when_asked_for() -> None:
    with pytest.raises(DataProblem, match=r'"kind" holds text .* blue, green, red'):
        panel().column("kind")
    with pytest.raises(DataProblem, match="made without strata="):
        panel().groups("strata")
    with pytest.raises(DataProblem, match=r"infinite values \(households a\)"):
        panel(changed("y", 1, np.inf)).column("y")


def test_take_makes_households_drawn_twice_two() -> None:
    made = panel(strata="town", weights="w").take(np.array([2, 0, 0]))
    assert made.units.tolist() == ["c", "a", "a"]
    assert made.unit.tolist() == [0, 0, 1, 1, 2, 2]
    np.testing.assert_array_equal(made.wide("y"), [[8, 9], [1, 3], [1, 3]])
    assert made.arm.tolist() == [0, 1, 1]
    assert made.begins.tolist() == [np.inf, 6, 6]
    assert made.cluster.tolist() == [0, 1, 2], "each its own cluster"
    assert made.weights is not None
    assert made.weights.tolist() == [1, 1, 2, 2, 2, 2]


def test_take_keeps_who_shares_a_flat() -> None:
    made = panel(cluster="flat").take(np.array([0, 0, 1]))
    assert len(set(made.cluster.tolist())) == 1
    once_more = panel(cluster="flat").take(np.array([0, 1])).take(np.array([0, 0, 1]))
    assert len(set(once_more.cluster.tolist())) == 1, "as many flats as households, by chance"


def test_with_arm_deals_anew() -> None:
    made = panel().with_arm(np.array([0, 1, 0]))
    assert made.arm.tolist() == [0, 1, 0]
    assert made.begins.tolist() == [np.inf, 6, np.inf]
    assert made.with_arm(np.array([0, 0, 1]), np.array([np.inf, np.inf, 0.0])).begins[2] == 0


def test_covariates_of_words_become_a_term_a_level() -> None:
    made = panel(strata="town")
    values, terms = made.covariates(["y", "kind", "arm", "strata"])
    assert terms == ["y", "kind[green]", "kind[red]", "arm", "strata[y]"]
    assert values.shape == (6, 5)
    assert np.isnan(values[2, 1:3]).all(), "an empty word is missing in all its terms"
    assert values[0].tolist() == [1, 0, 0, 1, 0]
    assert values[4].tolist() == [8, 0, 1, 0, 1]
    nothing, no_terms = made.covariates([])
    assert nothing.shape == (6, 0)
    assert no_terms == []


def test_a_categorical_chooses_what_others_are_compared_with() -> None:
    frame = ROWS.assign(kind=pd.Categorical(ROWS["kind"], ["red", "green", "blue"]))
    assert panel(frame).covariates(["kind"])[1] == ["kind[green]", "kind[blue]"]


def test_nullable_and_boolean_columns_read_as_numbers() -> None:
    frame = ROWS.assign(
        whole=pd.array([1, None, 3, 4, 5, 6], dtype="Int64"),
        flag=pd.array([True, None, False, True, True, False], dtype="boolean"),
    )
    values, terms = panel(frame).covariates(["whole", "flag"])
    assert terms == ["whole", "flag"]
    np.testing.assert_array_equal(values[:2], [[3, 0], [np.nan, np.nan]])
