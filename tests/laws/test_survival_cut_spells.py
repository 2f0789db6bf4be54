"""Cutting a spell in two, or measuring a covariate in another unit, changes no answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nextome_eval as ne


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(12, 30))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    entry = np.where(rng.random(n) < 0.3, rng.integers(0, 4, n), 0).astype(float)
    return pd.DataFrame(
        {
            "id": [f"h{i:02}" for i in range(n)],
            "entry": entry,
            "time": entry + rng.integers(1, 12, n),
            "event": np.r_[1, 1, 0, rng.integers(0, 2, n - 3)],
            "x": rng.normal(size=n).round(2),
            "g": np.r_[0, 1, rng.integers(0, 2, n - 2)],
        }
    )


def cut(df: pd.DataFrame, at: list[float]) -> pd.DataFrame:
    """Return the same spells with a row more for each of the times that they span."""
    rows: list[dict[str, Any]] = []
    for row in df.to_dict("records"):
        begin = row["entry"]
        for t in [t for t in sorted(at) if begin < t < row["time"]]:
            rows.append(dict(row, entry=begin, time=t, event=0))
            begin = t
        rows.append(dict(row, entry=begin))
    return pd.DataFrame(rows)


def door(df: pd.DataFrame) -> ne.Durations:
    return ne.Durations.from_frame(
        df, time="time", event="event", entry="entry", unit="id", complete=True
    )


@settings(max_examples=25, deadline=None)
@given(tables(), st.lists(st.sampled_from([1.5, 3.0, 4.0, 6.5, 8.0]), min_size=1, unique=True))
def test_a_spell_cut_in_two_is_the_same_spell(df: pd.DataFrame, at: list[float]) -> None:
    whole, pieces = door(df), door(cut(df, at))
    curve = ne.kaplan_meier
    try:
        a, b = (curve(spells, by="g").tidy() for spells in (whole, pieces))
        followed = [curve(spells, reverse=True).tidy() for spells in (whole, pieces)]
    except ne.NotEstimable:
        return
    for one, other in ((a, b), followed):
        other = one[["strata", "time"]].merge(other, on=["strata", "time"])
        columns = ["n_risk", "n_event", "n_censor", "estimate", "std_error"]
        np.testing.assert_allclose(one[columns], other[columns], atol=1e-12)
    assert a["n_censor"].sum() == b["n_censor"].sum() == (df["event"] == 0).sum()
    times = [2.0, 5.0, 9.0]
    counted = [ne.numbers_at_risk(spells, times, by="g") for spells in (whole, pieces)]
    pd.testing.assert_frame_equal(*counted)


@settings(max_examples=25, deadline=None)
@given(tables(), st.lists(st.sampled_from([1.5, 3.0, 4.0, 6.5, 8.0]), min_size=1, unique=True))
def test_models_of_cut_spells_are_the_same(df: pd.DataFrame, at: list[float]) -> None:
    whole, pieces = door(df), door(cut(df, at))
    try:
        test = ne.logrank(whole, by="g")
        model = ne.cox(whole, ["x"], robust="id")
    except ne.NotEstimable:
        return
    again = ne.logrank(pieces, by="g")
    assert again.statistic == pytest.approx(test.statistic, rel=1e-9)
    assert test.table is not None
    assert again.table is not None
    pd.testing.assert_frame_equal(test.table, again.table)
    model_again = ne.cox(pieces, ["x"], robust="id")
    np.testing.assert_allclose(model_again.value, model.value, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(model_again.std_error, model.std_error, rtol=1e-8)
    c, c_again = ne.concordance(model), ne.concordance(model_again)
    np.testing.assert_allclose(c_again.value, c.value, rtol=1e-12)
    np.testing.assert_allclose(c_again.std_error, c.std_error, rtol=1e-9, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(tables(), st.sampled_from([1e-9, 1e-5, 1e4, 1e8]))
def test_the_unit_of_a_covariate_does_not_matter(df: pd.DataFrame, unit: float) -> None:
    """Euros of income beside yes and no are not collinear."""
    df = df.assign(y=df["x"] * unit)
    try:
        est = ne.cox(door(df), ["x", "g"])
    except ne.NotEstimable:
        return
    other = ne.cox(door(df), ["y", "g"])
    np.testing.assert_allclose(other.value * [unit, 1], est.value, rtol=1e-7, atol=1e-9)


def test_gray_passes_over_a_stratum_without_events() -> None:
    df = pd.DataFrame({"time": np.arange(1.0, 13), "cause": [1, 2, 1, 0, 1, 2, 1, 1, 0, 1, 2, 0]})
    df = df.assign(g=[0, 1] * 6, s=0)
    more = pd.DataFrame({"time": [3.0, 5.0], "cause": 0, "g": [0, 1], "s": 1})

    def statistic(rows: pd.DataFrame) -> float:
        spells = ne.Durations.from_frame(
            rows, time="time", event="cause", causes={1: "housed", 2: "left"}
        )
        return ne.gray(spells, "g", cause=1, strata="s").statistic

    both = pd.concat([df, more], ignore_index=True)
    assert statistic(both) == pytest.approx(statistic(df), rel=1e-12)
