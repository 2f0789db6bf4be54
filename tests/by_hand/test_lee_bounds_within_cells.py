"""Lee's bounds tightened by cells of a baseline covariate, worked on paper (Lee 2009, 1b)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne

N = np.nan


def door(df: pd.DataFrame) -> ne.Panel:
    return ne.Panel.from_frame(df, unit="id", time="t", arm="arm")


def rows(cells: dict[str, tuple[list[float], list[float]]]) -> pd.DataFrame:
    """Cell -> outcomes at wave 6 of the pilot and of the controls, NaN = lost."""
    parts = [
        pd.DataFrame({"cell": cell, "arm": arm, "y": values})
        for cell, both in cells.items()
        for arm, values in zip(("pilot", "control"), both, strict=True)
    ]
    df = pd.concat(parts, ignore_index=True)
    return df.assign(id=range(len(df)), t=6)


# low: pilot all 4 seen, controls 2 of 4 (trim half); high: nobody lost (trim none)
PAPER = {
    "low": ([1.0, 2, 3, 6], [2.0, 4, N, N]),
    "high": ([10.0, 12, 14, 16], [9.0, 11, 13, 15]),
}


def test_the_bounds_of_two_cells() -> None:
    """low: 1.5 - 3 and 4.5 - 3; high: 13 - 12 both; weights 2 and 4 of the 6 controls seen."""
    est = ne.lee_bounds(door(rows(PAPER)), "y", within="cell")
    assert est.value.tolist() == pytest.approx([(2 * -1.5 + 4 * 1) / 6, (2 * 1.5 + 4 * 1) / 6])
    assert est.terms["trimmed_arm"].tolist() == ["1", "1"]
    assert est.terms["trimming_share"].tolist() == pytest.approx([1 / 6, 1 / 6])
    plain = ne.lee_bounds(door(rows(PAPER)), "y")
    assert plain.value[0] < est.value[0] <= est.value[1] < plain.value[1]
    note = est.notes[0]
    assert note.code == "lee_monotone"
    assert "control" in note.text("it")


def test_one_cell_is_no_cell() -> None:
    df = rows(PAPER).assign(one="all")
    one, plain = (ne.lee_bounds(door(df), "y", within=w) for w in ("one", ()))
    np.testing.assert_allclose(one.value, plain.value)
    np.testing.assert_allclose(one.influence, plain.influence)


def test_cells_in_which_the_other_arm_is_lost_are_named() -> None:
    """low as above (weight 2 of 8 controls), high: controls trimmed (weight 2 of 8 pilots)."""
    df = rows(PAPER | {"high": ([10.0, 12, N, N], [9.0, 11, 13, 15])})
    est = ne.lee_bounds(door(df), "y", within=["cell"])
    assert est.value.tolist() == pytest.approx([(-1.5 + 11 - 14) / 2, (1.5 + 11 - 10) / 2])
    assert est.terms["trimmed_arm"].tolist() == ["both", "both"]
    note = est.notes[0]
    assert (note.code, note.values) == ("lee_directions_differ", {"arm": "pilot", "cells": "low"})


def test_influences_are_the_derivative_of_writing_a_household_again() -> None:
    """A household m + 1 times among m copies of everybody: the change is 1/m of its influence.

    Arms of unequal size, so that no household lies just on the edge of what is trimmed.
    """
    rng = np.random.default_rng(3)
    df = pd.DataFrame({"cell": np.arange(60) % 3, "t": 6})
    df["arm"] = np.where(np.arange(60) % 20 < 11, "pilot", "control")
    df["y"] = rng.normal(size=60).round(2) + df["cell"]
    df.loc[rng.random(60) < 0.1 + 0.3 * (df["arm"] == "control"), "y"] = np.nan
    df["id"] = range(60)
    est = ne.lee_bounds(door(df), "y", within="cell")
    copies = 400
    for who in (0, 1, int(np.flatnonzero(df["y"].isna())[0]), 17):
        again = np.repeat(np.arange(60), copies)
        plus, minus = np.append(again, who), np.delete(again, who * copies)
        ends = [
            ne.lee_bounds(door(df.iloc[some].assign(id=range(len(some)))), "y", within="cell")
            for some in (plus, minus)
        ]
        found = (ends[0].value - ends[1].value) / 2 * copies
        np.testing.assert_allclose(found, est.influence[who], rtol=0.02, atol=2e-4)


def test_towns_are_cells_and_small_ones_are_refused_by_name() -> None:
    df = rows(PAPER)
    panel = ne.Panel.from_frame(df, unit="id", time="t", arm="arm", strata="cell")
    by_town = ne.lee_bounds(panel, "y", within="strata")
    np.testing.assert_allclose(by_town.value, ne.lee_bounds(panel, "y", within="cell").value)
    with pytest.raises(ne.NotEstimable, match='cell "tiny" 1 households of the arm "pilot"') as e:
        ne.lee_bounds(door(rows(PAPER | {"tiny": ([1.0], [2.0, 3])})), "y", within="cell")
    assert "celle più ampie" in e.value.text("it")
