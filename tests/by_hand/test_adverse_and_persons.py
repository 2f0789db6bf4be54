"""Adverse events and distinct persons, counted on paper."""

from __future__ import annotations

import pandas as pd
from small_study import ZERO, households, plan, records, stays, visits

from nextome_eval.study.adverse import adverse_events
from nextome_eval.study.persons import distinct_persons
from nextome_eval.study.tables import typed

OWN = {"holder": "household", "payer": "household", "ethos": 0}
SEEN = visits(*((name, 12, 365, "completed") for name in ("n1", "n2", "n3", "n4")))


def test_each_event_is_counted_from_the_referral_to_the_end_of_follow_up() -> None:
    housing = stays(
        ("n1", -400, -200, "ordinary_dwelling", {**OWN, "exit_reason": "evicted"}),
        ("n1", -199, 29, "street"),
        ("n1", 30, 99, "ordinary_dwelling", {**OWN, "exit_reason": "evicted"}),
        ("n1", 100, 109, "shelter"),
        ("n1", 110, 199, "guest"),
        ("n1", 200, None, "reception"),
        ("n2", -9, 299, "reception"),
        ("n2", 300, 399, "ordinary_dwelling", OWN),
        ("n2", 400, None, "street"),
    )
    counts = adverse_events(records(housing=housing, followups=SEEN), plan())
    first = counts.loc["n1"]
    assert (first["home_lost"], first["evicted"], first["without_roof"]) == (1, 1, 1)
    assert first["back_in_services"] == 2  # the night shelter, and reception after being a guest
    assert counts.loc["n2", ["home_lost", "without_roof"]].tolist() == [0, 0]  # after the year
    assert counts.loc[["n3", "n4"]].drop(columns="arm").to_numpy().sum() == 0


def members(*rows: tuple[object, ...]) -> pd.DataFrame:
    names = ["household", "member", "person", "sex", "birth_date", "citizenship"]
    frame = pd.DataFrame([list(row) for row in rows], columns=names)
    return typed("members", frame.assign(birth_date=pd.to_datetime(frame["birth_date"])))


def test_a_person_under_two_ids_counts_once_and_each_age_is_that_at_the_referral() -> None:
    people = members(
        ("n1", 1, "p", "F", "1990-05-01", "MA"),
        ("n1", 2, None, "M", "2004-01-02", "XX"),  # 17 the day before coming of age; stateless
        ("n1", 3, None, "F", "1961-01-02", "RO"),  # 61 on the morrow, of the Union
        ("n2", 1, "p", "F", "1990-05-01", "MA"),  # the same person in another household
        ("n2", 2, "q", "F", "1960-12-31", None),  # 61 the day before
    )
    homes = households().assign(home_type=["cohousing", "none", "flat", "none"])
    persons = distinct_persons(records(households=homes, members=people), plan())
    assert len(persons) == 4
    assert persons["age_group"].tolist() == ["18_to_60", "under_18", "18_to_60", "over_60"]
    assert persons["third_country"].tolist()[:3] == [True, True, False]
    assert pd.isna(persons["third_country"].iloc[3])
    assert persons["home_type"].tolist() == ["cohousing"] * 3 + ["none"]
    assert pd.Timestamp("2022-01-01") == ZERO
