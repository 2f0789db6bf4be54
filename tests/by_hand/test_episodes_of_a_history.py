"""Housing histories of a few rows, made into episodes on paper."""

from __future__ import annotations

import pandas as pd
import pytest
from small_study import plan, records, stays

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import participants
from nextome_eval.study.episodes import episodes, gaps, overlaps, written

Rows = list[list[object]]


def cleaned(*rows: tuple[object, ...]) -> pd.DataFrame:
    study = records(housing=stays(*rows))
    return episodes(study, participants(study, plan()))


def shown(frame: pd.DataFrame) -> Rows:
    return frame[["household", "place", "start", "end"]].values.tolist()


def test_the_last_day_is_lived_in_and_rows_come_in_any_order() -> None:
    clean = cleaned(
        ("n2", 10, None, "guest"),
        ("n1", 31, 40, "project_flat"),
        ("n1", -20, 30, "reception"),
    )
    assert shown(clean) == [
        ["n1", "reception", -20, 31],
        ["n1", "project_flat", 31, 41],
        ["n2", "guest", 10, float("inf")],
    ]


def test_the_day_of_the_move_belongs_to_the_new_home() -> None:
    clean = cleaned(("n1", 0, 30, "reception"), ("n1", 30, 50, "guest"))
    assert shown(clean) == [["n1", "reception", 0, 30], ["n1", "guest", 30, 51]]


def test_a_stay_without_an_end_ends_when_the_next_begins() -> None:
    clean = cleaned(("n1", 0, None, "reception"), ("n1", 100, 149, "guest"))
    assert shown(clean) == [["n1", "reception", 0, 100], ["n1", "guest", 100, 150]]


def test_after_a_stay_inside_another_the_first_goes_on() -> None:
    clean = cleaned(
        ("n1", 0, 99, "ordinary_dwelling", {"exit_reason": "evicted"}),
        ("n1", 20, 49, "institution", {"exit_reason": "moved_on"}),
        ("n1", 30, 34, "shelter"),
    )
    assert shown(clean) == [
        ["n1", "ordinary_dwelling", 0, 20],
        ["n1", "institution", 20, 30],
        ["n1", "shelter", 30, 35],
        ["n1", "institution", 35, 50],
        ["n1", "ordinary_dwelling", 50, 100],
    ]
    assert clean["exit_reason"].fillna("-").tolist() == ["-", "-", "-", "moved_on", "evicted"]


def test_a_stay_that_reaches_into_the_next_gives_way() -> None:
    clean = cleaned(("n1", 0, 60, "guest"), ("n1", 50, 99, "public_housing"))
    assert shown(clean) == [["n1", "guest", 0, 50], ["n1", "public_housing", 50, 100]]


def test_gaps_and_overlaps_are_told() -> None:
    rows = (("n1", 0, 9, "guest"), ("n1", 20, 29, "shelter"), ("n1", 25, 40, "reception"),
            ("n2", 0, None, "guest"), ("n2", 5, 9, "shelter"))  # fmt: skip
    study = records(housing=stays(*rows))
    people = participants(study, plan())
    assert gaps(episodes(study, people)).values.tolist() == [["n1", 10.0, 20.0]]
    assert overlaps(written(study, people)).values.tolist() == [["n1", 25.0, 5.0]]


def test_no_history_is_no_episode() -> None:
    assert cleaned().empty
    assert gaps(cleaned()).empty


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([("n1", 9, 3, "guest")], "stay_reversed", "ends before it begins"),
        ([("n1", 3, 9, "guest"), ("n1", 3, 5, "shelter")], "stay_twice", "begin on the same day"),
        ([("n1", None, 9, "guest")], "stay_without_start", "without its first day"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(
    rows: list[tuple[object, ...]], code: str, words: str
) -> None:
    with pytest.raises(DataProblem) as refusal:
        cleaned(*rows)
    assert refusal.value.code == code
    assert "n1" in str(refusal.value)
    assert words in str(refusal.value)
