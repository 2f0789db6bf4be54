"""Attrition tests, Lee bounds and worst cases against base R and clubSandwich."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nextome_eval.checks.attrition_weights import attrition_weighted
from nextome_eval.checks.lee import lee_bounds
from nextome_eval.checks.selective_loss import Null, attrition_test
from nextome_eval.checks.worst_case import extreme_bounds
from nextome_eval.study.panel import Panel

HERE = Path(__file__).parent
R = json.loads((HERE / "attrition.json").read_text())


@pytest.fixture(scope="module")
def panel() -> Panel:
    wide = pd.read_csv(HERE / "two_waves.csv")
    long = pd.concat(
        [wide.assign(t=0, y=wide["y0"]), wide.assign(t=12, y=wide["y1"])], ignore_index=True
    )
    return Panel.from_frame(long, unit="id", time="t", arm="arm", strata="town")


@pytest.mark.parametrize("null", ["response", "respondents"])
def test_every_permutation_is_ranked_as_in_r(panel: Panel, null: Null) -> None:
    test, gold = attrition_test(panel, "y", null=null), R["tests"][null]
    assert test.statistic == pytest.approx(gold["f"], rel=1e-8)
    assert test.df == gold["df"]
    assert (test.numerator, test.denominator) == (gold["count"], gold["ways"])


def test_the_f_of_the_whole_population(panel: Panel) -> None:
    test, gold = attrition_test(panel, "y", null="population"), R["tests"]["population"]
    assert test.statistic == pytest.approx(gold["f"], rel=1e-8)
    assert test.df == gold["df"]
    assert test.denominator == 10_000


def test_lee_bounds_and_their_influences(panel: Panel) -> None:
    est, gold = lee_bounds(panel, "y"), R["lee"]
    assert est.value == pytest.approx(gold["bounds"], rel=1e-8)
    # R's influences are central differences of step 1e-5, good to about 1e-9 of the value
    assert est.std_error == pytest.approx(gold["se"], rel=1e-7)
    low, high = est.interval(0.95)
    assert [low[0], high[1]] == pytest.approx(gold["interval"], rel=1e-7)
    assert est.terms["trimmed_arm"].tolist() == ["1", "1"]
    treated, other = gold["shares"]
    assert est.terms["trimming_share"].to_numpy() == pytest.approx(1 - other / treated)


def test_the_other_arm_is_trimmed_where_it_was_seen_more_often(panel: Panel) -> None:
    """Arms exchanged, the bounds change sign and place."""
    est = lee_bounds(panel.with_arm(1 - panel.arm), "y")
    assert est.value == pytest.approx([-v for v in R["lee"]["bounds"][::-1]], rel=1e-8)
    assert est.std_error == pytest.approx(R["lee"]["se"][::-1], rel=1e-7)
    assert est.terms["trimmed_arm"].tolist() == ["0", "0"]


def test_influences_sum_to_nothing(panel: Panel) -> None:
    assert np.nansum(lee_bounds(panel, "y").influence, axis=0) == pytest.approx([0, 0], abs=1e-12)


def test_worst_and_best_case(panel: Panel) -> None:
    rows = extreme_bounds(panel, "y", limits=(0, 100)).tidy().set_index("term")
    for term in ("lower", "upper"):
        ours = rows.loc[term, ["estimate", "std_error", "df"]].to_list()
        assert ours == pytest.approx(R["extreme"][term], rel=1e-8)
    assert rows["imputed_1"].tolist() == [2, 2]
    assert rows["imputed_0"].tolist() == [4, 4]


def test_attrition_weights_are_inverse_fitted_chances_of_glm(panel: Panel) -> None:
    weighted = attrition_weighted(panel, "y")
    assert weighted.weights is not None
    last = weighted.time == 12
    ours = dict(zip(weighted.units[weighted.unit[last]], weighted.weights[last]))
    gold = R["weights"]
    assert [ours[i] for i in gold["id"]] == pytest.approx(gold["w"], rel=1e-8)
    assert (weighted.weights[~last] == 1).all()
