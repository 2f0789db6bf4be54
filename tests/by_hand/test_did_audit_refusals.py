"""What no number can come from is refused by name, in every estimator alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne

Fn = Callable[..., ne.Estimates]
STAGGERED: list[Fn] = [ne.group_time, ne.imputation, ne.sun_abraham]
EVERY: list[Fn] = [*STAGGERED, ne.did, ne.ancova, ne.two_way, ne.event_study]


def study(households: int = 12, begins: float = 6.0) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    times = [0, 3, 6, 9]
    df = pd.DataFrame(
        {"id": np.repeat([f"H{i:02d}" for i in range(households)], 4), "t": times * households}
    )
    number = df["id"].str[1:].astype(int)
    df["g"] = np.where(number % 2, begins, np.nan)
    df["town"] = "abc"[0] + (number // 4).astype(str)
    df["x"] = rng.normal(size=len(df))
    df["fixed"] = number * 1.5
    df["y"] = rng.normal(size=len(df)) + 2 * (df["t"] >= df["g"])
    return df


def panel_of(df: pd.DataFrame, **roles: str) -> ne.Panel:
    return ne.Panel.from_frame(df, unit="id", time="t", begins="g", **roles)


def refused(fn: Fn, panel: ne.Panel, said: str, outcome: str = "y", **options: object) -> None:
    with pytest.raises((ne.DataProblem, ne.DesignProblem, ne.NotEstimable), match=said) as found:
        fn(panel, outcome, **options)
    assert found.value.text("it") != str(found.value)


@pytest.mark.parametrize("fn", EVERY)
def test_one_cluster(fn: Fn) -> None:
    refused(fn, panel_of(study().assign(all="one"), cluster="all"), "belong to one cluster")


@pytest.mark.parametrize("fn", EVERY)
def test_outcomes_that_show_no_change(fn: Fn) -> None:
    df = study().assign(same=3.0, none=np.nan)
    refused(fn, panel_of(df), '"same" is 3 for every household', "same")
    if fn is ne.ancova:  # its outcome is the wave's, but the baseline then says all of it
        refused(fn, panel_of(df), "no change to compare", "fixed")
    else:
        refused(fn, panel_of(df), '"fixed" is the same at every wave', "fixed")
    refused(fn, panel_of(df), '"none"', "none")


@pytest.mark.parametrize("fn", STAGGERED)
def test_a_cohort_of_one_household_is_named(fn: Fn) -> None:
    df = study()
    df.loc[df["id"] == "H01", "g"] = 9.0
    refused(fn, panel_of(df), "Only household H01 begins at 9")


@pytest.mark.parametrize("fn", EVERY)
def test_adjusters_that_repeat_are_named(fn: Fn) -> None:
    df = study().assign(twice=lambda d: 2 * d["x"])
    refused(fn, panel_of(df), "twice", adjust=["x", "twice"])


def test_repeated_cross_sections_are_judged_too() -> None:
    df = study(40).assign(id=lambda d: np.arange(len(d)), twice=lambda d: 2 * d["x"], same=1.0)
    refused(ne.group_time, panel_of(df), "twice", adjust=["x", "twice"])
    refused(ne.group_time, panel_of(df), '"same" is 1', "same")


def test_the_base_wave_is_named_when_it_has_no_controls() -> None:
    df = study()
    refused(ne.event_study, panel_of(df[(df["t"] != 3) | (df["g"] == 6)]), "At wave 3, the last")


@pytest.mark.parametrize("fn", [*EVERY, ne.did_of_ratios])
def test_one_cluster_a_side_is_fitted_exactly(fn: Fn) -> None:
    df = study().assign(y=lambda d: d["y"] + 9, side=lambda d: d["g"].notna())
    refused(fn, panel_of(df, cluster="side"), "2 clusters, one on each side")
    assert fn(panel_of(df.assign(side=df["town"] == "a0"), cluster="side"), "y").value.size


def test_dealing_group_time_effects_again() -> None:
    test = ne.permute(lambda panel: ne.group_time(panel, "y"), panel_of(study()), draws=19)
    assert 1 / 20 <= test.p_value <= 1


@pytest.mark.parametrize(("fn", "code"), [
    (ne.two_way, "always_treated_compared"),
    (ne.sun_abraham, "left_out_always_treated"),
    (ne.group_time, "left_out_always_treated"),
])  # fmt: skip
def test_always_treated_are_told(fn: Fn, code: str) -> None:
    df = study(16)
    df.loc[df["id"].isin(["H01", "H03"]), "g"] = 0.0
    told = {note.code: note.values for note in fn(panel_of(df), "y").notes}
    assert told[code] == {"count": 2, "first": "0"}


def test_a_cohort_in_one_town_is_told_and_has_no_band() -> None:
    df = study(120)
    number = df["id"].str[1:].astype(int)
    df["town"] = number % 30
    df["g"] = np.select([df["town"] == 0, df["town"] < 15], [6.0, 9.0], np.nan)
    est = ne.group_time(panel_of(df, cluster="town"), "y")
    note = est.notes[-1]
    assert (note.code, note.values["cells"]) == ("cells_in_one_cluster", "(6, 3), (6, 6), (6, 9)")
    for answer in (est, ne.aggregate(est, "dynamic")):
        with pytest.raises(ne.NotEstimable, match="a single cluster on one side"):
            ne.uniform_band(answer)
    fine = panel_of(df[df["town"] > 0], cluster="town")
    assert not ne.group_time(fine, "y").notes
    assert len(ne.uniform_band(ne.group_time(fine, "y"), draws=99)) == 3


@pytest.mark.parametrize("fn", [ne.did, ne.ancova, ne.two_way, ne.event_study, *STAGGERED])
def test_beginning_after_the_last_wave_is_never_beginning(fn: Fn) -> None:
    df = study()
    later = df.assign(g=df["g"].fillna(999.0))
    one, other = fn(panel_of(df), "y"), fn(panel_of(later), "y")
    pd.testing.assert_frame_equal(one.tidy(), other.tidy())
    labelled = later.assign(arm=np.where(later["g"] == 6, "pilot", "control"))
    assert fn(panel_of(labelled, arm="arm"), "y").value == pytest.approx(one.value)


def test_an_infinite_time_names_the_household() -> None:
    df = study()
    df["t"] = df["t"].astype(float)
    df.loc[7, "t"] = np.inf
    with pytest.raises(ne.DataProblem, match="households H01"):
        panel_of(df)
