"""The design table for durations, row by row: what leads, what stands beside, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference
from nextome_eval.estimates.permutation import permute
from nextome_eval.estimates.reference import Permuted
from nextome_eval.estimates.test import Test
from nextome_eval.study.durations import Durations

TAU = 18.0
HOW = {"tau": TAU, "draws": 99}


def table(*, rate: float = 0.06, towns_assigned: bool = False, separated: bool = False) -> Any:
    """48 households in four towns, followed 24 months; the pilot's rate is twice the other's."""
    n, rng = 48, np.random.default_rng(1)
    df = pd.DataFrame({"id": range(n)})
    df["town"] = [f"t{k % 4}" for k in range(n)]
    own = df["town"].isin(["t0", "t1"]) if towns_assigned else (df["id"] // 4) % 2 == 0
    df["arm"] = np.where(own, "pilot", "control")
    time = rng.exponential(1 / np.where(df["arm"] == "pilot", 2 * rate, rate))
    df["months"] = np.minimum(time, 24.0)
    df["housed"] = (time < 24).astype(int)
    if separated:
        df.loc[df["arm"] == "control", ["months", "housed"]] = [24.0, 0]
    place = df.groupby(["arm", "town"]).cumcount()
    df["pair"] = df["arm"] + df["town"] + (place // 2).astype(str)  # 24 flats of two
    df["trio"] = df["arm"] + df["town"] + (place // 3).astype(str)  # 16 flats of three
    df["late"] = np.where(df["id"] % 5 == 0, np.minimum(2.0, df["months"] / 2), 0.0)
    return df


def door(df: Any, **roles: str) -> Durations:
    return Durations.from_frame(df, time="months", event="housed", unit="id", arm="arm", **roles)


def logrank(spells: Durations) -> Test:
    return ne.logrank(spells, strata="strata")


def cox(spells: Durations) -> Estimates:
    return ne.cox(spells, ["arm"], strata="strata")


def rmst(spells: Durations) -> Estimates:
    return ne.rmst(spells, tau=TAU)


def codes(chosen: Inference) -> set[str]:
    for refusal in (chosen.reason, *chosen.refusals):
        for language in ("it", "en"):
            assert "{" not in refusal.text(language)
        assert refusal.text("it") != refusal.text("en")
    return {refusal.code for refusal in chosen.refusals}


def test_twenty_events_or_more_the_test() -> None:
    chosen = ne.infer(logrank, door(table(), strata="town"), **HOW)
    assert chosen.case == "survival"
    assert isinstance(chosen.headline, Test)
    assert chosen.headline.denominator == 100
    assert chosen.headline.method.startswith("permutation within strata")
    assert set(chosen.beside) == {"asymptotic", "cox", "rmst", "rmst_permutation"}
    assert codes(chosen) == set()


def test_twenty_events_or_more_the_hazard_ratio_with_its_profile() -> None:
    spells = door(table(), strata="town")
    chosen = ne.infer(cox, spells, **HOW)
    assert isinstance(chosen.headline, Estimates)
    assert chosen.headline.value == pytest.approx(cox(spells).value)
    wald = cox(spells).interval(0.95)
    assert chosen.headline.interval(0.95)[1][0] != pytest.approx(wald[1][0], rel=1e-6)
    assert chosen.beside["permutation"].p_value == ne.infer(logrank, spells, **HOW).headline.p_value


def test_fewer_than_twenty_events() -> None:
    spells = door(table(rate=0.008), strata="town")
    assert spells.event.sum() < 20
    chosen = ne.infer(logrank, spells, **HOW)
    assert chosen.case == "survival_few_events"
    assert "Firth" in chosen.beside["cox"].method
    assert "11" in chosen.reason.text("it")
    assert "Firth" in ne.infer(cox, spells, **HOW).headline.method


@pytest.mark.parametrize("fn", [logrank, cox])
def test_separation_is_answered_by_firth_and_never_by_wald(fn: Any) -> None:
    spells = door(table(separated=True), strata="town")
    chosen = ne.infer(fn, spells, **HOW)
    assert chosen.case == "survival_separation"
    model = chosen.headline if isinstance(chosen.headline, Estimates) else chosen.beside["cox"]
    assert "Firth" in model.method
    assert np.isfinite(model.interval(0.95)).all()
    test = chosen.headline if isinstance(chosen.headline, Test) else chosen.beside["permutation"]
    assert test.p_value == 1 / 100
    codes(chosen)


def test_restricted_means_have_a_studentised_permutation_interval() -> None:
    spells = door(table(), strata="town")
    chosen = ne.infer(rmst, spells, **HOW)
    assert isinstance(chosen.headline.reference, Permuted)
    assert chosen.headline.terms["term"].tolist() == ["difference"]
    assert chosen.headline.value[0] == rmst(spells).where(term="difference").value[0]
    beside = ne.infer(logrank, spells, **HOW).beside
    np.testing.assert_allclose(beside["rmst"].interval(0.95), chosen.headline.interval(0.95))
    assert beside["rmst_permutation"].p_value == chosen.beside["permutation"].p_value


def test_without_a_horizon_or_past_the_follow_up_the_restricted_mean_says_why() -> None:
    spells = door(table(), strata="town")
    assert "rmst_needs_tau" in codes(ne.infer(logrank, spells, draws=19))
    assert "could_not" in codes(ne.infer(logrank, spells, tau=30.0, draws=19))


def test_an_arm_whose_households_all_became_independent_is_known_as_long_as_it_was_followed() -> (
    None
):
    df = table()
    df.loc[df["arm"] == "pilot", "months"] = df.loc[df["arm"] == "pilot", "months"].clip(upper=12)
    df.loc[df["arm"] == "pilot", "housed"] = 1
    spells = door(df, strata="town", cluster="pair")
    with pytest.raises(ne.NotEstimable):  # nothing says how long the pilot was followed
        rmst(spells)
    spells = door(df.assign(followed_months=24.0), strata="town", cluster="pair")
    mean = df.loc[df["arm"] == "pilot", "months"].mean()
    assert rmst(spells).where(term="pilot").value[0] == pytest.approx(mean)
    chosen = ne.infer(rmst, spells, **HOW)
    assert np.isfinite(chosen.headline.interval(0.95)).all()


def test_the_unstratified_test_is_flagged() -> None:
    chosen = ne.infer(lambda d: ne.logrank(d), door(table(), strata="town"), **HOW)
    assert "unstratified_test" in codes(chosen)
    assert "unstratified_test" not in codes(ne.infer(lambda d: ne.logrank(d), door(table()), **HOW))


def test_fewer_than_twenty_flats_are_dealt_whole_and_have_no_standard_error() -> None:
    spells = door(table(), strata="town", cluster="trio")
    chosen = ne.infer(cox, spells, **HOW)
    assert isinstance(chosen.headline, Test)
    assert chosen.headline.denominator == 6**4  # two flats of each arm in each of four towns
    assert "cox_by_flat" not in chosen.beside
    assert {"flats_dealt_whole", "flats_few", "flats_ratio"} <= codes(chosen)


def test_twenty_flats_or_more_are_robust_with_t() -> None:
    spells = door(table(), strata="town", cluster="pair")
    chosen = ne.infer(cox, spells, **HOW)
    robust = ne.cox(spells, ["arm"], strata="strata", robust="cluster")
    assert chosen.headline.tidy()["df"].tolist() == [23.0]
    assert chosen.headline.std_error == pytest.approx(robust.std_error * np.sqrt(24 / 23))
    assert "cox_by_flat" in ne.infer(logrank, spells, **HOW).beside
    ratio = next(r for r in chosen.refusals if r.code == "flats_ratio")
    naive = cox(spells).std_error[0]
    assert f"{chosen.headline.std_error[0] / naive:.2f}" in ratio.text("en")


@pytest.mark.parametrize("flat", ["pair", "trio"])
def test_shared_flats_are_redealt_at_once_as_they_are_one_by_one(flat: str) -> None:
    spells = door(table(), strata="town", cluster=flat)

    def difference(dealt: Durations) -> Estimates:
        return rmst(dealt).where(term="difference")

    def slowly(dealt: Durations) -> float:
        answer = difference(dealt)
        return float(answer.value[0] / answer.std_error[0])

    at_once = permute(difference, spells, within="strata", draws=30)
    one_by_one = permute(slowly, spells, within="strata", draws=30)
    np.testing.assert_allclose(at_once.draws[:30], one_by_one.draws[:30], rtol=1e-9)


@pytest.mark.parametrize("fn", [ne.logrank, lambda d: ne.cox(d, ["arm"]), rmst])
def test_arms_that_do_not_vary_within_towns_are_described(fn: Any) -> None:
    spells = door(table(towns_assigned=True), strata="town")
    chosen = ne.infer(fn, spells, tau=6.0, draws=99)
    assert chosen.case == "survival_towns"
    assert chosen.headline is None
    assert chosen.beside["permutation"].denominator == 6
    reach = next(r for r in chosen.refusals if r.code == "permutation_cannot_reach")
    assert "0.17" in reach.text("en")
    assert "0,17" in reach.text("it")
    if "estimate" in chosen.beside:
        assert chosen.beside["estimate"].tidy()["p_value"].isna().all()
    codes(chosen)


def test_towns_are_compared_by_their_restricted_means() -> None:
    spells = door(table(towns_assigned=True), strata="town")
    found = ne.infer(ne.logrank, spells, tau=6.0, draws=9).beside["towns_t"]
    means = [
        ne.rmst(spells.take(np.flatnonzero(spells.strata == g)), by=None, tau=6.0).value[0]
        for g in range(4)
    ]
    pilot, control = np.array(means[:2]), np.array(means[2:])
    pooled = (pilot.var() * 2 + control.var() * 2) / 2
    assert found.value[0] == pytest.approx(pilot.mean() - control.mean())
    assert found.std_error[0] == pytest.approx(np.sqrt(pooled))
    assert found.tidy()["df"].tolist() == [2.0]


@pytest.mark.parametrize("fn", [logrank, cox, rmst])
def test_delayed_entry_has_the_analysis_that_ignores_it_beside(fn: Any) -> None:
    df = table()
    chosen = ne.infer(fn, door(df, strata="town", entry="late"), **HOW)
    ignoring = chosen.beside["ignoring_entry"]
    whole = fn(door(df, strata="town"))
    same = ignoring.statistic == whole.statistic if isinstance(whole, Test) else (
        ignoring.value == whole.value
    ).all()  # fmt: skip
    assert same
    late = next(r for r in chosen.refusals if r.code == "late_entry")
    assert "10" in late.text("it")


def test_those_who_leave_for_other_reasons_are_a_cause_of_their_own() -> None:
    df = table()
    df["housed"] = np.where((df["housed"] == 1) & (df["id"] % 6 == 0), 2, df["housed"])
    spells = Durations.from_frame(
        df, time="months", event="housed", unit="id", arm="arm", strata="town",
        causes={1: "independent", 2: "left the area"},
    )  # fmt: skip
    chosen = ne.infer(logrank, spells, **HOW)
    assert {"cumulative_incidence", "gray"} <= set(chosen.beside)


def test_the_empty_arm_is_refused() -> None:
    with pytest.raises(ne.DesignProblem) as found:
        ne.infer(lambda d: ne.kaplan_meier(d), door(table()[lambda t: t["arm"] == "pilot"]))
    assert found.value.code == "design_arm_empty"
