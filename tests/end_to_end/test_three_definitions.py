"""One call asks the same question under the three nested definitions."""

from __future__ import annotations

import pytest

from nextome_eval.checks.by_definition import by_definition
from nextome_eval.checks.inference import infer
from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival import logrank, rmst
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.durations import Durations
from nextome_eval.study.plan import read_plan

NESTED = ["dwelling", "contract", "unsupported"]


@pytest.fixture(scope="module")
def plan():
    return read_plan("data/raw/example/plan.toml")


@pytest.fixture(scope="module")
def records():
    return simulate_pilot(seed=4)


def test_each_row_is_the_analysis_under_its_definition(plan, records):
    rows = by_definition(lambda s: rmst(s, by="arm", tau=24), records, plan=plan)
    for name in NESTED:
        own = rows[rows["definition"] == name].set_index("term")
        spells = Durations.from_records(records, plan, definition=name)
        direct = rmst(spells, by="arm", tau=24).tidy().set_index("term")
        assert own.loc["difference", "estimate"] == direct.loc["difference", "estimate"]
        assert own.loc["difference", "conf_low"] == direct.loc["difference", "conf_low"]
        assert (own["events_1"] + own["events_0"]).unique() == (spells.event == 1).sum()
        assert (own["n_1"] + own["n_0"]).unique() == spells.n
    assert (rows["refused"] == "").all()


def test_stricter_definitions_have_no_more_events(plan, records):
    rows = by_definition(lambda s: logrank(s, by="arm"), records, plan=plan)
    assert rows["definition"].tolist() == NESTED
    assert rows["events_1"].is_monotonic_decreasing
    assert rows["events_0"].is_monotonic_decreasing
    assert rows["p_value"].between(0, 1).all()


def test_what_infer_leads_with_is_taken(plan, records):
    def led(spells):
        return infer(lambda s: logrank(s, by="arm", strata="strata"), spells, draws=99, seed=1)

    rows = by_definition(led, records, plan=plan)
    spells = Durations.from_records(records, plan, definition="contract")
    assert rows.set_index("definition").loc["contract", "p_value"] == led(spells).headline.p_value


def test_a_definition_that_gives_no_answer_says_why(plan, records):
    def strict(spells):
        if (spells.event == 1).sum() < len(spells.event) / 2:
            raise NotEstimable("all_censored", n=1)
        return rmst(spells, by="arm", tau=24)

    rows = by_definition(strict, records, plan=plan)
    refused = rows[rows["refused"] != ""]
    assert 0 < len(refused) < len(rows)
    assert refused["estimate"].isna().all()
