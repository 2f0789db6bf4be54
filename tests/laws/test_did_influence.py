"""Influences are the estimate's derivative in the rows' weights, so no first-order term is lost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nextome_eval.models.did.aggregate import aggregate
from nextome_eval.models.did.ancova import ancova
from nextome_eval.models.did.did import did
from nextome_eval.models.did.group_time import group_time
from nextome_eval.models.did.two_way import two_way
from nextome_eval.study.panel import Panel


def staggered(seed: int, once: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n, waves = 60, 5
    begins = np.array([2.0, 3, 4, np.inf])[np.arange(n) % 4]
    df = pd.DataFrame({"id": np.repeat(np.arange(n), waves), "t": np.tile(np.arange(waves), n)})
    df["g"], df["x"] = begins[df["id"]], rng.normal(size=n)[df["id"]]
    df["y"] = rng.normal(size=len(df)) + df["x"] * df["t"] + 2.0 * (df["t"] >= df["g"])
    if once:
        df["id"] = np.arange(len(df))
    df["w"] = rng.uniform(0.5, 2, size=df["id"].max() + 1)[df["id"]]
    return df


def derivative(fn: Callable[[Panel], float], df: pd.DataFrame, unit: object) -> float:
    """Relative change in a household's weight, by central differences."""
    ends = []
    for h in (1e-5, -1e-5):
        moved = df.assign(w=df["w"] * np.where(df["id"] == unit, 1 + h, 1.0))
        ends.append(fn(Panel.from_frame(moved, unit="id", time="t", begins="g", weights="w")))
    return (ends[0] - ends[1]) / 2e-5


@settings(max_examples=4)
@given(
    st.integers(0, 1000),
    st.sampled_from(["dr", "ipw", "reg"]),
    st.sampled_from(["never", "not_yet"]),
    st.booleans(),
    st.sampled_from(["simple", "group", "calendar", "dynamic"]),
)
def test_group_time_and_averages(seed, method, control, once, kind) -> None:
    # R's drdid_rc, which we follow, has one first-order term with the other sign
    assume(not (once and method == "dr"))
    df = staggered(seed, once)

    def fn(panel: Panel) -> float:
        est = group_time(panel, "y", adjust=["x"], est_method=method, control_group=control)
        return float(aggregate(est, kind).value[0])

    panel = Panel.from_frame(df, unit="id", time="t", begins="g", weights="w")
    est = group_time(panel, "y", adjust=["x"], est_method=method, control_group=control)
    influence = aggregate(est, kind).influence[:, 0]
    for unit in (0, 1, 3):
        assert derivative(fn, df, unit) == pytest.approx(influence[unit], rel=1e-4, abs=1e-8)


@settings(max_examples=4)
@given(st.integers(0, 1000), st.sampled_from([did, ancova, two_way]))
def test_two_groups(seed, method) -> None:
    df = staggered(seed)
    df = df[df["g"].isin([2.0, np.inf])]
    adjust = [] if method is two_way else ["x"]
    panel = Panel.from_frame(df, unit="id", time="t", begins="g", weights="w")
    est = method(panel, "y", adjust=adjust)
    for place in (0, 1, 5):
        change = derivative(
            lambda p: float(method(p, "y", adjust=adjust).value[0]), df, panel.units[place]
        )
        assert change == pytest.approx(est.influence[place, 0], rel=1e-4, abs=1e-8)
