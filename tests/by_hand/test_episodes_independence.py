"""Time to independent housing of single households, worked out on paper in days."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small_study import plan, records, stays, visits

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.study.clock import participants
from nextome_eval.study.independence import time_to_independence

OWN = {"holder": "household", "payer": "household", "ethos": 0}
AIDED = {"holder": "household", "payer": "shared", "ethos": 0}
DEFINITIONS = ("dwelling", "contract", "unsupported")
SEEN = visits(("n1", 0, 5, "completed"), ("n1", 12, 380, "completed"))


def of_n1(*rows: tuple[Any, ...], followups: pd.DataFrame = SEEN, **changes: Any) -> list[Any]:
    """Day and end of household n1 under each definition."""
    study = records(housing=stays(*rows), followups=followups)
    chosen = plan(**changes)
    people = participants(study, chosen)
    found = [
        time_to_independence(study, people, plan=chosen, definition=name).loc["n1"]
        for name in DEFINITIONS
    ]
    return [(round(one["months"] * 30.4375, 6), one["end"]) for one in found]


def test_a_way_out_in_four_steps() -> None:
    """Reception, project flat on day 60, own contract with help on 150, without on 240."""
    assert of_n1(
        ("n1", -100, 59, "reception"),
        ("n1", 60, 149, "project_flat", {"holder": "project", "ethos": 0}),
        ("n1", 150, 239, "ordinary_dwelling", AIDED),
        ("n1", 240, None, "ordinary_dwelling", OWN),
    ) == [(60, "independent"), (150, "independent"), (240, "independent")]


def test_cohousing_is_no_dwelling_and_another_s_contract_no_contract() -> None:
    assert of_n1(
        ("n1", -100, 59, "cohousing", {"holder": "project", "ethos": 3}),
        ("n1", 60, None, "ordinary_dwelling", {"holder": "other", "payer": "household"}),
    ) == [(60, "independent"), (365.25, "end_of_follow_up"), (365.25, "end_of_follow_up")]


def test_three_months_without_help_must_run_on() -> None:
    """91 days from day 100 end with day 190; two months, help, then three months do as well."""
    assert of_n1(("n1", 100, 190, "ordinary_dwelling", OWN))[2] == (100, "independent")
    assert of_n1(("n1", 100, 189, "ordinary_dwelling", OWN))[2] == (365.25, "end_of_follow_up")
    assert of_n1(
        ("n1", 100, 159, "ordinary_dwelling", OWN),
        ("n1", 160, 169, "ordinary_dwelling", AIDED),
        ("n1", 170, 300, "ordinary_dwelling", OWN),
    )[2] == (170, "independent")


def test_moving_between_two_homes_of_one_s_own_does_not_break_the_three_months() -> None:
    rows = [("n1", 100, 159, "ordinary_dwelling", OWN), ("n1", 160, 200, "public_housing", OWN)]
    assert of_n1(*rows)[2] == (100, "independent")


def test_three_months_count_as_far_as_the_household_is_known_about() -> None:
    """The last interview is on day 380: a contract from day 289 has 91 days, from 290 has not."""
    assert of_n1(("n1", 289, None, "ordinary_dwelling", OWN))[2] == (289, "independent")
    assert of_n1(("n1", 290, None, "ordinary_dwelling", OWN))[1:] == [
        (290, "independent"),
        (365.25, "end_of_follow_up"),
    ]


def test_a_lost_word_leaves_the_class_to_decide() -> None:
    """Excel turned "4+4" into 8: the place is missing, the ETHOS class 0 is not."""
    assert of_n1(("n1", 50, None, None, OWN))[1] == (50, "independent")
    unknown = OWN | {"ethos": None}
    assert of_n1(("n1", 50, None, None, unknown))[0] == (365.25, "end_of_follow_up")
    assert of_n1(("n1", 50, None, "ordinary_dwelling", OWN | {"ethos": 5}))[0][1] != "independent"


def test_follow_up_ends_with_the_last_interview_or_the_last_day_written() -> None:
    lost = visits(("n1", 0, 5, "completed"), ("n1", 6, 190, "untraceable"))
    assert of_n1(("n1", -9, None, "reception"), followups=lost)[1] == (5, "lost")
    assert of_n1(("n1", -9, 80, "reception"), followups=lost)[1] == (80, "lost")
    nobody = visits(("n2", 0, 5, "completed"))
    assert of_n1(("n1", -9, None, "reception"), followups=nobody)[1] == (0.5, "lost")


def test_an_interview_without_its_date_counts_on_the_day_of_its_wave() -> None:
    undated = visits(("n1", 6, None, "completed"))
    assert of_n1(("n1", -9, None, "reception"), followups=undated)[1] == (183, "lost")


def test_follow_up_ends_with_the_plan_and_with_the_data() -> None:
    rows = [("n1", -9, None, "reception")]
    assert of_n1(*rows)[1] == (365.25, "end_of_follow_up")
    assert of_n1(*rows, data_until=pd.Timestamp("2022-04-11"))[1] == (100, "end_of_follow_up")
    assert of_n1(("n1", 366, None, "ordinary_dwelling", OWN))[1] == (365.25, "end_of_follow_up")


def test_leaving_the_area_ends_the_wait() -> None:
    leaves = ("n1", -9, 99, "reception", {"exit_reason": "left_area"})
    assert of_n1(leaves)[1] == (100, "left_area")
    assert of_n1(("n1", -9, 99, "reception"), ("n1", 120, None, "abroad"))[1] == (120, "left_area")
    moved = visits(("n1", 0, 5, "completed"), ("n1", 6, 190, "moved"))
    assert of_n1(("n1", -9, None, "reception"), followups=moved)[1] == (190, "left_area")
    back = visits(("n1", 6, 190, "moved"), ("n1", 12, 370, "completed"))
    assert of_n1(("n1", -9, None, "reception"), followups=back)[1][1] == "end_of_follow_up"


def test_who_signed_before_leaving_was_independent() -> None:
    own = ("n1", 60, 199, "ordinary_dwelling", OWN | {"exit_reason": "left_area"})
    assert of_n1(own)[1] == (60, "independent")


def test_independent_at_the_referral_is_refused_by_name() -> None:
    with pytest.raises(DataProblem, match="Households n1 were in independent housing") as refusal:
        of_n1(("n1", -30, 200, "ordinary_dwelling", OWN))
    assert refusal.value.code == "independent_at_zero"


def test_a_home_of_one_s_own_that_was_lost_before_the_referral_does_not_count() -> None:
    rows = [("n1", -300, -100, "ordinary_dwelling", OWN), ("n1", -99, None, "reception")]
    assert of_n1(*rows)[1] == (365.25, "end_of_follow_up")


def test_an_exit_before_the_referral_is_refused_by_name() -> None:
    gone = ("n1", -300, -10, "reception", {"exit_reason": "left_area"})
    with pytest.raises(DataProblem, match="n1 left the area before their referral"):
        of_n1(gone, followups=visits(("n2", 0, 5, "completed")))
    assert of_n1(gone)[1] == (365.25, "end_of_follow_up"), "seen again after it"


def test_a_definition_that_is_none_of_the_three_is_refused() -> None:
    study = records()
    with pytest.raises(DesignProblem, match="dwelling, contract, unsupported"):
        time_to_independence(study, participants(study, plan()), plan=plan(), definition="move_in")
