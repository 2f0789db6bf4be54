"""The score test for intervals: R's interval package as printed, and the log-rank test's own."""

from __future__ import annotations

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


def bcos() -> Durations:
    df = pd.read_csv(refdata("bcos.csv"))
    return Durations.from_frame(df, time="left", event=None, upper="right", arm="treatment")


@pytest.mark.parametrize(
    ("scores", "sum_of_rad", "z"),
    [("sun", -9.141846, 2.6684), ("finkelstein", -9.944182, 2.6839), ("wilcoxon", -5.656724, None)],
)
def test_breast_cosmesis(scores: str, sum_of_rad: float, z: float | None) -> None:
    """Printed by R's interval 1.1 to six decimals (z to four), hence no closer than that.

    The Wilcoxon sum is this library's own, kept against change.
    """
    test = interval_test(bcos(), scores=scores)
    assert test.table is not None
    by_group = test.table.set_index("group")["score"]
    assert by_group["Rad"] == pytest.approx(sum_of_rad, abs=6e-7)
    assert by_group.sum() == pytest.approx(0, abs=1e-10)
    if z is not None:
        assert np.sqrt(test.statistic) == pytest.approx(z, abs=6e-5)
    if scores == "sun":
        assert test.p_value == pytest.approx(0.007622, abs=6e-7)


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
