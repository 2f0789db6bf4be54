"""From records to the two doors: roles, missed waves, who is left out, what is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from small_study import HOUSEHOLDS, ZERO, bookings, households, plan, records, stays, visits

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.study.clock import left_out
from nextome_eval.study.durations import Durations
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import PlannedOutcome
from nextome_eval.study.records import Records

OWN = {"holder": "household", "payer": "household", "ethos": 0}
WELL = {f"who5_{i}": 3 for i in range(1, 6)}


def small() -> Records:
    return records(
        housing=stays(
            ("n1", -200, 99, "reception"),
            ("n1", 100, None, "ordinary_dwelling", OWN),
            ("n2", -200, None, "reception"),
            ("n3", -200, 49, "reception", {"exit_reason": "left_area"}),
            ("n4", -200, 299, "reception"),
            ("n4", 300, 320, "guest"),
        ),
        followups=visits(
            ("n1", 0, 5, "completed", WELL | {"employed": False, "language_level": "A2"}),
            ("n1", 6, 190, "completed", WELL | {"employed": True, "net_wage_eur_month": 900.0}),
            ("n1", 12, 380, "completed", WELL | {"ethos": 0}),
            ("n2", 0, 3, "completed", WELL | {"ethos": 3}),
            ("n2", 6, 184, "refused"),
            ("n2", 12, 366, "completed", WELL),
            ("n2", 24, 740, "completed", WELL),
            ("n3", 0, 3, "completed", WELL),
            ("n3", 6, 190, "moved"),
        ),
        costs=bookings(
            ("n1", "2021-12", "service", "rent", 100.0), ("n2", "2022-01", "service", "rent", 50.0)
        ),
    )


def test_the_panel_by_wave_has_a_row_a_planned_wave() -> None:
    panel = Panel.from_records(small(), plan())
    assert panel.times.tolist() == [0, 6, 12], "month 24 is not planned"
    assert np.bincount(panel.unit).tolist() == [3, 3, 3, 3]
    assert panel.begins.tolist() == [6, np.inf, 6, np.inf]
    assert panel.arm.tolist() == [1, 0, 1, 0]
    assert panel.arm_labels.tolist() == ["control", "pilot"]
    assert panel.strata_labels is not None
    assert panel.strata_labels.tolist() == ["028001", "028060"]
    assert panel.cluster.tolist() == [0, 1, 2, 3]
    assert panel.design.assigned_by == "household"
    assert panel.frame["flat"].tolist() == ["f1"] * 3 + ["n2"] * 3 + ["f1"] * 3 + ["n4"] * 3


def test_missed_waves_are_rows_that_say_why() -> None:
    panel = Panel.from_records(small(), plan())
    response = panel.frame["response"].astype(object).to_numpy().reshape(4, 3).tolist()
    assert response == [
        ["completed"] * 3,
        ["completed", "refused", "completed"],
        ["completed", "moved", "not_recorded"],
        ["not_recorded"] * 3,
    ]
    late = Panel.from_records(small(), plan(data_until=date(2022, 12, 31)))
    assert late.frame["response"].iloc[-1] == "not_due"
    who5 = panel.wide("who5")
    np.testing.assert_array_equal(np.isnan(who5).sum(axis=1), [0, 1, 2, 3])
    assert panel.wide("visit_months")[0].round(3).tolist() == [0.164, 6.242, 12.485]


def test_wave_outcomes_are_what_their_definitions_say() -> None:
    panel = Panel.from_records(small(), plan())
    n1 = {name: panel.wide(name)[0] for name in panel.frame.columns[3:14]}
    np.testing.assert_array_equal(n1["who5"], [60, 60, 60])
    np.testing.assert_array_equal(n1["employed"], [0, 1, np.nan])
    np.testing.assert_array_equal(n1["net_wage_eur_month"], [0, 900, np.nan])
    np.testing.assert_array_equal(n1["cefr"], [2, np.nan, np.nan])
    np.testing.assert_array_equal(n1["ordinary_dwelling"], [np.nan, np.nan, 1])
    np.testing.assert_array_equal(n1["stable_days"], [0, 83, 182])
    assert np.isnan(n1["days_employed"]).all(), "no register of jobs arrived"
    np.testing.assert_array_equal(panel.wide("stable_days")[2], [0, np.nan, np.nan])


def test_the_panel_by_month_begins_after_the_month_of_the_referral() -> None:
    panel = Panel.from_records(small(), plan(), by="month")
    assert panel.times.tolist() == list(range(-1, 13))
    assert panel.begins.tolist() == [1, np.inf, 1, np.inf]
    assert panel.wide("service_cost_eur_month")[0, :3].tolist() == [100, 0, 0]
    with pytest.raises(DesignProblem, match='not by="year"'):
        Panel.from_records(small(), plan(), by="year")


def test_durations_censor_who_left_or_count_it_as_a_cause() -> None:
    spells = Durations.from_records(small(), plan())
    assert spells.event.tolist() == [1, 0, 0, 0]
    assert spells.causes == {1: "independent"}
    np.testing.assert_allclose(spells.time * 30.4375, [100, 365.25, 50, 320])
    assert spells.entry.tolist() == [0, 0, 0, 0]
    assert spells.frame["end"].tolist() == ["independent", "end_of_follow_up", "left_area", "lost"]
    assert len(set(spells.cluster.tolist())) == 3, "n1 and n3 share a flat"
    competing = Durations.from_records(small(), plan(), competing=True)
    assert competing.event.tolist() == [1, 0, 2, 0]
    assert competing.causes == {1: "independent", 2: "left the area"}
    np.testing.assert_array_equal(competing.time, spells.time)


def test_the_definition_is_the_plan_s_or_is_named() -> None:
    stricter = plan(outcomes=(PlannedOutcome("independence", "unsupported", "x", primary=True),))
    assert Durations.from_records(small(), stricter).event.tolist() == [1, 0, 0, 0]
    with pytest.raises(DesignProblem, match='has no definition "keys"'):
        Durations.from_records(small(), plan(), definition="keys")
    with pytest.raises(DesignProblem, match='does not hold the outcome "independence"'):
        Durations.from_records(small(), plan(outcomes=()))
    named = Durations.from_records(small(), plan(outcomes=()), definition="dwelling")
    assert named.event.tolist() == [1, 0, 0, 0]


def test_no_date_passes_the_doors() -> None:
    frames = [
        Panel.from_records(small(), plan()).frame,
        Panel.from_records(small(), plan(), by="month").frame,
        Durations.from_records(small(), plan()).frame,
    ]
    for frame in frames:
        assert frame.select_dtypes("datetime").columns.tolist() == []


def test_who_is_left_out_is_listed_with_the_reason() -> None:
    extra = [
        {"household": "n5", "arm": "pilot", "municipality": "028072"},
        {"household": "n6", "arm": "pilot"},
        {"household": "n7", "municipality": "028060"},
        {"household": "n8", "arm": "pilot", "municipality": "028060", "referral_date": pd.NaT},
        {"household": "n9", "arm": "pilot", "municipality": "028060",
         "referral_date": ZERO + pd.Timedelta(days=2000)},
    ]  # fmt: skip
    study = small()
    study = records(
        households=households([*HOUSEHOLDS, *extra]),
        housing=study.housing, followups=study.followups,
    )  # fmt: skip
    assert left_out(study, plan()).values.tolist() == [
        ["n5", "other_town"],
        ["n6", "no_town"],
        ["n7", "no_arm"],
        ["n8", "no_referral_date"],
        ["n9", "referred_after_end"],
    ]
    assert Panel.from_records(study, plan()).units.tolist() == ["n1", "n2", "n3", "n4"]
    assert Durations.from_records(study, plan()).n == 4


def test_ages_are_those_at_the_referral() -> None:
    born = households(
        [{**row, "head_birth_date": pd.Timestamp("1992-01-01")} for row in HOUSEHOLDS]
    )
    panel = Panel.from_records(records(households=born), plan())
    np.testing.assert_allclose(panel.column("head_age_years"), 30, atol=0.01)


def test_an_empty_arm_is_refused() -> None:
    alone = households([row for row in HOUSEHOLDS if row["arm"] == "pilot"])
    with pytest.raises(DataProblem, match='No household of the arm "control"') as refusal:
        Panel.from_records(records(households=alone), plan())
    assert "«control»" in refusal.value.text("it")
    with pytest.raises(DataProblem, match="2 households were left out"):
        Panel.from_records(
            records(households=households([*HOUSEHOLDS[:1], *HOUSEHOLDS[2:]])),
            plan(towns=("028060",)),
        )


def test_what_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(DataProblem, match="Households n1 stand twice"):
        Panel.from_records(records(households=households([*HOUSEHOLDS, HOUSEHOLDS[0]])), plan())
    twice = visits(("n2", 6, 180, "completed"), ("n2", 6, 190, "completed"))
    with pytest.raises(DataProblem, match="Households n2 have the time 6 twice"):
        Panel.from_records(records(followups=twice), plan())


def test_nobody_independent_is_refused() -> None:
    with pytest.raises(DataProblem) as refusal:
        Durations.from_records(records(), plan())
    assert refusal.value.code == "all_censored"
