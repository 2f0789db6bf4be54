"""What must hold for any durations: order, labels, units of time, entry at 0, weights, strata."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.permutation import permute
from nextome_eval.models.survival import (
    cox,
    interval_test,
    kaplan_meier,
    logrank,
    nelson_aalen,
    rmst,
)
from nextome_eval.numerics.cox_fit import fit_cox
from nextome_eval.numerics.exact_permutation import exact_sum_p_value
from nextome_eval.numerics.rank_test import logrank_permuted, rank_test
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.study.durations import Durations

FEW = settings(max_examples=40, deadline=None)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Durations with ties, late entry, towns and two arms, events in both."""
    n = draw(st.integers(12, 40))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    df = pd.DataFrame(
        {
            "months": rng.integers(1, 13, n).astype(float),
            "housed": rng.random(n) < 0.7,
            "group": np.where(np.arange(n) % 2, "pilot", "current"),
            "town": rng.choice(["a", "b", "c"], n),
            "z": rng.normal(size=n).round(2),
            "w": rng.integers(1, 4, n),
        }
    )
    df["late"] = np.where(rng.random(n) < 0.3, df["months"] * rng.random(n), 0.0)
    df.loc[:3, "housed"] = [True, True, False, False]
    df.loc[:1, "months"] = 2.0
    df.loc[:1, "late"] = 0.0
    return df


def door(df: pd.DataFrame, **roles: str) -> Durations:
    return Durations.from_frame(df, time="months", event="housed", arm="group", **roles)


def same(a: Estimates, b: Estimates, tolerance: float = 1e-9) -> None:
    np.testing.assert_allclose(a.value, b.value, rtol=tolerance, atol=1e-12)
    np.testing.assert_allclose(a.std_error, b.std_error, rtol=tolerance, atol=1e-12)


def fitted(spells: Durations, **how: str) -> Estimates | None:
    try:
        return cox(spells, ["arm", "z"], **how)  # type: ignore[arg-type]
    except NotEstimable:
        return None


@FEW
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(df: pd.DataFrame, random: object) -> None:
    shuffled = df.sample(frac=1, random_state=1)
    same(kaplan_meier(door(df), by="arm"), kaplan_meier(door(shuffled), by="arm"))
    one, other = logrank(door(df)), logrank(door(shuffled))
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    first, second = fitted(door(df)), fitted(door(shuffled))
    if first is not None and second is not None:
        same(first, second, 1e-7)


@FEW
@given(tables(), st.floats(0.01, 100))
def test_the_unit_of_time_does_not_matter(df: pd.DataFrame, unit: float) -> None:
    scaled = df.assign(months=df["months"] * unit, late=df["late"] * unit)
    one = logrank(door(df, entry="late"), rho=1)
    other = logrank(door(scaled, entry="late"), rho=1)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    one_mean = rmst(door(df), by=None, tau=3.0)
    other_mean = rmst(door(scaled), by=None, tau=3.0 * unit)
    assert other_mean.value[0] == pytest.approx(one_mean.value[0] * unit, rel=1e-9)


@FEW
@given(tables())
def test_entry_at_zero_is_no_entry_and_one_stratum_is_none(df: pd.DataFrame) -> None:
    plain = door(df)
    marked = door(df.assign(zero=0.0, whole="x"), entry="zero", strata="whole")
    same(kaplan_meier(plain, by="arm"), kaplan_meier(marked, by="arm"))
    one, other = logrank(plain), logrank(marked, strata="strata")
    assert one.statistic == pytest.approx(other.statistic, rel=1e-10)
    first, second = fitted(plain), fitted(marked, strata="strata")
    if first is not None and second is not None:
        same(first, second)


@FEW
@given(tables())
def test_whole_weights_are_repeated_rows(df: pd.DataFrame) -> None:
    repeated = df.loc[df.index.repeat(df["w"])].reset_index(drop=True)
    weighted, long = door(df, weights="w", entry="late"), door(repeated, entry="late")
    for method in (kaplan_meier, nelson_aalen):
        try:
            same(method(weighted, by="arm"), method(long, by="arm"))
        except NotEstimable:
            continue
    one, other = logrank(weighted), logrank(long)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    first, second = fitted(weighted, ties="breslow"), fitted(long, ties="breslow")
    if first is not None and second is not None:
        same(first, second, 1e-7)


@FEW
@given(tables())
def test_weights_of_one_change_nothing(df: pd.DataFrame) -> None:
    ones = door(df.assign(one=1.0), weights="one")
    same(kaplan_meier(door(df), by="arm"), kaplan_meier(ones, by="arm"))
    assert logrank(door(df)).statistic == pytest.approx(logrank(ones).statistic, rel=1e-12)


@FEW
@given(tables())
def test_squared_influences_sum_to_greenwood(df: pd.DataFrame) -> None:
    est = kaplan_meier(door(df), by="arm")
    assert est.model_covariance is not None
    squared = np.nansum(est.influence**2, axis=0)
    np.testing.assert_allclose(squared, np.diag(est.model_covariance), rtol=1e-9, atol=1e-15)
    mean = rmst(door(df), by="arm", tau=2.0)
    assert mean.model_covariance is not None
    np.testing.assert_allclose(
        np.nansum(mean.influence**2, axis=0), np.diag(mean.model_covariance), rtol=1e-9, atol=1e-15
    )


@FEW
@given(tables())
def test_the_influence_is_the_derivative_by_the_weight(df: pd.DataFrame) -> None:
    """Also with late entry, ties and weights: a household's influence is w dS / dw."""
    step = 1e-6
    spells = door(df.assign(v=df["w"] * 0.5), weights="v", entry="late")
    try:
        est = kaplan_meier(spells)
    except NotEstimable:
        return
    i = int(np.argmax(df["months"]) // 2)
    moved = df.assign(v=df["w"] * 0.5)
    moved["v"] = moved["v"].astype(float)
    moved.loc[i, "v"] += step
    other = kaplan_meier(door(moved, weights="v", entry="late"))
    derivative = (other.value - est.value) / step * (df["w"][i] * 0.5)
    np.testing.assert_allclose(est.influence[i], derivative, atol=2e-5)


@FEW
@given(tables())
def test_logrank_without_ties_is_coxs_score_at_zero(df: pd.DataFrame) -> None:
    untied = df.assign(months=df["months"] + np.arange(len(df)) / 1000)
    risk = risk_set(untied["months"], untied["housed"], entry=untied["late"])
    treated = (untied["group"] == "pilot").to_numpy()
    fit = fit_cox(risk, treated[:, None].astype(float), limit=1)
    test = rank_test(risk, treated.astype(np.int64))
    if test.df:
        assert test.statistic == pytest.approx(fit.score_test, rel=1e-9)


@FEW
@given(tables())
def test_many_dealings_at_once_are_each_dealing(df: pd.DataFrame) -> None:
    strata = pd.factorize(df["town"], sort=True)[0]
    risk = risk_set(df["months"], df["housed"], entry=df["late"], strata=strata)
    rng = np.random.default_rng(0)
    arms = np.array([rng.permutation(np.arange(len(df)) % 2) for _ in range(5)])
    difference, variance = logrank_permuted(risk, arms.astype(float))
    for line, d, v in zip(arms, difference, variance, strict=True):
        test = rank_test(risk, line.astype(np.int64))
        assert d == pytest.approx(test.observed[1] - test.expected[1], abs=1e-9)
        assert v == pytest.approx(test.covariance[1, 1], abs=1e-9)


@FEW
@given(tables())
def test_one_test_redealt_is_the_test_again(df: pd.DataFrame) -> None:
    spells = door(df, strata="town")
    arms = np.array([np.random.default_rng(k).permutation(spells.arm) for k in range(4)])
    try:
        fast = logrank(spells, strata="strata").redeal(arms)  # type: ignore[attr-defined]
    except NotEstimable:
        return
    for line, statistic in zip(arms, fast, strict=True):
        try:
            slow = logrank(spells.with_arm(line), strata="strata").statistic
        except NotEstimable:
            assert np.isnan(statistic)
            continue
        assert statistic == pytest.approx(slow, rel=1e-8)
    mean = rmst(spells, tau=3.0).where(term="difference")
    fast_means = mean.redeal(arms)  # type: ignore[attr-defined]
    for line, studentised in zip(arms, fast_means, strict=True):
        try:
            again = rmst(spells.with_arm(line), tau=3.0).where(term="difference")
        except NotEstimable:
            assert np.isnan(studentised)
            continue
        assert studentised == pytest.approx(again.value[0] / again.std_error[0], rel=1e-8)


@FEW
@given(st.integers(0, 10**6), st.integers(3, 9))
def test_exact_counts_lie_between_one_and_all(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(-3, 4, n).astype(float)
    treated = rng.permutation(np.arange(n) < n // 2).astype(np.int64)
    counted = exact_sum_p_value(scores, treated, np.arange(n) % 2)
    assert counted is not None
    far, every = counted
    assert 1 <= far <= every


@FEW
@given(tables(), st.sampled_from(["log-log", "log", "plain", "logit", "arcsine", "beta-product"]))
def test_limits_hold_the_curve_within_zero_and_one(df: pd.DataFrame, kind: str) -> None:
    est = kaplan_meier(door(df), by="arm", interval=kind)
    low, high = est.interval(0.9)
    wider_low, wider_high = est.interval(0.99)
    assert ((low >= 0) & (high <= 1)).all()
    assert (low <= est.value + 1e-9).all()
    assert (est.value <= high + 1e-9).all()
    assert (wider_low <= low + 1e-9).all()
    assert (high <= wider_high + 1e-9).all()
    part = est.where(strata="pilot")
    np.testing.assert_allclose(part.interval(0.9)[0], low[est.terms["strata"] == "pilot"])


def test_a_stratum_with_one_arm_is_named() -> None:
    df = pd.DataFrame({"months": [2.0, 3, 4, 5, 6, 9, 7, 8], "housed": [1, 1, 1, 0, 1, 1, 1, 0]})
    df["arm"], df["town"] = list("ababbaaa"), ["x", "x", "x", "x", "x", "x", "lone", "lone"]
    spells = Durations.from_frame(df, time="months", event="housed", arm="arm", strata="town")
    known = df.assign(upper=np.where(df["housed"] == 1, df["months"] + 1, np.inf))
    between = Durations.from_frame(
        known, time="months", event=None, upper="upper", arm="arm", strata="town"
    )
    answers = [
        logrank(spells, strata="strata"),
        cox(spells, ["arm"], strata="strata"),
        interval_test(between, strata="strata"),
    ]
    for answer in answers:
        assert [note.code for note in answer.notes] == ["stratum_one_arm"]  # type: ignore[attr-defined]
        assert "lone" in answer.notes[0]
    assert logrank(spells).notes == ()


def test_what_is_permuted_is_the_comparison_of_arms() -> None:
    """rmst gives each arm's mean first; a dealing of the arms says nothing about those alone."""
    df = pd.DataFrame({"months": np.arange(1.0, 11), "housed": [1, 1, 0, 1, 1, 1, 0, 1, 1, 0]})
    spells = door(df.assign(group=["current"] * 4 + ["pilot", "current"] + ["pilot"] * 4))
    whole = permute(lambda d: rmst(d, tau=4.0), spells)
    difference = permute(lambda d: rmst(d, tau=4.0).where(term="difference"), spells)
    assert whole.statistic == pytest.approx(difference.statistic, rel=1e-12)
    assert (whole.numerator, whole.denominator) == (difference.numerator, difference.denominator)
    each = [rmst(spells.with_arm(np.isin(np.arange(10), own) * 1), tau=4.0).where(term="difference")
            for own in itertools.combinations(range(10), 5)]  # fmt: skip
    assert whole.denominator == 252
    studentised = np.abs([est.value[0] / est.std_error[0] for est in each])
    assert whole.numerator == (studentised >= abs(whole.statistic) * (1 - 1e-9)).sum()
