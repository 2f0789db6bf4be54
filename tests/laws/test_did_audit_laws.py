"""What must hold of every difference in differences, staggered ones too, asked at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nextome_eval as ne

Fn = Callable[..., ne.Estimates]
seeds = st.integers(0, 10_000)
ROLES = st.sampled_from([{}, {"strata": "town"}, {"cluster": "flat"}, {"weights": "w"}])
COUNTED = ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]


def averages(panel: ne.Panel, outcome: str) -> ne.Estimates:
    cells = ne.group_time(panel, outcome, adjust=["x", "kind"], control_group="not_yet")
    kinds = ("simple", "group", "calendar", "dynamic")
    return ne.Estimates.stack({kind: ne.aggregate(cells, kind) for kind in kinds})


def cells(panel: ne.Panel, outcome: str) -> ne.Estimates:
    return ne.group_time(panel, outcome, adjust=["x"], base_period="universal", est_method="reg")


FNS: list[Fn] = [cells, averages, ne.event_study, ne.two_way, ne.imputation, ne.sun_abraham]
every = st.sampled_from(FNS)


def study(seed: int, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n, times = 60, np.array([0.0, 3, 6, 12, 15])
    number = np.repeat(np.arange(n), len(times))
    df = pd.DataFrame({"id": number, "t": np.tile(times, n)})
    df["g"] = np.array([6.0, 12, np.nan])[number % 3]
    df["town"], df["flat"] = (number // 3) % 4, number // 2
    df["x"], df["w"] = rng.normal(size=n)[number], rng.uniform(0.5, 2, n)[number]
    df["kind"] = np.array(["a", "b"])[rng.permutation(n) % 2][number]
    df["y"] = 5 + rng.normal(size=len(df)) + df["x"] * df["t"] / 9 + 2 * (df["t"] >= df["g"])
    return df[(rng.random(len(df)) >= missing) | (df["t"] == 0)]


def panel_of(df: pd.DataFrame, **roles: Any) -> ne.Panel:
    return ne.Panel.from_frame(df, unit="id", time="t", begins="g", **roles)


def alike(one: ne.Estimates, other: ne.Estimates, columns: list[str] = COUNTED) -> None:
    left, right = (est.tidy()[columns].astype(float) for est in (one, other))
    np.testing.assert_allclose(left, right, rtol=1e-7, atol=1e-9)


@settings(max_examples=20)
@given(seeds, every, ROLES)
def test_row_order_labels_and_types_do_not_matter(seed: int, fn: Fn, roles: dict[str, str]) -> None:
    df = study(seed, missing=0.1)
    moved = df.sample(frac=1, random_state=seed).convert_dtypes()
    moved["id"] = "household " + (900 - moved["id"]).astype(str)
    moved["town"] = moved["town"].map({0: "d", 1: "c", 2: "b", 3: "a"}).astype("category")
    moved.index = pd.Index(np.zeros(len(moved)))
    alike(fn(panel_of(df, **roles), "y"), fn(panel_of(moved, **roles), "y"))


@settings(max_examples=20)
@given(seeds, every, st.sampled_from([(1.0, 2000.0), (1 / 12, 0.0), (30.4375, -7.0)]))
def test_the_unit_of_time_does_not_matter(seed: int, fn: Fn, clock: tuple[float, float]) -> None:
    df = study(seed, missing=0.1)
    scale, start = clock
    other = df.assign(t=df["t"] * scale + start, g=df["g"] * scale + start)
    alike(fn(panel_of(df), "y"), fn(panel_of(other), "y"))


@settings(max_examples=15)
@given(seeds, every)
def test_weights_of_one_change_nothing(seed: int, fn: Fn) -> None:
    df = study(seed, missing=0.1).assign(one=1.0)
    alike(fn(panel_of(df), "y"), fn(panel_of(df, weights="one"), "y"))


@settings(max_examples=15)
@given(seeds, every)
def test_only_the_ratio_of_weights_matters(seed: int, fn: Fn) -> None:
    df = study(seed, missing=0.1).assign(v=lambda d: 7 * d["w"])
    alike(fn(panel_of(df, weights="w"), "y"), fn(panel_of(df, weights="v"), "y"))


@settings(max_examples=15)
@given(seeds, every)
def test_whole_weights_are_households_written_again(seed: int, fn: Fn) -> None:
    """Values, and errors where the copies are one cluster and no factor counts rows."""
    df = study(seed, missing=0.1).assign(k=lambda d: 1 + d["id"] % 2, one=lambda d: d["id"])
    copies = df.loc[df.index.repeat(df["k"])]
    again = copies.groupby([copies["id"], copies["t"]]).cumcount()
    copies = copies.assign(id=copies["id"] * 10 + again)
    weighted = fn(panel_of(df, weights="k"), "y")
    written = fn(panel_of(copies, cluster="one"), "y")
    alike(weighted, written, ["estimate"])
    if weighted.model_covariance is None:
        by_influence = fn is not ne.imputation  # squares weights: not one row for each copy
        alike(weighted, written, ["estimate", "std_error"] if by_influence else ["estimate"])


@settings(max_examples=15)
@given(seeds, every, st.floats(-3, 3), st.floats(0.1, 5))
def test_unit_and_origin_of_the_outcome(seed: int, fn: Fn, shift: float, scale: float) -> None:
    df = study(seed)
    one, other = (fn(panel_of(df.assign(y=y)), "y") for y in (df["y"], shift + scale * df["y"]))
    np.testing.assert_allclose(other.value, scale * one.value, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(other.std_error, scale * one.std_error, rtol=1e-7, atol=1e-8)


@settings(max_examples=15)
@given(seeds, every)
def test_influences_give_the_sum_zero(seed: int, fn: Fn) -> None:
    total = np.nansum(fn(panel_of(study(seed, missing=0.1)), "y").influence, axis=0)
    np.testing.assert_allclose(total, 0, atol=1e-8)


@settings(max_examples=10)
@given(seeds, st.sampled_from(["simple", "group", "calendar", "dynamic"]))
def test_rows_of_the_averages(seed: int, kind: str) -> None:
    est = ne.group_time(panel_of(study(seed)), "y")
    assert est.tidy().columns[:3].tolist() == ["term", "cohort", "time"]
    rows = ne.aggregate(est, kind).tidy()
    coordinate = {"group": ["cohort"], "calendar": ["time"], "dynamic": ["exposure"]}.get(kind, [])
    assert rows["term"].tolist() == ["overall"] + [kind] * (len(rows) - 1)
    named = "estimate std_error statistic df p_value conf_low conf_high".split()
    assert rows.columns.tolist() == ["term", *coordinate, *named]


@settings(max_examples=8)
@given(seeds, st.sampled_from(["strata", None]), st.integers(9, 60))
def test_permutation_p_values_are_shares(seed: int, within: str | None, draws: int) -> None:
    df = study(seed)
    panel = panel_of(df[df["g"] != 12], strata="town")
    test = ne.permute(lambda p: ne.did(p, "y"), panel, within=within, draws=draws)
    assert 1 / (draws + 1) <= test.p_value <= 1
    assert test.p_value == pytest.approx(test.numerator / test.denominator)
