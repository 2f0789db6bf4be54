"""The made-up pilot is what it says: the size, the effects, and tables that agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DesignProblem
from nextome_eval.simulate import simulate_pilot
from nextome_eval.simulate.course import own_contract_hazard
from nextome_eval.study.records import TABLES, Records
from nextome_eval.study.tables import schema

LARGE = {"028060": (240, 240), "028001": (60, 80), "028016": (60, 80), "028057": (60, 80)}


@pytest.fixture(scope="module")
def records() -> Records:
    return simulate_pilot(seed=7)


@pytest.fixture(scope="module")
def large() -> Records:
    return simulate_pilot(seed=7, towns=LARGE)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_keeps_its_contract(large: Records, name: str) -> None:
    schema(name).validate(getattr(large, name))


def test_the_announced_households_in_every_town_and_arm(records: Records) -> None:
    sizes = records.households.groupby(["municipality", "arm"]).size().to_dict()
    assert sizes == {
        ("028060", "pilot"): 12, ("028060", "control"): 12,
        ("028001", "pilot"): 3, ("028001", "control"): 4,
        ("028016", "pilot"): 3, ("028016", "control"): 4,
        ("028057", "pilot"): 3, ("028057", "control"): 4,
    }  # fmt: skip


def test_the_same_seed_makes_the_same_study(records: Records) -> None:
    again = simulate_pilot(seed=7)
    other = simulate_pilot(seed=8)
    for name, table in again.tables().items():
        pd.testing.assert_frame_equal(table, getattr(records, name))
    assert not other.followups.equals(records.followups)


def test_a_table_left_out_changes_no_other(records: Records) -> None:
    part = simulate_pilot(seed=7, only={"housing", "costs"})
    pd.testing.assert_frame_equal(part.housing, records.housing)
    pd.testing.assert_frame_equal(part.costs, records.costs)
    assert len(part.followups) == 0


def test_an_unknown_town_is_refused() -> None:
    with pytest.raises(DesignProblem, match="028999"):
        simulate_pilot(towns={"028999": (2, 2)})


def _stays(records: Records) -> pd.DataFrame:
    done = records.followups[records.followups["response"] == "completed"]
    both = done.merge(records.housing, on="household", suffixes=("", "_lived"))
    day = both["interview_date"]
    here = (both["from_date"] <= day) & (day <= both["to_date"].fillna(pd.Timestamp.max))
    return both[here]


def test_interviews_agree_with_the_housing_history(large: Records) -> None:
    found = _stays(large)
    assert len(found) == (large.followups["response"] == "completed").sum()
    assert (found["ethos"] == found["ethos_lived"]).all()
    assert (found["own_contract"] == (found["holder"] == "household")).all()
    same = found["rent_eur_month"].eq(found["rent_eur_month_lived"])
    assert (same | (found["rent_eur_month"].isna() & found["rent_eur_month_lived"].isna())).all()


def test_interviews_agree_with_the_jobs(large: Records) -> None:
    done = large.followups[large.followups["response"] == "completed"]
    jobs = large.jobs[large.jobs["contract_class"] != "traineeship"]
    end = jobs["end_date"].fillna(jobs["expected_end_date"]).fillna(pd.Timestamp.max)
    both = done[["household", "wave", "interview_date"]].merge(
        jobs.assign(last=end), on="household"
    )
    on = both["start_date"].le(both["interview_date"]) & both["interview_date"].le(both["last"])
    working = set(map(tuple, both.loc[on, ["household", "wave"]].to_numpy()))
    said = set(map(tuple, done.loc[done["employed"], ["household", "wave"]].to_numpy()))
    assert said == working


def test_first_jobs_agree_with_the_members(large: Records) -> None:
    heads = large.members.loc[large.members["employment"] == "employed", "person"]
    assert set(heads) <= set(large.jobs["person"])


def test_a_ledger_adds_up(large: Records) -> None:
    costs = large.costs
    product = costs["quantity"] * costs["unit_cost_eur"]
    assert (product - costs["amount_eur"]).abs().max() < 0.0051
    assert set(costs["kind"]) == {"service", "transfer"}


def test_housing_episodes_follow_one_another(large: Records) -> None:
    following = large.housing.groupby("household")["from_date"].shift(-1)
    gap = (following - large.housing["to_date"]).dt.days
    assert gap[following.notna()].eq(1).all()


def test_everything_that_happens_to_a_study_happens(large: Records) -> None:
    responses = set(large.followups["response"])
    assert responses == {"completed", "refused", "untraceable", "moved"}
    reasons = set(large.housing["exit_reason"].dropna())
    assert {"left_area", "evicted", "returned_to_services", "project_end"} <= reasons
    shared = large.households.dropna(subset="flat").groupby("flat").size()
    assert set(shared) <= {2, 3}
    late = large.households["intake_date"] - large.households["referral_date"]
    assert late.dt.days.max() > 60
    assert {"refused", "does_not_know", "not_asked"} == set(large.missing["reason"])


def _first_contract(records: Records) -> pd.DataFrame:
    own = records.housing[records.housing["holder"].eq("household")]
    own = own[own["place"] != "abroad"].groupby("household")["from_date"].min()
    table = records.households.set_index("household")
    days = (own.reindex(table.index) - table["referral_date"]).dt.days
    return table.assign(days=days.fillna(np.inf))


def test_hazards_are_those_chosen() -> None:
    towns = {"028060": (4000, 4000)}  # the town whose pace is 1
    records = simulate_pilot(seed=3, towns=towns, attrition=0.0, only={"households", "housing"})
    found = _first_contract(records)
    for arm, ratio in (("control", 1.0), ("pilot", 2.6)):
        days = found.loc[found["arm"] == arm, "days"]
        for month in (6, 12, 24):
            end = month * 30.4375
            expected = np.exp(-ratio * own_contract_hazard(np.array([end]))[0])
            error = np.sqrt(expected * (1 - expected) / len(days))
            assert abs((days > end).mean() - expected) < 4 * error + 0.002


def test_deleting_the_effect_deletes_it_everywhere() -> None:
    records = simulate_pilot(seed=5, towns={"028060": (3000, 3000)}, effect=0.0, attrition=0.0)
    assert records.truth is not None
    assert records.truth["effects"]["hazard_ratio"] == 1.0
    assert set(records.households["home_type"]) == {"none"}
    arm = records.households.set_index("household")["arm"]
    services = records.costs[records.costs["kind"] == "service"]
    last = records.followups[records.followups["wave"] == 24].set_index("household")
    outcomes = {
        "contract": _first_contract(records)["days"].lt(730).astype(float),
        "cost": services.groupby("household")["amount_eur"].sum(),
        "employed": last["employed"].astype(float),
        "neighbour_help": last["neighbour_help"].astype(float),
    }
    for name, values in outcomes.items():
        by = values.groupby(arm)
        gap = by.mean()["pilot"] - by.mean()["control"]
        error = np.sqrt((by.var() / by.size()).sum())
        assert abs(gap) < 3.5 * error, name


def test_a_share_of_the_effect_is_a_power_of_the_ratio() -> None:
    half = simulate_pilot(seed=1, effect=0.5, only=()).truth
    assert half is not None
    assert half["effects"]["hazard_ratio"] == pytest.approx(2.6**0.5)
    assert half["effects"]["home"]
