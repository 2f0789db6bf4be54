"""The example's numbers, from the towns' files on, lie within their intervals of the truth."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nextome_eval.evaluation.costs import cost_answer
from nextome_eval.evaluation.primary import primary_answers
from nextome_eval.evaluation.secondary import secondary_answers
from nextome_eval.evaluation.study import Study
from nextome_eval.loaders.load import read_files
from nextome_eval.study.plan import read_plan

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example"
DEFINITIONS = ("dwelling", "contract", "unsupported")
WAVES = ("stable_days", "employed", "days_employed", "who5", "neighbour_help")


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return tomllib.loads((EXAMPLE / "truth.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def study() -> Study:
    plan = replace(read_plan(EXAMPLE / "plan.toml"), draws=999)
    return Study(plan, read_files(plan).records)


def _holds(row: Any, true: float) -> bool:
    return bool(row["conf_low"] <= true <= row["conf_high"])


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_months_without_a_home_of_one_s_own(
    study: Study, truth: dict[str, Any], definition: str
) -> None:
    row = primary_answers(study)[definition].difference.tidy(study.plan.level).iloc[0]
    assert _holds(row, truth["independence"][definition]["difference"])
    assert row["conf_high"] < 0  # and the programme's effect is seen


def test_the_hazard_ratio(study: Study, truth: dict[str, Any]) -> None:
    ratio = primary_answers(study)["contract"].ratio
    assert ratio is not None
    assert _holds(
        ratio.tidy(study.plan.level).iloc[0], np.exp(truth["independence"]["log_hazard_ratio"])
    )


@pytest.mark.parametrize("outcome", WAVES)
def test_effects_averaged_over_the_waves(study: Study, truth: dict[str, Any], outcome: str) -> None:
    answer = next(a for a in secondary_answers(study) if a.planned.id == outcome)
    row = answer.overall.tidy(study.plan.level).iloc[0]
    assert _holds(row, truth["waves"][outcome]["overall"]["difference"])


def test_what_a_household_costs_services_a_month(study: Study, truth: dict[str, Any]) -> None:
    """T9 compares months 0 to 24 as they are: the truth of its four half years, averaged."""
    rows = cost_answer(study).rows
    total = rows[(rows["term"] == "total") & (rows["group"] == "service")].iloc[0]
    months = truth["months"]["service_cost_eur_month"]
    halves = [months[f"months_{when}"]["difference"] for when in ("1_6", "7_12", "13_18", "19_24")]
    assert _holds(total, float(np.mean(halves)))


def test_the_truth_on_file_is_that_of_these_outcomes(study: Study, truth: dict[str, Any]) -> None:
    assert set(WAVES) == {planned.id for planned, _ in study.planned("wave")}
    assert truth["seed"] == 1
