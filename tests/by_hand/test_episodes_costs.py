"""Costs by month since the referral, added up on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_study import bookings, households, plan, records, visits

from nextome_eval.errors import DataProblem
from nextome_eval.study.clock import participants
from nextome_eval.study.costs_by_month import costs_by_month

SERVICES, TRANSFERS = "service_cost_eur_month", "transfers_eur_month"
SEEN = visits(("n1", 0, 5, "completed"), ("n1", 6, 190, "completed"))
BOOKED = bookings(
    ("n1", "2021-11", "service", "reception", 900.0),
    ("n1", "2022-01", "service", "reception", 500.0),
    ("n1", "2022-01", "service", "social_work", 50.0),
    ("n1", "2022-03", "transfer", "rent", 200.0),
    ("n1", "2022-03", "service", "social_work", 40.0),
    ("n1", "2022-03", "service", "social_work", -5.0),
)


def of_n1(costs: pd.DataFrame = BOOKED, **changes: Any) -> pd.DataFrame:
    study = records(costs=costs, followups=SEEN)
    chosen = plan(**changes)
    frame = costs_by_month(study, participants(study, chosen), plan=chosen)
    return frame[frame["household"] == "n1"].set_index("month")


def test_months_count_from_that_of_the_referral() -> None:
    """Booked from two months before; last seen on 10 July: months 0-5 whole, 6 is not."""
    frame = of_n1()
    assert frame.index.tolist() == list(range(-2, 13))
    np.testing.assert_array_equal(frame[SERVICES], [900, 0, 550, 0, 35, 0, 0, 0] + [np.nan] * 7)
    np.testing.assert_array_equal(frame[TRANSFERS], [0, 0, 0, 0, 200, 0, 0, 0] + [np.nan] * 7)
    assert frame["service_social_work_eur_month"].loc[:3].tolist() == [0, 0, 50, 0, 35, 0]
    assert frame["transfer_rent_eur_month"].sum() == 200


def test_before_the_first_booking_nothing_is_known_and_after_the_last_sign_nothing() -> None:
    study = records(costs=BOOKED, followups=SEEN)
    frame = costs_by_month(study, participants(study, plan()), plan=plan())
    never_seen = frame[frame["household"] == "n2"]
    assert never_seen[SERVICES].isna().all()


def test_a_booking_shows_that_the_household_was_still_followed() -> None:
    later = bookings(("n1", "2022-09", "service", "health", 46.5))
    assert of_n1(pd.concat([BOOKED, later]))[SERVICES].loc[5:9].tolist()[:4] == [0, 0, 0, 46.5]


def test_the_referral_s_own_month_counts_from_any_day_of_it() -> None:
    referred = (("n1", "pilot", "2022-01-31"), ("n2", "control", "2022-02-01"))
    names = ("household", "arm", "referral_date", "municipality")
    rows = [dict(zip(names, (h, a, pd.Timestamp(d), "028060"))) for h, a, d in referred]
    booked = bookings(
        ("n1", "2022-02", "service", "rent", 1.0), ("n2", "2022-02", "service", "rent", 1.0)
    )
    study = records(households=households(rows), costs=booked)
    frame = costs_by_month(study, participants(study, plan()), plan=plan())
    found = frame[frame[SERVICES] == 1]
    assert found[["household", "month"]].values.tolist() == [["n1", 1], ["n2", 0]]


def test_an_amount_or_a_kind_that_is_not_known_makes_the_month_missing() -> None:
    unread = bookings(("n1", "2022-02", "service", "rent", None))
    frame = of_n1(pd.concat([BOOKED, unread]))
    assert np.isnan(frame[SERVICES].loc[1])
    assert frame[TRANSFERS].loc[1] == 0
    unkind = bookings(("n1", "2022-02", None, "rent", 10.0))
    frame = of_n1(pd.concat([BOOKED, unkind]))
    assert np.isnan(frame[[SERVICES, TRANSFERS]].loc[1]).all()


def test_without_a_ledger_costs_are_missing_not_zero() -> None:
    assert of_n1(bookings())[SERVICES].isna().all()


def test_months_after_the_data_are_missing() -> None:
    frame = of_n1(data_until=date(2022, 3, 30))
    assert frame[SERVICES].loc[1] == 0
    assert np.isnan(frame[SERVICES].loc[2])


def test_a_booking_without_a_month_is_refused_by_name() -> None:
    with pytest.raises(DataProblem, match="amounts without a month for households n1"):
        of_n1(bookings(("n1", None, "service", "rent", 10.0)))
