"""Planning: closed formulas at their published anchors, and simulated power that behaves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.simulate.power import power
from nextome_eval.simulate.sample_size import (
    detectable_difference,
    detectable_ratio,
    events_needed,
    power_of_difference,
)
from nextome_eval.study.records import Records

FOUR = {"028060": (12, 12), "028001": (3, 4), "028016": (3, 4), "028057": (3, 4)}


def test_schoenfelds_events() -> None:
    assert events_needed(0.5) == pytest.approx(65.34566, abs=5e-6)
    assert events_needed(2.0) == pytest.approx(events_needed(0.5), rel=1e-12)
    assert detectable_ratio(30) == pytest.approx(2.8, abs=0.03)
    assert detectable_ratio(50) == pytest.approx(2.2, abs=0.03)


def test_the_two_are_inverse() -> None:
    for ratio in (1.3, 2.0, 3.5):
        assert detectable_ratio(events_needed(ratio)) == pytest.approx(ratio, rel=1e-12)


def test_differences_that_21_against_21_detect() -> None:
    def found(analysis: str) -> list[float]:
        return [
            round(detectable_difference(21, 21, correlation=r, analysis=analysis), 2)
            for r in (0.7, 0.3)
        ]

    assert found("ancova") == [0.62, 0.82]
    assert found("change") == [0.67, 1.02]


def test_controls_inside_the_towns_help_more_than_more_towns() -> None:
    inside = power_of_difference(0.6, 80)
    four, eight = (power_of_difference(0.6, 80, towns=towns) for towns in (4, 8))
    assert inside == pytest.approx(0.8, abs=0.02)
    assert four == pytest.approx(0.2, abs=0.03)
    assert eight == pytest.approx(0.5, abs=0.05)


def test_no_difference_is_found_as_often_as_the_level() -> None:
    assert power_of_difference(0.0, 80) == pytest.approx(0.05, abs=1e-9)
    assert power_of_difference(0.0, 80, towns=6, level=0.1) == pytest.approx(0.1, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: events_needed(1.0), "ratio_finds_nothing"),
        (lambda: detectable_difference(9, 9, correlation=0, analysis="x"), "analysis_unknown"),
        (lambda: power_of_difference(0.5, 40, towns=3), "towns_not_in_halves"),
        (lambda: power(contracts, vary="language"), "effect_unknown"),
        (lambda: power(contracts, [0.5, 2.0]), "effects_not_growing"),
        (lambda: power(contracts, []), "effects_not_growing"),
    ],
)
def test_what_cannot_be_planned_is_refused(call: Any, code: str) -> None:
    with pytest.raises(DesignProblem) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.text("it")


def contracts(records: Records) -> float:
    """A test of shares with a contract of their own within two years (normal, for speed)."""
    own = records.housing[records.housing["holder"].eq("household")]["household"].unique()
    arm = records.households["arm"].to_numpy() == "pilot"
    has = records.households["household"].isin(own).to_numpy()
    if not has.any():
        raise NotEstimable("all_censored", n=len(has))
    gap = has[arm].mean() - has[~arm].mean()
    error = np.sqrt(has.mean() * (1 - has.mean()) * (1 / arm.sum() + 1 / (~arm).sum()))
    return 0.01 if abs(gap) > 1.96 * error else 0.5


def test_power_rises_and_says_what_it_finds() -> None:
    found = power(contracts, [2, 4, 8], draws=20)
    share = found.table["power"].to_numpy()
    assert (np.diff(share) >= 0).all()
    assert share[0] <= 0.25
    assert share[-1] > 0.9
    at, low, high = found.minimum_detectable()
    assert 2 <= low <= at <= high <= 8
    assert "45 households in 4 towns" in str(found)
    assert "45 nuclei in 4 comuni" in found.text("it")
    assert "," in found.text("it", target=0.8)


def test_a_test_that_finds_nothing_is_said_to() -> None:
    found = power(lambda records: 0.9, [2, 3], draws=5)
    with pytest.raises(NotEstimable):
        found.minimum_detectable()
    assert "up to 3.00" in str(found)


def test_a_refusal_counts_as_nothing_found() -> None:
    def refuses(records: Records) -> float:
        raise DataProblem("all_censored", n=len(records.households))

    found = power(refuses, [2], draws=5)
    assert found.table["refused"].tolist() == [5, 5]
    assert found.table["power"].tolist() == [0.0, 0.0]


def test_other_effects_are_absent_while_one_varies() -> None:
    def neighbours(records: Records) -> float:
        last = records.followups[records.followups["wave"] == 24].set_index("household")
        arm = records.households.set_index("household")["arm"]
        help_ = last["neighbour_help"].astype(float).groupby(arm)
        gap, error = help_.mean().diff().iloc[-1], np.sqrt((help_.var() / help_.size()).sum())
        return 0.01 if abs(gap) > 2 * error else 0.5

    found = power(neighbours, [6], vary="neighbour_help", draws=12)
    assert found.table["power"].iloc[0] <= 0.25
    assert found.table["power"].iloc[1] == 1.0
    assert not found.ratio


@pytest.mark.slow
def test_the_stratified_logrank_has_the_power_schoenfeld_says() -> None:
    import nextome_eval as ne

    plan = ne.read_plan("data/raw/example/plan.toml")
    events: list[int] = []

    def logrank(records: Records) -> float:
        spells = ne.Durations.from_records(records, plan)
        events.append(int((spells.event == 1).sum()))
        return float(ne.logrank(spells, by="arm", strata="municipality").p_value)

    found = power(logrank, [2.6], draws=400)
    assert found.table["power"].iloc[0] < 0.085
    expected = np.sqrt(np.mean(events[400:]) * 0.25) * np.log(2.6) - 1.96
    from scipy.special import ndtr

    # Schoenfeld's normal law, with about 23 events in four strata: within a tenth
    assert found.table["power"].iloc[1] == pytest.approx(ndtr(expected), abs=0.1)
