"""What is derived from a simulated study equals what the simulation lived through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nextome_eval.simulate.cohort import cohort
from nextome_eval.simulate.course import course
from nextome_eval.simulate.effects import TOWNS, Effects
from nextome_eval.simulate.pilot import simulate_pilot
from nextome_eval.study.durations import Durations
from nextome_eval.study.outcomes import outcomes
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import read_plan

PLAN = read_plan(Path(__file__).resolve().parents[2] / "data" / "raw" / "example" / "plan.toml")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_first_contract_is_the_one_that_was_signed(seed: int) -> None:
    spells = Durations.from_records(simulate_pilot(seed), PLAN, definition="contract")
    who = cohort(seed, TOWNS, Effects())
    lived = course(seed, who, Effects())
    own = dict(zip(who.household, lived.own, strict=True))
    signed = np.array([own[household] for household in spells.units])
    days = spells.time * 30.4375
    np.testing.assert_allclose(days[spells.event == 1], signed[spells.event == 1])
    assert (signed[spells.event == 0] > days[spells.event == 0]).all()
    assert spells.event.sum() >= 20


def test_leaving_the_area_is_seen_on_its_day() -> None:
    spells = Durations.from_records(simulate_pilot(1), PLAN, competing=True)
    who = cohort(1, TOWNS, Effects())
    left = dict(zip(who.household, course(1, who, Effects()).left, strict=True))
    gone = spells.event == 2
    assert gone.any()
    expected = [left[household] for household in spells.units[gone]]
    np.testing.assert_allclose(spells.time[gone] * 30.4375, expected)


def test_every_planned_outcome_has_its_column() -> None:
    records = simulate_pilot(1)
    by_wave = Panel.from_records(records, PLAN).frame.columns
    by_month = Panel.from_records(records, PLAN, by="month").frame.columns
    for name, outcome in outcomes().items():
        if outcome.kind != "duration":
            assert name in (by_wave if outcome.kind == "wave" else by_month), name


def test_months_add_up_to_the_ledger() -> None:
    records = simulate_pilot(1)
    panel = Panel.from_records(records, PLAN, by="month")
    kinds = records.costs.groupby("kind")["amount_eur"].sum()
    parts = [c for c in panel.frame if c.startswith("service_") and c != "service_cost_eur_month"]
    services = panel.column("service_cost_eur_month")
    np.testing.assert_allclose(panel.frame[parts].sum(axis=1), np.nan_to_num(services))
    after = records.costs.merge(records.households[["household", "referral_date"]])
    month = (after["month"].dt.year - after["referral_date"].dt.year) * 12
    month += after["month"].dt.month - after["referral_date"].dt.month
    late = after[(month > 24)].groupby("kind")["amount_eur"].sum()
    booked = kinds["service"] - late.get("service", 0.0)
    assert np.nansum(services) == pytest.approx(booked)
