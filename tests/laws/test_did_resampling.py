"""Permutation, jackknife, bootstrap and the fast paths behind them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_did_laws import panel_of, study

from nextome_eval.checks.leave_one_out import leave_one_out
from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.bootstrap import bootstrap
from nextome_eval.estimates.dealings import admissible
from nextome_eval.estimates.jackknife import jackknife
from nextome_eval.estimates.permutation import permutation_reference, permute
from nextome_eval.estimates.town_by_town import ibragimov_mueller, town_by_town
from nextome_eval.estimates.wild import wild_bootstrap
from nextome_eval.models.did.ancova import ancova
from nextome_eval.models.did.did import did
from nextome_eval.numerics.assignments import Assignments
from nextome_eval.numerics.redealt import Redealer
from nextome_eval.study.panel import Panel

seeds = st.integers(0, 10_000)


@given(seeds, st.sampled_from([did, ancova]), st.booleans(), st.booleans())
def test_dealing_all_at_once_is_dealing_one_by_one(seed, method, towns, weighted) -> None:
    df = study(seed, missing=0.1)
    roles = ({"strata": "town"} if towns else {}) | ({"weights": "w"} if weighted else {})
    panel = panel_of(df, **roles)
    arms = next(Assignments.of(panel.arm, block=panel.strata).drawn(np.random.default_rng(seed), 3))
    fast = Redealer(method(panel, "y", adjust=["x"]).fit).deal(arms)
    for b, arm in enumerate(arms):
        again = method(panel.with_arm(arm), "y", adjust=["x"])
        spread = np.sqrt(np.nansum(again.influence[:, 0] ** 2))
        assert fast.value[b] == pytest.approx(again.value[0], rel=1e-8, abs=1e-9)
        assert fast.studentised()[b] == pytest.approx(again.value[0] / spread, rel=1e-8, abs=1e-8)


@given(seeds, st.floats(-2, 2))
def test_dealing_with_an_effect_taken_out(seed: int, delta: float) -> None:
    panel = panel_of(study(seed, missing=0.1), strata="town")
    moved = panel.frame.assign(
        y=panel.frame["y"] - delta * (panel.time >= panel.begins[panel.unit])
    )
    arms = next(Assignments.of(panel.arm).drawn(np.random.default_rng(seed), 4))
    fast = Redealer(did(panel, "y").fit).deal(arms).studentised(delta)
    slow = Redealer(did(replace(panel, frame=moved), "y").fit).deal(arms).studentised()
    np.testing.assert_allclose(fast, slow, rtol=1e-7, atol=1e-8)


def test_every_assignment_once() -> None:
    arm = np.array([1, 1, 0, 0, 1, 0, 0])
    block = np.array([0, 0, 0, 0, 1, 1, 1])
    dealt = Assignments.of(arm, block=block)
    everything = dealt.all()
    assert dealt.count == len(everything) == len(np.unique(everything, axis=0)) == 18
    assert (everything[:, :4].sum(axis=1) == 2).all()
    assert (everything == arm).all(axis=1).sum() == 1


def test_three_arms_are_dealt_too() -> None:
    everything = Assignments.of(np.array([0, 1, 2, 1])).all()
    assert {tuple(a) for a in everything.tolist()} == set(itertools.permutations([0, 1, 2, 1]))


def test_flats_and_towns_are_dealt_whole() -> None:
    df = study(1).assign(flat=lambda d: d["id"] % 2 + d["id"] // 4 * 2)
    panel = panel_of(df, cluster="flat")
    dealt = next(admissible(panel).drawn(np.random.default_rng(1), 50))
    for flat in np.unique(panel.cluster):
        assert (np.ptp(dealt[:, panel.cluster == flat], axis=1) == 0).all()
    towns = df.assign(arm=lambda d: d["town"] % 2, g=lambda d: np.where(d["town"] == 1, 2, np.inf))
    assert admissible(panel_of(towns, strata="town")).count == 3


def test_p_value_is_a_share_of_the_draws() -> None:
    panel = panel_of(study(3), strata="town")
    test = permute(lambda p: did(p, "y"), panel, within="strata", draws=199)
    assert test.denominator == 200
    assert 1 / 200 <= test.p_value <= 1
    assert test.p_value == test.numerator / test.denominator
    again = permute(lambda p: did(p, "y"), panel, within="strata", draws=199)
    assert again.p_value == test.p_value


def test_the_fast_path_is_left_when_fn_does_more() -> None:
    """Weights estimated from the arm inside fn: dealing must go through fn."""
    panel = panel_of(study(4))

    def weighted(p: Panel) -> object:
        w = np.where(p.arm == 1, 1.0, 1 + np.arange(p.n) / p.n)[p.unit]
        return did(replace(p, weights=w), "y")

    slow = permute(weighted, panel, draws=20)
    arms = next(Assignments.of(panel.arm).drawn(np.random.default_rng(1), 20))
    for b in range(3):
        est = weighted(panel.with_arm(arms[b]))
        assert slow.draws[b] == pytest.approx(est.value[0] / np.sqrt(np.nansum(est.influence**2)))


def test_interval_and_p_value_agree() -> None:
    panel = panel_of(study(5, missing=0.1), strata="town")
    fn = lambda p: did(p, "y")  # noqa: E731
    est = replace(fn(panel), reference=permutation_reference(fn, panel, within="strata", draws=999))
    low, high = est.interval(0.9)
    for limit, outward in ((low[0], -1e-3), (high[0], 1e-3)):
        assert est.p_value(limit)[0] > 0.1
        assert est.p_value(limit + outward)[0] <= 0.1


def test_one_assignment_is_no_test() -> None:
    df = study(1).assign(g=lambda d: np.where(d["town"] == 1, 2, np.inf))
    with pytest.raises(NotEstimable, match="Only one assignment"):
        permute(lambda p: did(p, "y"), panel_of(df, strata="town"), within="strata")
    flats = study(1).assign(flat=lambda d: d["id"] % 4)
    with pytest.raises(DesignProblem, match="cannot be dealt within"):
        permute(lambda p: did(p, "y"), panel_of(flats, cluster="flat"), within="town")


@given(seeds)
def test_jackknife_by_household_is_cr3(seed: int) -> None:
    panel = panel_of(study(seed), strata="town")
    est = jackknife(lambda p: did(p, "y"), panel)
    direct = did(panel, "y").fit.std_error("CR3")[0]
    assert est.std_error[0] == pytest.approx(direct * np.sqrt(23 / 24), rel=1e-8)
    assert est.reference.df[0] == 23


def test_bootstrap_repeats_and_spreads_like_the_influences() -> None:
    panel = panel_of(study(6))
    est = bootstrap(lambda p: did(p, "y"), panel, within="arm", draws=300, seed=2)
    again = bootstrap(lambda p: did(p, "y"), panel, within="arm", draws=300, seed=2)
    assert est.std_error[0] == again.std_error[0]
    assert est.std_error[0] == pytest.approx(did(panel, "y").std_error[0], rel=0.15)
    low, high = est.interval()
    assert low[0] < est.value[0] < high[0]


def test_towns_one_by_one_and_together() -> None:
    panel = panel_of(study(7), strata="town")
    towns = town_by_town(lambda p: did(p, "y"), panel)
    assert towns.terms["group"].tolist() == ["0", "1", "2"]
    alone = did(panel.take(np.flatnonzero(panel.strata == 1)), "y")
    assert towns.value[1] == pytest.approx(alone.value[0])
    assert towns.std_error[1] == pytest.approx(alone.std_error[0])
    mean = ibragimov_mueller(towns)
    assert mean.std_error[0] == pytest.approx(np.std(towns.value, ddof=1) / np.sqrt(3))
    assert mean.reference.df[0] == 2


def test_leave_one_out_names_what_moves_it_most() -> None:
    df = study(8)
    df.loc[(df["id"] == 3) & (df["t"] > 1), "y"] += 50
    panel = panel_of(df, strata="town")
    est = leave_one_out(lambda p: did(p, "y"), panel, by="household")
    assert len(est) == 24
    assert est.notes[0].code == "moves_most"
    assert est.notes[0].values["label"] == "3"
    towns = leave_one_out(lambda p: did(p, "y"), panel, by="strata")
    assert towns.terms["left_out"].tolist() == [0, 1, 2]
    rest = did(panel.take(np.flatnonzero(panel.strata != 2)), "y")
    assert towns.value[2] == pytest.approx(rest.value[0])


@given(seeds)
def test_wild_bootstrap_counts_the_data_as_they_are(seed: int) -> None:
    df = study(seed).assign(flat=lambda d: d["id"] % 8)
    panel = panel_of(df, cluster="flat")
    test = wild_bootstrap(lambda p: did(p, "y"), panel)
    assert test.denominator == 256
    assert test.numerator >= 2
    assert test.numerator % 2 == 0


def test_wild_bootstrap_needs_a_fit() -> None:
    panel = panel_of(study(1))
    with pytest.raises(NotEstimable, match="least-squares"):
        wild_bootstrap(replace(did(panel, "y"), fit=None))


def test_group_that_changes_within_household() -> None:
    panel = panel_of(study(1))
    with pytest.raises(DesignProblem, match='"t" changes within a household'):
        jackknife(lambda p: did(p, "y"), panel, by="t")


def test_frames_without_study_files() -> None:
    df = pd.DataFrame(
        {
            "firm": [1, 1, 2, 2, 3, 3, 4, 4],
            "year": [2020, 2021] * 4,
            "policy": [2021, 2021] * 2 + [None] * 4,
            "sales": [1.0, 5, 2, 8, 1, 2, 3, 6],
        }
    )
    panel = Panel.from_frame(df, unit="firm", time="year", begins="policy")
    assert did(panel, "sales").value[0] == pytest.approx(3.0)
