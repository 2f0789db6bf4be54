"""What must hold of every two-group comparison, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextome_eval.models.did.ancova import ancova
from nextome_eval.models.did.did import did
from nextome_eval.models.did.two_way import two_way
from nextome_eval.study.panel import Panel

seeds = st.integers(0, 10_000)


def study(seed: int, waves: int = 4, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = 24
    arm, town = np.arange(n) % 2, np.arange(n) // 8
    df = pd.DataFrame({"id": np.repeat(np.arange(n), waves), "t": np.tile(np.arange(waves), n)})
    df["arm"], df["town"] = arm[df["id"]], town[df["id"]]
    df["x"] = rng.normal(size=n)[df["id"]]
    df["y"] = rng.normal(size=len(df)) + df["t"] * df["town"] + df["arm"] * (df["t"] > 1)
    df["w"] = rng.uniform(0.5, 2, size=n)[df["id"]]
    df["g"] = np.where(df["arm"] == 1, 2.0, np.inf)
    return df[rng.random(len(df)) >= missing]


def panel_of(df: pd.DataFrame, **roles: str) -> Panel:
    return Panel.from_frame(df, unit="id", time="t", begins="g", **roles)


@given(seeds)
def test_complete_panels_give_two_way_fixed_effects(seed: int) -> None:
    panel = panel_of(study(seed))
    assert did(panel, "y").value[0] == pytest.approx(two_way(panel, "y").value[0], rel=1e-9)


@given(seeds)
def test_complete_panels_give_the_mean_change_within_towns_with_hc2(seed: int) -> None:
    panel = panel_of(study(seed), strata="town")
    wide = panel.wide("y")
    change = wide[:, 2:].mean(axis=1) - wide[:, :2].mean(axis=1)
    x = np.column_stack([np.eye(3)[panel.strata], panel.arm])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ change
    hat = np.einsum("ij,jk,ik->i", x, inverse, x)
    score = (inverse @ x.T) * ((change - x @ beta) / np.sqrt(1 - hat))
    est = did(panel, "y")
    assert est.value[0] == pytest.approx(beta[-1], rel=1e-9)
    assert est.std_error[0] == pytest.approx(np.sqrt((score @ score.T)[-1, -1]), rel=1e-9)


@given(seeds, st.sampled_from([did, ancova]))
def test_row_order_labels_and_the_unit_of_time_do_not_matter(seed: int, method: object) -> None:
    df = study(seed, missing=0.1)
    one = method(panel_of(df, strata="town"), "y", adjust=["x"])
    turned = df.sample(frac=1, random_state=seed).assign(
        id=lambda d: 100 - d["id"], t=lambda d: d["t"] * 30.5, g=lambda d: d["g"] * 30.5
    )
    other = method(panel_of(turned, strata="town"), "y", adjust=["x"])
    np.testing.assert_allclose(one.value, other.value, rtol=1e-9)
    np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-9)
    np.testing.assert_allclose(one.reference.df, other.reference.df, rtol=1e-8)


@given(seeds, st.sampled_from([did, ancova]))
def test_weights_of_one_change_nothing(seed: int, method: object) -> None:
    df = study(seed, missing=0.1).assign(w=1.0)
    one, other = method(panel_of(df), "y"), method(panel_of(df, weights="w"), "y")
    np.testing.assert_allclose(one.value, other.value, rtol=1e-9)
    np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-9)
    np.testing.assert_allclose(one.reference.df, other.reference.df, rtol=1e-8)


@given(seeds)
def test_whole_weights_are_households_written_again(seed: int) -> None:
    df = study(seed)
    df["w"] = 1.0 + df["id"] % 3
    again = pd.concat(
        [df[df["w"] > k].assign(id=lambda d, k=k: d["id"] + 100 * k) for k in range(3)]
    )
    weighted = did(panel_of(df, weights="w"), "y").value[0]
    assert weighted == pytest.approx(did(panel_of(again), "y").value[0], rel=1e-9)


@given(seeds, st.sampled_from([did, ancova]))
def test_influences_sum_to_zero(seed: int, method: object) -> None:
    est = method(panel_of(study(seed, missing=0.15), strata="town"), "y", adjust=["x"])
    np.testing.assert_allclose(np.nansum(est.influence, axis=0), 0, atol=1e-10)


@given(seeds, st.floats(-3, 3))
def test_a_constant_effect_added_is_the_effect_found(seed: int, effect: float) -> None:
    df = study(seed, missing=0.1)
    more = df.assign(y=df["y"] + effect * (df["t"] >= df["g"]))
    for method in (did, ancova):
        found = method(panel_of(more), "y").value[0] - method(panel_of(df), "y").value[0]
        assert found == pytest.approx(effect, abs=1e-9)


@given(seeds)
def test_a_gap_in_the_waves_moves_nothing(seed: int) -> None:
    """Dropping a wave for all is the same as that wave never having been planned."""
    df = study(seed, waves=5)
    kept = df[df["t"] != 3]
    renamed = kept.assign(t=kept["t"].replace({4: 3}))
    for method in (did, two_way):
        one, other = method(panel_of(kept), "y"), method(panel_of(renamed), "y")
        assert one.value[0] == pytest.approx(other.value[0], rel=1e-9)
