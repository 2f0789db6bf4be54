"""Fine-Gray with delayed entry: R's finegray, and influences that count the weights' error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.models.survival import fine_gray, landmark
from nextome_eval.models.survival.cox_frame import cox_data
from nextome_eval.numerics import subdistribution
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "entry.json").read_text())
CAUSES = {1: "one", 2: "two"}


def door(df: pd.DataFrame, **roles: str) -> Durations:
    return Durations.from_frame(df, time="time", event="event", causes=CAUSES, **roles)


def data(name: str) -> tuple[pd.DataFrame, list[str]]:
    if name == "mgus2":
        df = pd.read_csv(refdata("mgus2_cr.csv")).rename(columns={"etime": "time"})
        df["male"] = (df["sex"] == "M") * 1.0
        df["late"] = np.maximum(np.minimum(df["age"] - 60, df["time"] - 1), 0)
        return df[(df["late"] < df["time"]) & (df["time"] > 0)], ["age", "male"]
    df = pd.read_csv(refdata("bmt_scrucca.csv")).rename(
        columns={"ftime": "time", "status": "event"}
    )
    df["late"] = (np.arange(1, len(df) + 1) % 4) * 0.7
    return df[df["late"] < df["time"]], ["dis"]


@pytest.mark.parametrize("case", CASES)
def test_delayed_entry_is_finegrays(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, cause = case.split()
    df, covariates = data(name)
    spells = door(df, entry="late")
    est = fine_gray(spells, covariates, cause=int(cause))
    np.testing.assert_allclose(est.value, CASES[case]["coef"], rtol=1e-8)

    def known(model: Any, top: Any, pulled: Any) -> Any:
        return np.zeros_like(model.x)

    monkeypatch.setattr(subdistribution, "_through_weights", known)
    taken_as_known = fine_gray(spells, covariates, cause=int(cause)).covariance
    np.testing.assert_allclose(taken_as_known.ravel(), CASES[case]["var"], rtol=1e-8)
    assert not np.allclose(est.covariance, taken_as_known, rtol=1e-4)


def small(seed: int, n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    df = pd.DataFrame({"z": rng.normal(size=n), "late": rng.choice([0.0, 1, 2, 3.5], n)})
    df["time"] = np.ceil(2 * (df["late"] + rng.exponential(4, n) + 0.01)) / 2 + 0.25
    df["event"] = rng.choice([0, 1, 2], n, p=[0.3, 0.4, 0.3])
    return df.assign(w=1.0)


def test_the_influence_is_what_a_household_brings() -> None:
    df = small(1)
    est = fine_gray(door(df, entry="late", weights="w"), ["z"], cause=1)
    step = 1e-5
    for i in range(0, len(df), 7):
        up, down = df.copy(), df.copy()
        up.loc[i, "w"] += step
        down.loc[i, "w"] -= step
        ends = [fine_gray(door(d, entry="late", weights="w"), ["z"], cause=1) for d in (up, down)]
        derivative = (ends[0].value[0] - ends[1].value[0]) / (2 * step)
        assert est.influence[i, 0] == pytest.approx(derivative, rel=1e-5, abs=1e-8)


def test_weights_that_are_counts_are_people() -> None:
    df = small(2).assign(w=lambda d: 1 + np.arange(len(d)) % 3)
    each = df.loc[df.index.repeat(df["w"])].reset_index(drop=True)
    one = fine_gray(door(df, entry="late", weights="w"), ["z"], cause=2)
    other = fine_gray(door(each, entry="late"), ["z"], cause=2)
    np.testing.assert_allclose(one.value, other.value, rtol=1e-10)


def test_entry_before_anything_happens_is_no_entry() -> None:
    df = small(3).assign(late=0.0)
    one, other = fine_gray(door(df, entry="late"), ["z"]), fine_gray(door(df), ["z"])
    np.testing.assert_allclose(one.value, other.value, rtol=1e-12)
    np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-12)


@pytest.mark.slow
def test_the_truth_is_found_and_the_interval_holds_it() -> None:
    """A subdistribution ratio of exp(.7); half enter late; 300 studies of 300 households."""
    found, held = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        n = 600
        z = rng.integers(0, 2, n)
        share = 1 - (1 - 0.5) ** np.exp(0.7 * z)  # chance of the first cause, ever
        first = rng.random(n) < share
        u = rng.random(n) * share
        time = np.where(
            first,
            -6 * np.log(1 - (1 - (1 - u) ** np.exp(-0.7 * z)) / 0.5),
            rng.exponential(6, n),
        )
        end = rng.uniform(3, 30, n)
        df = pd.DataFrame({"z": z, "time": np.minimum(time, end)})
        df["event"] = np.where(time <= end, np.where(first, 1, 2), 0)
        df["late"] = np.where(rng.random(n) < 0.5, rng.uniform(0, 6, n), 0.0)
        df = df[df["late"] < df["time"]].head(300)
        est = fine_gray(door(df, entry="late"), ["z"], cause=1)
        low, high = est.interval(0.95)
        found.append(est.value[0])
        held.append(low[0] <= np.exp(0.7) <= high[0])
    assert abs(np.mean(found) - 0.7) < 3 * np.std(found) / np.sqrt(300)
    assert 0.92 <= np.mean(held) <= 0.98


def test_refusals() -> None:
    gap = pd.DataFrame(
        {"late": [0.0, 0, 5, 5, 5, 5], "time": [1.0, 2, 7, 8, 9, 10], "event": [2, 1, 1, 1, 0, 1]}
    ).assign(z=[0.0, 1, 0, 1, 1, 0])
    with pytest.raises(NotEstimable) as found:
        fine_gray(door(gap, entry="late"), ["z"], cause=1)
    assert found.value.code == "fine_gray_unreachable"
    twice = gap.assign(id=[1, 2, 2, 3, 4, 5])
    with pytest.raises(DesignProblem):
        fine_gray(door(twice, entry="late", unit="id"), ["z"], cause=1)
    later = landmark(door(gap, entry="late"), 5)
    assert np.isfinite(fine_gray(later, ["z"], cause=1).value).all()
    assert cox_data(later, ["z"], method="fine_gray").risk(None).delayed is False
