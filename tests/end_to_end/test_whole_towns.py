"""A study in which whole towns were assigned: towns are the evidence, and the report says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nextome_eval.evaluation.findings import facts
from nextome_eval.evaluation.report import evaluate
from nextome_eval.evaluation.study import Study
from nextome_eval.reporting.release import release_exhibits
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.plan import read_plan

TWO_AND_TWO = {"028060": (12, 0), "028001": (9, 0), "028016": (0, 12), "028057": (0, 12)}
ONE_AND_THREE = {"028060": (21, 0), "028001": (0, 9), "028016": (0, 8), "028057": (0, 8)}


def told(towns: dict[str, tuple[int, int]]) -> str:
    plan = read_plan("data/raw/example/plan.toml")
    plan = replace(plan, draws=99, assigned_by="municipality")
    study = Study(plan, simulate_pilot(seed=2, towns=towns))
    exhibits, refused = evaluate(study)
    shown = release_exhibits(exhibits, plan, profile="internal", assigned=study.arms)
    page = facts(study, shown, {}, refused)
    return " ".join(paragraph["en"] for paragraph in page["finding"])


def test_two_towns_an_arm_give_wide_intervals_and_no_claim() -> None:
    text = told(TWO_AND_TWO)
    assert "do not show that the pilot shortened" in text
    assert "permutation p = 0.17" not in text


def test_a_single_pilot_town_gets_no_interval_anywhere() -> None:
    text = told(ONE_AND_THREE)
    assert "The design supports no interval" in text
    assert "95 % interval" not in text


@pytest.mark.parametrize("towns", [TWO_AND_TWO, ONE_AND_THREE])
def test_what_cannot_be_given_leaves_the_rest_standing(towns: dict[str, tuple[int, int]]) -> None:
    assert "households of the pilot" in told(towns)
