"""CR0-CR3 and Bell-McCaffrey degrees of freedom against clubSandwich and dfadjust."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.demean import demeaned
from nextome_eval.numerics.least_squares import LinearFit

GOLDEN = json.loads(Path(__file__).with_name("small_clusters.json").read_text())
LAYOUTS = json.loads(Path(__file__).with_name("layouts.json").read_text())


def grunfeld(effects: bool = False, weighted: bool = False, by: str = "firm") -> LinearFit:
    g = pd.read_csv(refdata("grunfeld.csv"))
    parts = [g[["value", "capital"]].to_numpy(float), np.ones((len(g), 1))]
    if effects:
        parts += [pd.get_dummies(g[c]).iloc[:, 1:].to_numpy(float) for c in ("firm", "year")]
    design = np.hstack(parts)
    row = np.arange(len(g))
    cluster = row if by == "row" else g[by].to_numpy()
    return LinearFit(
        design,
        g["inv"].to_numpy(float),
        np.eye(2, design.shape[1]),
        row,
        cluster,
        weights=row % 7 + 1.0 if weighted else None,
    )


@pytest.mark.parametrize("name", list(GOLDEN))
def test_grunfeld_as_clubsandwich(name: str) -> None:
    expected = GOLDEN[name]
    fit = grunfeld("two-way" in name, "weighted" in name, name.split()[-1])
    np.testing.assert_allclose(fit.value, expected["value"], rtol=1e-8)
    for kind in expected.keys() - {"value", "df"}:
        np.testing.assert_allclose(fit.std_error(kind), expected[kind], rtol=1e-8, err_msg=kind)
    np.testing.assert_allclose(fit.df(), expected["df"], rtol=1e-8)


@pytest.mark.parametrize("case", LAYOUTS)
def test_clusters_of_unequal_sizes(case: dict[str, Any]) -> None:
    design, weights = np.array(case["X"], dtype=float), np.array(case["w"], dtype=float)
    row = np.arange(len(design))
    fit = LinearFit(
        design,
        np.array(case["y"]),
        np.eye(design.shape[1]),
        row,
        np.array(case["cluster"]),
        weights=None if (weights == 1).all() else weights,
    )
    np.testing.assert_allclose(fit.value, case["value"], rtol=1e-8)
    np.testing.assert_allclose(fit.df(), case["df"], rtol=1e-8)
    for kind in case.keys() & {"CR0", "CR1", "CR1S", "CR2", "CR3", "jackknife"}:
        np.testing.assert_allclose(fit.std_error(kind), case[kind], rtol=1e-8, err_msg=kind)
    if not case["whole"]:
        with pytest.raises(NotEstimable, match="without cluster"):
            fit.covariance("CR3")


def test_the_pinned_grunfeld_numbers() -> None:
    fit = grunfeld(effects=True)
    assert fit.value[0] == pytest.approx(0.117715855082607, rel=1e-8)
    np.testing.assert_allclose(fit.std_error("CR2"), [0.0208148232743266, 0.100213954231683], 1e-8)
    np.testing.assert_allclose(fit.df(), [2.38867112031, 1.84346038046], rtol=1e-8)


def test_leaving_out_a_firm_whose_effect_only_it_carries() -> None:
    """R's lm without each firm in turn; absorbed clubSandwich (plm) gives the same.

    clubSandwich on lm with firm dummies prints .0558227235956266 instead: it inverts I - H_gg,
    which is singular there, and returns rounding error (with the factor levels reversed it
    stops, "computationally singular").  The exact value is the one below.
    """
    exact = [0.0551608871043668, 0.2599005220422698]
    for kind in ("CR3", "jackknife"):
        np.testing.assert_allclose(grunfeld(effects=True).std_error(kind), exact, rtol=1e-8)


def test_absorbing_the_clusters_own_effects_changes_nothing() -> None:
    """Pustejovsky and Tipton 2018, theorem 2."""
    full = grunfeld(effects=True)
    firm = full.cluster - 1
    keep = [0, 1, *range(12, full.design.shape[1])]
    absorbed = LinearFit(
        demeaned(full.design[:, keep], firm),
        demeaned(full.outcome[:, None], firm)[:, 0],
        np.eye(2, len(keep)),
        full.unit,
        full.cluster,
    )
    for kind in ("CR0", "CR2", "CR3"):
        np.testing.assert_allclose(absorbed.std_error(kind), full.std_error(kind), rtol=1e-8)
    np.testing.assert_allclose(absorbed.df(), full.df(), rtol=1e-8)


def test_dfadjust_example() -> None:
    t = np.arange(1, 11)
    y = np.concatenate([np.cos(t - 1), np.tan(t)])
    x = np.concatenate([np.sin(t), np.sin(t + 1)])
    cluster = np.array([2, 1, 3, 2, 2, 3, 3, 1, 1, 2] * 2)
    fit = LinearFit(
        np.column_stack([np.ones(20), x]), y, np.array([[0.0, 1.0]]), np.arange(20), cluster
    )
    assert fit.value[0] == pytest.approx(0.3241183110, rel=1e-8)
    assert fit.std_error("CR2")[0] == pytest.approx(0.21567478, abs=5e-9)  # as printed
    assert fit.df()[0] == pytest.approx(1.79737033, abs=5e-9)


def test_a_term_that_needs_one_cluster_has_no_cr3() -> None:
    """One treated cluster: refused, and Hansen's jackknife says what it can."""
    treated = np.array([1.0, 1, 0, 0, 0, 0])
    fit = LinearFit(
        np.column_stack([np.ones(6), treated]),
        np.array([3.0, 4, 1, 2, 2, 5]),
        np.array([[0.0, 1.0]]),
        np.arange(6),
        np.array([0, 0, 1, 1, 2, 2]),
    )
    with pytest.raises(NotEstimable, match="without cluster number 1"):
        fit.covariance("CR3")
    # 3.5 - 2.5 = 1; without each cluster 0 (nobody is treated), 3.5 - 3.5 and 3.5 - 1.5
    assert fit.std_error("jackknife")[0] == pytest.approx(np.sqrt(3))
    higher = replace(fit, outcome=fit.outcome + 100)
    assert higher.std_error("jackknife")[0] == pytest.approx(np.sqrt(3))
