"""Days in work of single households, counted on paper."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from small_study import day, jobs, plan, records

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import participants
from nextome_eval.study.tables import typed
from nextome_eval.study.work import days_employed, employed_at, jobs_in_days, registered

MONTHS = np.array([0.0, 6.0, 12.0])  # days 0, 183 and 365


def days(*rows: tuple[object, ...]) -> list[float]:
    study = records(jobs=jobs(*rows))
    return days_employed(jobs_in_days(study, participants(study, plan())), MONTHS, n=4)[0].tolist()


def test_first_and_last_day_are_worked() -> None:
    assert days(("n1", "a", 10, 19, None, "fixed_term")) == [0, 10, 0]
    assert days(("n1", "a", -10, 9, None, "fixed_term")) == [10, 9, 0], "day 0 is in no window"


def test_jobs_of_two_members_on_the_same_days_count_once() -> None:
    assert days(
        ("n1", "a", 10, 39, None, "fixed_term"),
        ("n1", "b", 30, 59, None, "domestic"),
        ("n1", "a", 60, 69, None, "agency"),
    ) == [0, 60, 0]


def test_a_traineeship_is_no_job_whichever_cell_says_so() -> None:
    assert days(("n1", "a", 10, 39, None, "traineeship")) == [0, 0, 0]
    by_code = jobs(("n1", "a", 10, 39, None, None)).assign(contract_code="C.01.00")
    study = records(jobs=by_code.astype({"contract_code": "string"}))
    assert jobs_in_days(study, participants(study, plan())).empty


def test_ends_cessation_then_expected_then_open() -> None:
    assert days(("n1", "a", 300, 309, 400, "fixed_term")) == [0, 0, 10]
    assert days(("n1", "a", 300, None, 319, "fixed_term")) == [0, 0, 20]
    assert days(("n1", "a", 300, None, None, "permanent")) == [0, 0, 65]


def test_employed_on_the_day_and_stably() -> None:
    study = records(
        jobs=jobs(
            ("n1", "a", 100, 183, None, "fixed_term"),
            ("n1", "b", 365, None, None, "permanent"),
            ("n4", "c", -50, 182, None, "domestic"),
        )
    )
    held = jobs_in_days(study, participants(study, plan()))
    assert employed_at(held, MONTHS, n=4).tolist() == [[0, 1, 1], [0] * 3, [0] * 3, [1, 0, 0]]
    assert employed_at(held, MONTHS, n=4, stable=True)[0].tolist() == [0, 0, 1]


def test_a_job_that_ends_before_it_starts_is_refused_by_name() -> None:
    with pytest.raises(DataProblem, match="Jobs of households n1 end before they start"):
        days(("n1", "a", 10, 5, None, "agency"))


def test_how_far_the_register_reaches() -> None:
    members = typed(
        "members",
        pd.DataFrame({"household": ["n1", "n2"], "member": [1, 1], "person": ["a", None]}),
    )
    study = records(jobs=jobs(("n1", "a", 10, 20, None, "agency")), members=members)
    people = participants(study, plan())
    np.testing.assert_array_equal(
        registered(study, people, plan=plan()), [1000, np.nan, np.nan, np.nan]
    )
    early = plan(data_until=date(2022, 4, 11))
    assert registered(study, people, plan=early)[0] == 100
    assert np.isnan(registered(records(), people, plan=plan())).all(), "no register arrived"
    assert day(100) == pd.Timestamp(early.data_until)
