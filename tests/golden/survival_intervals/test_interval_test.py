"""The score test for intervals: R's interval and coin, and the log-rank test's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freireich import freireich, remissions
from refdata import refdata

from nextome_eval.checks.visit_spacing import visit_spacing
from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.permutation import permute
from nextome_eval.models.survival import interval_test, logrank
from nextome_eval.numerics.interval_scores import interval_scores
from nextome_eval.numerics.rank_test import rank_test
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.numerics.turnbull import npmle
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "score.json").read_text())
THIRDS = np.array(["a", "b", "c"])[np.arange(1, 95) % 3]


def bcos() -> Durations:
    df = pd.read_csv(refdata("bcos.csv")).assign(third=THIRDS)
    return Durations.from_frame(df, time="left", event=None, upper="right", arm="treatment")


@pytest.mark.parametrize("by", ["treatment", "third"])
@pytest.mark.parametrize("scores", ["sun", "finkelstein", "wilcoxon"])
def test_breast_cosmesis(by: str, scores: str) -> None:
    """R's interval for the scores and the information form, coin for the permutation form."""
    spells, case = bcos(), CASES[by][scores]
    found = {
        form: interval_test(spells, "arm" if by == "treatment" else by, scores=scores, form=form)
        for form in ("permutation", "information")
    }
    own = pd.read_csv(refdata("bcos.csv"))["treatment"] if by == "treatment" else THIRDS
    order = pd.unique(own)  # as icScoreTest orders groups
    for test in found.values():
        assert test.table is not None
        by_group = test.table.set_index("group")["score"]
        np.testing.assert_allclose(by_group[order], case["score"], rtol=1e-8)
        assert test.df == case["df"]
    assert found["information"].statistic == pytest.approx(case["statistic"], rel=1e-8)
    assert found["information"].p_value == pytest.approx(case["p_value"], rel=1e-8)
    assert found["permutation"].statistic == pytest.approx(case["permutation"], rel=1e-8)
    assert found["permutation"].p_value == pytest.approx(case["permutation_p"], rel=1e-8)


def test_strata_add_up_and_one_is_none() -> None:
    df = pd.read_csv(refdata("bcos.csv")).assign(town=lambda d: np.arange(len(d)) % 3, one=1)
    roles = {"time": "left", "event": None, "upper": "right", "arm": "treatment"}
    spells = Durations.from_frame(df, **roles)
    plain = interval_test(spells, form="information")
    assert interval_test(spells, strata="one", form="information").statistic == pytest.approx(
        plain.statistic, rel=1e-10
    )
    within = interval_test(spells, strata="town", form="information").table
    alone = [
        interval_test(Durations.from_frame(df[df["town"] == t], **roles), form="information").table
        for t in range(3)
    ]
    assert within is not None
    np.testing.assert_allclose(within["score"], sum(part["score"] for part in alone), rtol=1e-9)  # type: ignore[index]


def test_on_right_censored_times_the_scores_are_the_logrank_tests() -> None:
    df = freireich()
    left = df["weeks"].to_numpy(float)
    found = npmle(left, np.where(df["relapse"] == 1, left, np.inf))
    test = rank_test(risk_set(df["weeks"], df["relapse"]), (df["group"] == "6-MP").to_numpy(int))
    np.testing.assert_allclose(interval_scores(found), test.scores, atol=1e-10)
    mine = interval_test(remissions()).table
    theirs = logrank(remissions(), by="arm").table
    assert mine is not None
    assert theirs is not None
    np.testing.assert_allclose(mine["score"], theirs["observed"] - theirs["expected"], atol=1e-9)


def test_permuting_at_once_is_permuting_one_by_one() -> None:
    df = pd.read_csv(refdata("bcos.csv")).assign(town=lambda d: np.arange(len(d)) % 3)
    spells = Durations.from_frame(
        df, time="left", event=None, upper="right", arm="treatment", strata="town"
    )
    test = interval_test(spells, strata="strata")
    rng = np.random.default_rng(1)
    for _ in range(5):
        arm = rng.permutation(spells.arm)
        again = interval_test(spells.with_arm(arm), strata="strata")
        assert test.redeal is not None
        assert test.redeal(arm[None, :])[0] == pytest.approx(again.statistic, rel=1e-9)
    drawn = permute(lambda d: interval_test(d, strata="strata"), spells, within="strata", draws=999)
    assert drawn.p_value == pytest.approx(test.p_value, abs=0.02)


def test_visits_by_arm() -> None:
    spacing = visit_spacing(bcos())
    rows = spacing.rows.set_index("term")
    rad = pd.read_csv(refdata("bcos.csv")).query("treatment == 'Rad' and right < inf")
    width = rad["right"] - rad["left"]
    assert rows.loc["Rad", "events"] == len(rad)
    assert rows.loc["Rad", "median"] == pytest.approx(width.median())
    assert rows.loc["Rad", "mean"] == pytest.approx(width.mean())
    with pytest.raises(DesignProblem, match="upper"):
        visit_spacing(remissions())


def test_refusals() -> None:
    with pytest.raises(DesignProblem):
        interval_test(bcos(), scores="guess")
    with pytest.raises(DesignProblem):
        interval_test(bcos(), form="guess")
