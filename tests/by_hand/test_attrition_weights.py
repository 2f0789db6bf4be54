"""Weights for those lost, overlap and Firth's logit, worked on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.checks.attrition_weights import attrition_weighted
from nextome_eval.checks.overlap import overlap
from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.models.did import ancova, did
from nextome_eval.numerics.firth_logit import firth_logit
from nextome_eval.study.panel import Panel


def panel(lost: set[tuple[int, int]], **columns: object) -> Panel:
    """Households 0-7 (0-3 pilot) at 0, 6, 12; the outcome begins at 0, 1, 0, 1, ...."""
    df = pd.DataFrame({"id": np.repeat(range(8), 3), "t": [0, 6, 12] * 8})
    df["arm"] = np.where(df["id"] < 4, "pilot", "current")
    df["y"] = df["id"] % 2 + df["t"] + (df["id"] * df["t"] % 5) / 10
    df["poor"] = (df["id"] % 4 < 2).astype(float)
    gone = [(i, t) in lost for i, t in zip(df["id"], df["t"])]
    df.loc[gone, "y"] = np.nan
    return Panel.from_frame(df.assign(**columns), unit="id", time="t", arm="arm")


def test_firth_of_two_groups_adds_a_half_to_each_cell() -> None:
    """0 of 3 and 4 of 5: chances 0.5/4 and 4.5/6."""
    x = np.column_stack([np.ones(8), np.repeat([0.0, 1.0], [3, 5])])
    chance = firth_logit(np.array([0.0, 0, 0, 1, 1, 1, 1, 0]), x)
    assert chance[[0, 7]] == pytest.approx([0.5 / 4, 4.5 / 6])


def test_firth_counts_a_row_of_weight_two_as_two() -> None:
    x = np.column_stack([np.ones(5), [0.3, 1, 2, 2.5, 4]])
    y, w = np.array([0.0, 0, 1, 0, 1]), np.array([1, 2, 1, 3, 1])
    twice = firth_logit(np.repeat(y, w), np.repeat(x, w, axis=0))
    assert np.repeat(firth_logit(y, x, w.astype(float)), w) == pytest.approx(twice)


def test_nobody_lost_leaves_weights_at_one() -> None:
    weighted = attrition_weighted(panel(set()), "y")
    assert (weighted.weights == 1).all()
    assert did(weighted, "y").value == pytest.approx(did(panel(set()), "y").value)


def test_who_is_like_the_lost_weighs_more() -> None:
    """A poor household of each arm was lost at 12, no other: the poor seen count for two."""
    weighted = attrition_weighted(panel({(0, 12), (5, 12)}), "y", adjust=["poor"])
    assert weighted.weights is not None
    at = weighted.weights.reshape(8, 3)
    assert (at[:, :2] == 1).all()
    assert at[1, 2] > max(at[2:4, 2])
    assert at[4, 2] > max(at[6:8, 2])
    for arm in ([1, 2, 3], [4, 6, 7]):
        assert at[arm, 2].mean() == pytest.approx(1)


def test_a_panels_own_weights_are_kept() -> None:
    own = np.repeat(np.arange(1.0, 9), 3)
    df = panel(set()).frame.assign(w=own)
    held = Panel.from_frame(df, unit="id", time="t", arm="arm", weights="w")
    assert attrition_weighted(held, "y").weights == pytest.approx(own)


def test_one_wave_has_one_weight_a_household() -> None:
    at_12 = attrition_weighted(panel({(0, 12), (5, 12)}), "y", adjust=["poor"], time=12)
    assert at_12.times.tolist() == [0, 12]
    assert at_12.weights is not None
    pairs = at_12.weights.reshape(8, 2)
    assert (pairs[:, 0] == pairs[:, 1]).all()
    # did on two waves with a household's weight in both = weighted mean changes
    seen = np.array([i not in (0, 5) for i in range(8)])
    change = np.diff(at_12.wide("y"), axis=1)[:, 0]
    w = pairs[:, 0]
    by_arm = [
        np.average(change[seen & (at_12.arm == a)], weights=w[seen & (at_12.arm == a)])
        for a in (1, 0)
    ]
    assert did(at_12, "y").value == pytest.approx([by_arm[0] - by_arm[1]])


def test_ancova_takes_them() -> None:
    weighted = attrition_weighted(panel({(0, 12), (5, 12), (6, 6)}), "y", adjust=["poor"])
    plain = ancova(panel({(0, 12), (5, 12), (6, 6)}), "y")
    assert ancova(weighted, "y").value != pytest.approx(plain.value, rel=1e-6)


def test_what_weights_need() -> None:
    gap = np.repeat([1.0, np.nan, 1, 0, 0, 1, 1, 0], 3)
    with pytest.raises(DataProblem, match="not known at the first wave for households 1"):
        attrition_weighted(panel({(0, 12)}, poor=gap), "y", adjust=["poor"])
    with pytest.raises(NotEstimable, match='Nobody of the arm "pilot"'):
        attrition_weighted(panel({(i, 12) for i in range(4)}), "y")


def test_overlap_counts_and_who_is_alone() -> None:
    p = panel(set())
    chance = [0.95, 0.55, 0.5, 0.3, 0.05, 0.31, 0.5, 0.6]
    rows = overlap(p, chance, bins=4, weights=[1.0, 1, 1, 3, 1, 1, 1, 1]).rows.set_index("term")
    assert rows["n_1"].tolist() == [0, 1, 2, 1, 4, 1]
    assert rows["n_0"].tolist() == [1, 1, 2, 0, 4, 1]
    assert rows.loc["all", "effective_n_1"] == pytest.approx(36 / 12)
    assert rows.loc["0.25-0.5", "percent_1"] == pytest.approx(50)
    fewer = overlap(p, [np.nan, *chance[1:]], bins=4)
    assert fewer.where(term="all")["n_1"].tolist() == [3]
    assert fewer.notes[0].startswith("Households left out: 1;")
    with pytest.raises(DataProblem, match="strictly between 0 and 1"):
        overlap(p, [0.0, *chance[1:]])
    with pytest.raises(DesignProblem):
        overlap(p, [0.5])
