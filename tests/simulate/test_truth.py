"""The truth on file is what a large simulation shows, and what can be computed by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import trapezoid

from nextome_eval.simulate.course import own_contract_hazard
from nextome_eval.simulate.truth import truth_of, with_truth, write_truth
from nextome_eval.study.plan import Plan, read_plan
from nextome_eval.study.records import Records

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example"


@pytest.fixture(scope="module")
def held() -> dict[str, Any]:
    return tomllib.loads((EXAMPLE / "truth.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(EXAMPLE / "plan.toml")


@pytest.fixture(scope="module")
def found(plan: Plan) -> dict[str, Any]:
    return truth_of(plan, households=2520, seed=99)


def _near(one: dict[str, float], other: dict[str, float]) -> bool:
    error = np.hypot(one["std_error"], other["std_error"])
    return bool(abs(one["difference"] - other["difference"]) <= 4 * error + 1e-3)


def test_the_log_hazard_ratio_is_exact(held: dict[str, Any]) -> None:
    assert held["independence"]["log_hazard_ratio"] == pytest.approx(np.log(2.6), abs=1e-12)


def test_restricted_means_agree_with_the_integral(held: dict[str, Any], plan: Plan) -> None:
    month = 30.4375
    days = np.linspace(0, plan.tau * month, 20001)
    shares = {1.0: 15 / 21, 0.9: 3 / 21, 1.1: 3 / 21}  # pace of the towns in the pilot's shares
    for arm, ratio in (("pilot", 2.6), ("control", 1.0)):
        curve = sum(w * np.exp(-ratio * p * own_contract_hazard(days)) for p, w in shares.items())
        area = trapezoid(curve, days) / month
        contract = held["independence"]["contract"]
        # days are whole, rounded up: half a day on average
        assert contract[arm] == pytest.approx(area + 0.5 / month, abs=4 * contract["std_error"])


def test_the_file_agrees_with_another_simulation(
    held: dict[str, Any], found: dict[str, Any]
) -> None:
    for definition in ("dwelling", "contract", "unsupported"):
        assert _near(held["independence"][definition], found["independence"][definition])
    for outcome, waves in held["waves"].items():
        for wave, values in waves.items():
            assert _near(values, found["waves"][outcome][wave]), (outcome, wave)
    for window, values in held["months"]["service_cost_eur_month"].items():
        assert _near(values, found["months"]["service_cost_eur_month"][window]), window


def test_the_story_is_the_one_told(held: dict[str, Any]) -> None:
    definitions = [held["independence"][d]["difference"] for d in
                   ("dwelling", "contract", "unsupported")]  # fmt: skip
    assert definitions == sorted(definitions)
    assert definitions[-1] < -3
    waves = held["waves"]
    assert waves["stable_days"]["T24"]["difference"] > 30
    assert waves["employed"]["overall"]["difference"] > 0.08
    assert abs(waves["who5"]["overall"]["difference"]) < 4 * waves["who5"]["overall"]["std_error"]
    cost = held["months"]["service_cost_eur_month"]
    assert cost["months_1_6"]["difference"] > 50
    assert cost["months_19_24"]["difference"] < -200


def test_truth_travels_with_records(plan: Plan, tmp_path: Path) -> None:
    records = with_truth(Records(truth={"seed": 1}), plan, households=42)
    assert records.truth is not None
    assert records.truth["seed"] == 1
    write_truth(tmp_path / "t.toml", records.truth)
    assert tomllib.loads((tmp_path / "t.toml").read_text()) == records.truth
