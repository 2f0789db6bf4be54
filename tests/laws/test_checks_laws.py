"""What must hold for tables of any study: order, names and units change nothing; counts add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nextome_eval.checks.attrition import attrition
from nextome_eval.checks.balance import balance
from nextome_eval.checks.completeness import completeness
from nextome_eval.checks.flow import flow
from nextome_eval.checks.lee import lee_bounds
from nextome_eval.checks.selective_loss import attrition_test
from nextome_eval.checks.worst_case import extreme_bounds
from nextome_eval.errors import NotEstimable
from nextome_eval.models.arm_means import arm_means
from nextome_eval.models.costs import cost_by_category
from nextome_eval.study.panel import Panel

TIMES = (0, 6, 12)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=12)


def frame(seed: int, lost: float = 0.2) -> pd.DataFrame:
    """Ten households an arm in two towns at three waves, a share of interviews lost."""
    rng = np.random.default_rng(seed)
    df = pd.DataFrame({"id": np.repeat(range(20), 3), "t": TIMES * 20})
    df["arm"] = np.where(df["id"] % 2, "pilot", "current")
    df["town"] = np.where(df["id"] < 10, "A", "B")
    df["y"] = rng.normal(50, 10, len(df)).round(2)
    df["kind"] = np.repeat(rng.choice(["x", "y", "z"], 20), 3)
    gone = (rng.random(len(df)) < lost) & (df["t"] > 0)
    df.loc[gone, "y"] = np.nan
    df["response"] = np.where(gone, rng.choice(["refused", "moved"], len(df)), "completed")
    return df


def door(df: pd.DataFrame) -> Panel:
    return Panel.from_frame(df, unit="id", time="t", arm="arm", strata="town")


@few
@given(seeds)
def test_boxes_and_reasons_add_up(seed: int) -> None:
    panel = door(frame(seed))
    for summary in (attrition(panel, "y"), flow(panel)):
        rows = summary.rows
        for column, parts, whole in summary.margins:
            assert rows.loc[list(parts), column].sum() == rows.loc[whole, column]
    rows = attrition(panel, "y").where(term="followed")
    assert (rows["retained_1"] + rows["lost_1"] == rows["n_1"]).all()
    missing = completeness(panel, ["y"]).rows.pivot(index="wave", columns="arm", values="missing")
    assert missing["1"].tolist() == rows["lost_1"].tolist()


@few
@given(seeds)
def test_row_order_and_names_change_nothing(seed: int) -> None:
    df = frame(seed)
    mixed = df.sample(frac=1, random_state=seed % 1000).assign(id=lambda d: "h" + d["id"].map(str))
    for one, other in [
        (balance(door(df), ["y", "kind"]).rows, balance(door(mixed), ["y", "kind"]).rows),
        (attrition(door(df), "y").rows, attrition(door(mixed), "y").rows),
        (arm_means(door(df), "y").tidy(), arm_means(door(mixed), "y").tidy()),
        (lee_bounds(door(df), "y").tidy(), lee_bounds(door(mixed), "y").tidy()),
    ]:
        pd.testing.assert_frame_equal(one, other)


@few
@given(seeds)
def test_exchanging_the_arms_turns_differences_round(seed: int) -> None:
    panel = door(frame(seed))
    turned = panel.with_arm(1 - panel.arm)
    there, back = balance(panel, ["y"]).rows, balance(turned, ["y"]).rows
    assert there["std_difference"].tolist() == pytest.approx((-back["std_difference"]).tolist())
    assert there["variance_ratio"].tolist() == pytest.approx((1 / back["variance_ratio"]).tolist())
    here, away = (arm_means(p, "y").where(term=["difference", "did"]) for p in (panel, turned))
    assert here.value == pytest.approx(-away.value)
    assert here.std_error == pytest.approx(away.std_error)


@few
@given(seeds, st.floats(0.1, 10), st.floats(-100, 100))
def test_units_of_the_outcome_carry_through(seed: int, by: float, plus: float) -> None:
    df = frame(seed)
    other = df.assign(y=df["y"] * by + plus)
    one, two = balance(door(df), ["y"]).rows, balance(door(other), ["y"]).rows
    assert two["std_difference"].tolist() == pytest.approx(one["std_difference"].tolist())
    means = [arm_means(door(d), "y").where(term="did") for d in (df, other)]
    assert means[1].value == pytest.approx(by * means[0].value, abs=1e-9)
    bounds = [lee_bounds(door(d), "y").value for d in (df, other)]
    assert bounds[1] == pytest.approx(by * bounds[0], abs=1e-8)


@few
@given(seeds)
def test_equal_weights_are_no_weights(seed: int) -> None:
    panel = door(frame(seed))
    rows = balance(panel, ["y", "kind"], weights=np.full(panel.n, 3.0)).rows
    assert rows["std_difference_weighted"].tolist() == pytest.approx(
        rows["std_difference"].tolist(), nan_ok=True
    )
    assert rows["variance_ratio_weighted"].tolist() == pytest.approx(
        rows["variance_ratio"].tolist(), nan_ok=True
    )
    assert rows["effective_n_1"].tolist() == pytest.approx(rows["n_1"].tolist())


@few
@given(seeds)
def test_bounds_hold_the_difference_of_those_seen_and_nest(seed: int) -> None:
    panel = door(frame(seed))
    y, arm = panel.wide("y")[:, 2], panel.arm
    plain = np.nanmean(y[arm == 1]) - np.nanmean(y[arm == 0])
    low, high = lee_bounds(panel, "y").value
    worst, best = extreme_bounds(panel, "y", limits=(-50, 150)).value
    assert low - 1e-9 <= plain <= high + 1e-9
    assert worst - 1e-9 <= plain <= best + 1e-9


@few
@given(seeds)
def test_influences_are_centred_and_errors_are_those_of_means(seed: int) -> None:
    est = arm_means(door(frame(seed)), "y")
    assert np.nansum(est.influence, axis=0) == pytest.approx(0, abs=1e-9)
    assert est.n.tolist() == est.terms["n"].tolist()
    means = est.where(term="mean")
    expected = means.terms["sd"] / np.sqrt(means.terms["n"])
    assert means.std_error == pytest.approx(expected.to_numpy())
    assert means.tidy()["df"].to_numpy() == pytest.approx(means.terms["n"].to_numpy() - 1)


@few
@given(seeds)
def test_categories_add_up_to_their_total(seed: int) -> None:
    df = frame(seed, lost=0).assign(rent=lambda d: d["y"], social=lambda d: d["y"] ** 2 / 10)
    est = cost_by_category(door(df), ["rent", "social"])
    parts = est.where(term=["rent", "social"], arm="")
    total = est.where(term="total", arm="")
    assert est.n.tolist() == est.terms["n"].tolist()
    assert parts.value.sum() == pytest.approx(total.value[0])
    assert parts.average(np.ones(2)).std_error * 2 == pytest.approx(total.std_error)


@few
@given(seeds)
def test_p_of_attrition_lies_between_one_over_all_and_one(seed: int) -> None:
    panel = door(frame(seed))
    try:
        test = attrition_test(panel, "y", draws=99)
    except NotEstimable:
        assume(False)
    assert test.denominator is not None
    assert 1 / test.denominator <= test.p_value <= 1
