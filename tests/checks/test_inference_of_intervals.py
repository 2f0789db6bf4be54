"""A status known only at visits: what leads, what stands beside, when exact dates are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne
from nextome_eval.checks.spacing_test import spacing_differs, spacing_test, times_as_long
from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference
from nextome_eval.estimates.permutation import permute
from nextome_eval.estimates.test import Test
from nextome_eval.numerics.matched_widths import matched_widths
from nextome_eval.study.durations import Durations

HOW = {"draws": 99}


def table(
    *, pilot: float = 6.0, control: float = 6.0, n: int = 48, towns: int = 4, whole: bool = False
) -> pd.DataFrame:
    """Households in towns, visited every so many months; the pilot's rate is twice the other's."""
    rng = np.random.default_rng(2)
    df = pd.DataFrame({"id": range(n)})
    df["town"] = [f"t{k % towns}" for k in range(n)]
    own = df["town"].isin(["t0", "t1"]) if whole else (df["id"] // towns) % 2 == 0
    df["arm"] = np.where(own, "pilot", "control")
    event = rng.exponential(np.where(own, 8.0, 16.0))
    gap = np.where(own, pilot, control)
    visits = rng.uniform(0.3, 1, n)[:, None] * gap[:, None] + gap[:, None] * np.arange(60)
    visits = np.where(visits < 36, visits, np.inf)
    seen = np.isfinite(visits)
    df["without"] = np.where(seen & (visits < event[:, None]), visits, 0).max(axis=1)
    df["with"] = np.where(seen & (visits >= event[:, None]), visits, np.inf).min(axis=1)
    df["flat"] = df["arm"] + df["town"] + (df.groupby(["arm", "town"]).cumcount() // 3).astype(str)
    return df


def door(df: pd.DataFrame, **roles: str) -> Durations:
    return Durations.from_frame(
        df, time="without", event=None, upper="with", unit="id", arm="arm", **roles
    )


def codes(chosen: Inference) -> set[str]:
    for reason in (chosen.reason, *chosen.refusals):
        for language in ("it", "en"):
            assert "{" not in reason.text(language)
        assert reason.text("it") != reason.text("en")
    return {reason.code for reason in chosen.refusals}


def test_the_ratio_leads_with_its_profile_and_the_curves_beside() -> None:
    spells = door(table(), strata="town")
    chosen = ne.infer(lambda d: ne.interval_hazard(d, ["arm"]), spells, **HOW)
    assert chosen.case == "intervals"
    assert isinstance(chosen.headline, Estimates)
    asked = ne.interval_hazard(spells, ["arm"])
    assert chosen.headline.value == pytest.approx(asked.value)
    np.testing.assert_allclose(
        chosen.headline.interval(0.95), ne.profile_interval(asked).interval(0.95)
    )
    assert set(chosen.beside) == {"visit_spacing", "npmle", "permutation", "midpoint"}
    assert chosen.beside["npmle"].method == "NPMLE (Turnbull)"
    assert chosen.beside["permutation"].denominator == 100
    assert codes(chosen) == set()
    middle = ne.cox(ne.dated(spells), ["arm"], strata="strata")
    assert chosen.beside["midpoint"].value == pytest.approx(middle.value)


def test_asked_for_curves_the_curves_lead() -> None:
    chosen = ne.infer(lambda d: ne.turnbull(d, by="arm"), door(table(), strata="town"), **HOW)
    assert chosen.headline.kind == "curve"
    given_towns = ne.interval_hazard(door(table(), strata="town"), ["arm", "strata"])
    ratio = chosen.beside["interval_hazard"]
    assert ratio.terms["term"].tolist() == ["arm"]
    assert ratio.value[0] == pytest.approx(given_towns.value[0])
    profiled = ne.profile_interval(given_towns).interval(0.95)
    np.testing.assert_allclose(ratio.interval(0.95), [ends[:1] for ends in profiled])


def test_the_gate_lets_curves_from_intervals_out() -> None:
    plan = ne.read_plan("data/raw/example/plan.toml")
    chosen = ne.infer(lambda d: ne.turnbull(d, by="arm"), door(table(n=160)), **HOW)
    curves = chosen.headline.terms
    np.testing.assert_allclose(curves.groupby("strata")["n_event"].sum(), 80)
    assert (curves["n_censor"] >= 0).all()
    shown = ne.release(chosen.headline, plan).rows
    assert set(shown["strata"]) == {"control", "pilot"}
    assert shown["time"].max() < np.inf


def test_asked_for_the_test_it_is_dealt_again_within_towns() -> None:
    spells = door(table(), strata="town")
    fn: Any = lambda d: ne.interval_test(d, strata="strata")  # noqa: E731
    chosen = ne.infer(fn, spells, **HOW)
    assert isinstance(chosen.headline, Test)
    assert chosen.headline.p_value == permute(fn, spells, within="strata", draws=99).p_value
    assert {"asymptotic", "interval_hazard", "npmle"} <= set(chosen.beside)
    assert "unstratified_test" in codes(ne.infer(lambda d: ne.interval_test(d), spells, **HOW))


@pytest.mark.parametrize(
    "fn",
    [
        lambda d: ne.logrank(d, strata="strata"),
        lambda d: ne.cox(d, ["arm"]),
        lambda d: ne.kaplan_meier(d, by="arm"),
        lambda d: ne.rmst(d, tau=12),
    ],
)
def test_exact_dates_stand_beside_where_visits_are_alike_and_are_refused_otherwise(fn: Any) -> None:
    alike = ne.infer(fn, door(table(), strata="town"), **HOW)
    assert {"asked_at_midpoints", "asked_at_visits"} <= set(alike.beside)
    assert alike.headline.method.startswith("proportional hazards, interval-censored")
    assert "exact_dates_refused" not in codes(alike)
    unlike = ne.infer(fn, door(table(control=12.0, pilot=3.0), strata="town"), **HOW)
    assert not {"asked_at_midpoints", "asked_at_visits"} & set(unlike.beside)
    assert {"exact_dates_refused", "visits_not_dealt"} <= codes(unlike)
    assert "permutation" not in unlike.beside
    assert "information" in unlike.beside["score"].method
    said = next(r for r in unlike.refusals if r.code == "exact_dates_refused")
    assert "control" in said.text("en")
    assert "2,9" in said.text("it")


def test_later_events_are_no_rarer_visits() -> None:
    """Visits at 3, 6, 12, 24 months for everybody; the pilot's events come first."""
    ends = np.array([0, 3, 6, 12, 24, np.inf])
    first = {"a": [8, 6, 2, 1, 1], "b": [1, 2, 6, 8, 1]}
    places = np.concatenate([np.repeat(np.arange(5), many) for many in first.values()])
    df = pd.DataFrame({"without": ends[places], "with": ends[places + 1]})
    df["id"], df["arm"] = df.index, np.repeat(list(first), 18)
    spells = door(df)
    widths = ne.visit_spacing(spells).rows.set_index("term")["mean"]
    assert widths["b"] > 1.8 * widths["a"]
    test = spacing_test(spells)
    assert (test.statistic, test.p_value) == (0.0, 1.0)
    assert times_as_long(test)[1] == pytest.approx(1.0)
    assert not spacing_differs(test, test.p_value)


def test_pairs_counted_by_hand() -> None:
    """(0, 6] holds the middle of (2, 6] and is held by it; (10, 20] holds the date 15 exactly."""
    left, right = np.array([0.0, 2, 10, 15]), np.array([6.0, 6, 20, 15])
    found = matched_widths(left, right, np.array([0, 1, 0, 1]))
    assert found.scores.tolist() == [2, -2, 1, -1]
    assert found.pairs.tolist() == [3, 3]
    np.testing.assert_allclose(found.own, [(6 + 6 + 10) / 3, (4 + 4 + 0) / 3])
    np.testing.assert_allclose(found.others, found.own[::-1])


def test_exact_dates_in_one_arm_only_are_the_extreme_of_unlike_visits() -> None:
    df = table()
    exact = (df["arm"] == "pilot") & np.isfinite(df["with"])
    df.loc[exact, "without"] = df.loc[exact, "with"]
    test = spacing_test(door(df, strata="town"), strata="strata")
    assert times_as_long(test) == ("control", np.inf)
    assert spacing_differs(test, test.p_value)


def test_dealing_at_once_is_dealing_one_by_one() -> None:
    spells = door(table(control=8.0), strata="town")
    test = spacing_test(spells, strata="strata")
    rng = np.random.default_rng(1)
    for _ in range(4):
        arm = rng.permutation(spells.arm)
        again = spacing_test(spells.with_arm(arm), strata="strata")
        assert test.redeal(arm[None, :])[0] == pytest.approx(again.statistic, rel=1e-9)  # type: ignore[attr-defined]


def test_no_ratio_is_no_headline_but_the_test_is() -> None:
    df = table()
    df.loc[df["arm"] == "control", ["without", "with"]] = [30.0, np.inf]
    chosen = ne.infer(lambda d: ne.interval_hazard(d, ["arm"]), door(df, strata="town"), **HOW)
    assert chosen.case == "intervals_no_ratio"
    assert isinstance(chosen.headline, Test)
    assert chosen.headline.denominator == 100
    assert {"could_not", "exact_dates_unchecked"} <= codes(chosen)


def test_few_shared_flats_are_dealt_whole() -> None:
    spells = door(table(), strata="town", cluster="flat")
    chosen = ne.infer(lambda d: ne.interval_hazard(d, ["arm"]), spells, **HOW)
    assert isinstance(chosen.headline, Test)
    assert "flats_dealt_whole" in codes(chosen)
    many = door(table(n=160), strata="town", cluster="flat")
    robust = ne.infer(lambda d: ne.interval_hazard(d, ["arm"]), many, **HOW).headline
    count = len(np.unique(many.cluster))
    plain = ne.interval_hazard(many, ["arm"], robust="cluster")
    assert robust.std_error == pytest.approx(plain.std_error * np.sqrt(count / (count - 1)))
    assert robust.tidy()["df"].tolist() == [count - 1.0]


def test_whole_towns_are_described() -> None:
    spells = door(table(whole=True), strata="town")
    chosen = ne.infer(lambda d: ne.interval_hazard(d, ["arm"]), spells, **HOW)
    assert (chosen.case, chosen.headline) == ("intervals_towns", None)
    assert np.isnan(chosen.beside["interval_hazard"].std_error).all()
    assert chosen.beside["permutation"].denominator == 6
    assert "permutation_cannot_reach" in codes(chosen)


def test_dated() -> None:
    df = pd.DataFrame({"id": range(4), "without": [0.0, 6, 6, 0], "with": [6, 12, None, None]})
    spells = door(df.assign(arm=list("abab")))
    assert ne.dated(spells).units.tolist() == [0, 1, 2]  # the last was never seen again
    assert ne.dated(spells, at="visit").time.tolist() == [6, 12, 6]
    assert ne.logrank(ne.dated(door(table()))).df == 1
    with pytest.raises(DesignProblem):
        ne.dated(spells, at="dawn")
    with pytest.raises(DesignProblem):
        ne.dated(ne.dated(spells))


def test_refusals_of_the_spacing_test() -> None:
    with pytest.raises(DesignProblem):
        spacing_test(ne.dated(door(table())))
    apart = pd.DataFrame(
        {"id": range(4), "without": [0.0, 1, 10, 11], "with": [2, 3, 12, 13.0], "arm": list("aabb")}
    )
    with pytest.raises(NotEstimable):
        spacing_test(door(apart))


def test_late_entry_curves_begin_when_five_are_at_risk_in_each_arm() -> None:
    rng = np.random.default_rng(1)
    df = pd.DataFrame({"arm": list("ab") * 30, "from": rng.uniform(0, 8, 60)})
    df["months"] = df["from"] + rng.exponential(8, 60)
    spells = Durations.from_frame(
        df.assign(housed=df["months"] < 20), time="months", event="housed", entry="from", arm="arm"
    )
    chosen = ne.infer(lambda d: ne.kaplan_meier(d, by="arm"), spells, **HOW)
    begins = []
    for arm in ("a", "b"):
        own = df[df["arm"] == arm]
        there = [(t, ((own["from"] <= t) & (own["months"] > t)).sum()) for t in sorted(own["from"])]
        begins.append(next(t for t, many in there if many >= 5))
    direct = ne.kaplan_meier(spells, by="arm", begin=max(begins))
    np.testing.assert_allclose(chosen.headline.value, direct.value)
    np.testing.assert_allclose(chosen.beside["curve"].value, direct.value)
    assert chosen.headline.terms["n_risk"].iloc[0] >= 5
    assert "curve_begins" in codes(chosen)
    assert "curve_begins" in codes(ne.infer(lambda d: ne.rmst(d, tau=12), spells, **HOW))


def test_a_curve_that_dies_over_an_empty_beginning_is_asked_from_later_on() -> None:
    df = pd.DataFrame({"from": [0.0, *([3.0] * 12)], "months": [1.0, *np.arange(4.0, 16)]})
    df["arm"], df["housed"] = ["a", *list("ab" * 6)], 1
    df.loc[12, "housed"] = 0
    spells = Durations.from_frame(df, time="months", event="housed", entry="from", arm="arm")
    with pytest.raises(NotEstimable):
        ne.kaplan_meier(spells, by="arm")
    chosen = ne.infer(lambda d: ne.kaplan_meier(d, by="arm"), spells, **HOW)
    assert chosen.headline.terms["time"].min() == 4
    few = Durations.from_frame(
        df[df["months"] < 9], time="months", event="housed", entry="from", arm="arm", complete=True
    )
    assert "never_enough_at_risk" in codes(ne.infer(lambda d: ne.logrank(d), few, **HOW))
