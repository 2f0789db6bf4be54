"""Stays in one housing state after another, and the shares in each state, counted on paper."""

from __future__ import annotations

import pytest
from small_study import plan, records, stays, visits

from nextome_eval.models.survival import state_occupancy
from nextome_eval.study.clock import DAYS_A_MONTH
from nextome_eval.study.housing_stays import housing_stays

OWN = {"holder": "household", "payer": "household", "ethos": 0}
STILL = [(name, 12, 365, "completed") for name in ("n1", "n2", "n3", "n4")]


def rows(*housing: tuple[object, ...], seen=STILL, household="n1") -> list[tuple[object, ...]]:
    spells = housing_stays(records(housing=stays(*housing), followups=visits(*seen)), plan())
    frame = spells.frame[spells.frame["household"] == household].sort_values("from")
    days = (frame[["from", "to"]] * DAYS_A_MONTH).round(6)
    names = frame["then"].map(spells.causes).fillna("")
    return list(zip(days["from"], days["to"], frame["state"], names, strict=True))


END = 365.0


def test_every_day_from_the_referral_is_in_one_state() -> None:
    """Reception from before day 0; days 100-119 are unknown; then a flat of one's own."""
    assert rows(("n1", -50, 99, "reception"), ("n1", 120, None, "ordinary_dwelling", OWN)) == [
        (0, 100, "services", "unknown"),
        (100, 120, "unknown", "own_contract"),
        (120, pytest.approx(END, abs=0.3), "own_contract", ""),
    ]


def test_two_stays_in_the_same_state_are_one() -> None:
    found = rows(("n1", -9, 49, "reception"), ("n1", 50, 99, "shelter"), ("n1", 100, None, "guest"))
    assert [row[:4] for row in found[:1]] == [(0, 100, "services", "other")]
    assert len(found) == 2


def test_who_lost_a_home_goes_back() -> None:
    found = rows(
        ("n1", -9, 29, "reception"),
        ("n1", 30, 199, "ordinary_dwelling", OWN),
        ("n1", 200, None, "reception"),
    )
    assert [row[2:] for row in found] == [
        ("services", "own_contract"),
        ("own_contract", "services"),
        ("services", ""),
    ]


def test_who_left_the_area_moves_away_and_stays_there() -> None:
    left = ("n1", -9, 199, "reception", {"exit_reason": "left_area"})
    seen = [visit for visit in STILL if visit[0] != "n1"]
    assert rows(left, seen=seen) == [(0, 200, "services", "away")]


def test_nothing_is_written_of_a_household_that_is_followed() -> None:
    found = rows(("n2", -9, 29, "reception"), ("n2", 30, None, "guest"))
    assert [row[2:] for row in found] == [("unknown", "")]


def test_shares_of_the_four_households() -> None:
    """At month 6 (day 182.6): n1 and n3 in a flat of their own, n2 in reception, n4 away."""
    housing = stays(
        ("n1", -9, 29, "reception"), ("n1", 30, None, "ordinary_dwelling", OWN),
        ("n3", -9, 89, "reception"), ("n3", 90, None, "ordinary_dwelling", OWN),
        ("n2", -9, None, "reception"),
        ("n4", -9, 149, "reception", {"exit_reason": "left_area"}),
    )  # fmt: skip
    seen = visits(*(visit for visit in STILL if visit[0] != "n4"))
    spells = housing_stays(records(housing=housing, followups=seen), plan())
    shares = state_occupancy(spells, state="state")
    steps = shares.terms.assign(share=shares.value)
    last = steps[steps["time"] <= 6].groupby("state")["share"].last()
    known = last[last > 0].to_dict()
    assert known == {"own_contract": 0.5, "services": 0.25, "away": 0.25}
