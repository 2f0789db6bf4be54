"""Where a side is one cluster the number stays and nothing is claimed of it, in every estimator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne
from nextome_eval.checks.parallel_trends import pre_trends_of
from nextome_eval.estimates.disclosure import Disclosure

Fn = Callable[..., ne.Estimates]
EVERY: list[Fn] = [
    ne.did, ne.ancova, ne.two_way, ne.event_study, ne.group_time, ne.imputation, ne.sun_abraham,
    ne.did_of_ratios, ne.did_of_cluster_means,
]  # fmt: skip
CLAIMS = ["std_error", "statistic", "df", "p_value", "conf_low", "conf_high"]


def towns(
    begins: dict[str, float], homes: int = 6, role: str = "cluster", seed: int = 3
) -> ne.Panel:
    """Towns that begin at the times given (inf never), waves 0, 3, 6 and 9."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"{town}{i}", t, town, begin, 9 + rng.normal() + (t >= begin))
        for town, begin in begins.items()
        for i in range(homes)
        for t in (0.0, 3.0, 6.0, 9.0)
    ]
    df = pd.DataFrame(rows, columns=["id", "t", "town", "g", "y"])
    return ne.Panel.from_frame(df, unit="id", time="t", begins="g", **{role: "town"})


INF = np.inf
ONE = {"a": 6.0, "b": INF, "c": INF, "d": INF}
ALL_BUT_ONE = {"a": 6.0, "b": 6.0, "c": 6.0, "d": INF}


@pytest.mark.parametrize("role", ["cluster", "strata"])
@pytest.mark.parametrize("begins", [ONE, ALL_BUT_ONE], ids=["1+3", "3+1"])
@pytest.mark.parametrize("fn", EVERY)
def test_a_single_town_in_an_arm_has_a_number_only(
    fn: Fn, begins: dict[str, float], role: str
) -> None:
    panel = towns(begins, role=role)
    est = fn(panel, "y")
    rows = est.tidy()
    assert np.isfinite(est.value).all()
    bare = rows["refused"].notna()
    moving = est.value != 0  # the base of a group-time event study is zero by definition
    assert bare[moving].all()
    assert rows.loc[bare, CLAIMS].isna().all().all()
    codes = {note.code for note in est.notes}
    assert codes & {"one_cluster_a_side", "cells_in_one_cluster"}
    assert all(note.text("it") != note.text("en") for note in est.notes)
    if bare.all():
        for asked in (est.interval, est.p_value):
            with pytest.raises(ne.NotEstimable, match="No standard error") as found:
                asked()
            assert "errore standard" in found.value.text("it")


def test_the_number_is_the_one_that_households_give() -> None:
    by_town, by_home = towns(ONE), towns(ONE, role="cluster")
    df = by_home.frame.drop(columns="town")
    plain = ne.Panel.from_frame(df, unit="id", time="t", begins="g")
    assert ne.did(by_town, "y").value == pytest.approx(ne.did(plain, "y").value)
    assert np.isfinite(ne.did(plain, "y").std_error).all()


def test_it_is_said_at_the_prompt_and_through_the_gate() -> None:
    est = ne.did(towns(ONE), "y")
    assert "its effect cannot be told apart" in repr(est)
    released = ne.release(est, Disclosure(), profile="internal")
    assert "refused" not in released.rows
    assert released.rows["std_error"].isna().all()
    assert any("cannot be told apart" in note for note in released.notes)


def test_towns_are_the_evidence_where_towns_were_assigned() -> None:
    begins = dict.fromkeys("abc", 6.0) | dict.fromkeys("defg", INF)
    by_strata, by_cluster = towns(begins, role="strata"), towns(begins)
    for fn in EVERY:
        one, other = fn(by_strata, "y"), fn(by_cluster, "y")
        np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-12)
    assert "strata_are_arms" in {note.code for note in ne.did(by_strata, "y").notes}


def test_few_clusters_are_told() -> None:
    few = towns({"a": 6.0, "b": 6.0, "c": INF, "d": INF})
    assert "few_clusters" in {note.code for note in ne.did(few, "y").notes}
    for fn in (ne.two_way, ne.group_time, ne.imputation, ne.sun_abraham, ne.did_of_ratios):
        assert "few_clusters_large_sample" in {note.code for note in fn(few, "y").notes}
    many = towns({f"p{i}": 6.0 for i in range(10)} | {f"c{i}": INF for i in range(10)})
    for fn in EVERY:
        assert not fn(many, "y").notes


COHORTS = {"a": 3.0} | {f"b{i}": 6.0 for i in range(3)} | {f"c{i}": INF for i in range(4)}


def test_a_cell_with_one_cluster_has_no_standard_error() -> None:
    est = ne.group_time(towns(COHORTS), "y")
    bare = np.isnan(est.std_error)
    assert (bare == (est.terms["cohort"] == 3)).all()
    assert np.isnan(est.covariance[bare]).all()
    assert np.isfinite(est.covariance[~bare][:, ~bare]).all()
    alone = est.where(cohort=3.0)
    with pytest.raises(ne.NotEstimable, match="Cohort 3 at time"):
        alone.interval()
    assert np.isfinite(est.where(cohort=6.0).interval()).all()
    with pytest.raises(ne.NotEstimable):
        est.average().p_value()


def test_averages_say_on_what_they_rest() -> None:
    est = ne.group_time(towns(COHORTS), "y")
    group = ne.aggregate(est, "group")
    rows = group.tidy().set_index("cohort")
    assert rows["refused"].notna().tolist() == [False, True, False]  # 1 of 4 treated towns
    assert "average_of_one_cluster" in {note.code for note in group.notes}
    mostly = towns({"a": 3.0, "b": 6.0, "c": INF, "d": INF, "e": INF})
    for kind in ("simple", "group", "calendar", "dynamic"):
        whole = ne.aggregate(ne.group_time(mostly, "y"), kind)
        assert np.isnan(whole.std_error).all()
        assert np.isfinite(whole.value).all()
    study = ne.event_study(mostly, "y")
    assert np.isnan(study.std_error).sum() == (study.terms["exposure"] != -3).sum()
    for fn in (ne.imputation, ne.sun_abraham):
        assert np.isnan(fn(mostly, "y").std_error).all()
        assert np.isfinite(fn(towns(COHORTS), "y").std_error[0])


def test_what_needs_errors_is_refused_without_them() -> None:
    begins = {"a": 6.0} | {f"b{i}": 9.0 for i in range(12)} | {f"c{i}": INF for i in range(12)}
    some, single = ne.event_study(towns(begins), "y"), ne.event_study(towns(ONE), "y")
    for asked in (ne.honest, ne.uniform_band):
        with pytest.raises(ne.NotEstimable):
            asked(some)
    assert len(pre_trends_of(some).effects) == 2  # they rest on a for a thirteenth only
    with pytest.raises(ne.NotEstimable, match="No standard error"):
        pre_trends_of(single)


def test_the_wild_bootstrap_is_refused_with_one_cluster_a_side() -> None:
    df = towns(ONE).frame
    by_home = ne.Panel.from_frame(df.drop(columns="g").assign(arm=df["g"] < 9), unit="id",
                                  time="t", arm="arm")  # fmt: skip
    with pytest.raises(ne.NotEstimable, match="four times in ten"):
        ne.wild_bootstrap(lambda p: ne.did(p, "y"), by_home, by="town")
    with pytest.raises(ne.NotEstimable, match="No standard error"):
        ne.wild_bootstrap(ne.did(towns(ONE), "y"))
    few = ne.wild_bootstrap(ne.did(towns({"a": 6.0, "b": 6.0, "c": INF, "d": INF}), "y"))
    assert [note.code for note in few.notes] == ["wild_few_clusters"]


def test_bands_say_that_they_are_for_many() -> None:
    begins = {f"b{i}": 6.0 + 3 * (i % 2) for i in range(12)} | {f"c{i}": INF for i in range(12)}
    band = ne.uniform_band(ne.group_time(towns(begins), "y"), draws=99)
    assert [note.code for note in band.notes] == ["band_large_sample"]


def test_rows_that_need_a_group_have_no_jackknife() -> None:
    panel = towns(COHORTS)
    est = ne.jackknife(lambda p: ne.aggregate(ne.group_time(p, "y"), "group"), panel)
    assert np.isnan(est.std_error).tolist() == [False, True, False]
    assert "Without a this number" in est.refused[1]
    simple = ne.jackknife(lambda p: ne.aggregate(ne.group_time(p, "y"), "simple"), panel)
    assert np.isfinite(simple.std_error).all()


def test_pre_trends_of_few_clusters_are_tested_by_exposure() -> None:
    begins = {f"b{i}": 6.0 for i in range(2)} | {f"d{i}": 9.0 for i in range(2)}
    seen = ne.parallel_trends(towns(begins | {"c0": INF, "c1": INF}), "y")
    assert seen.joint.df == 3  # three cells, six clusters
    assert not seen.joint.notes
    alone = {"a": 6.0} | {f"d{i}": 9.0 for i in range(9)} | {f"c{i}": INF for i in range(9)}
    by_exposure = ne.parallel_trends(towns(alone), "y").joint
    assert [note.code for note in by_exposure.notes] == ["joint_by_exposure"]
    assert 0 < by_exposure.p_value < 1
