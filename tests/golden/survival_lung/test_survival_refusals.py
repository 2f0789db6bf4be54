"""What survival methods refuse: a sentence in two languages that names who and the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from freireich import freireich, remissions

from nextome_eval.checks.hazards import proportional_hazards
from nextome_eval.errors import NextomeProblem
from nextome_eval.models.survival import (
    cox,
    cox_curve,
    cox_residuals,
    exact_logrank,
    kaplan_meier,
    logrank,
    nelson_aalen,
    quantile,
    rmst,
)
from nextome_eval.study.durations import Durations


def visits() -> Durations:
    df = pd.DataFrame({"l": [0.0, 6, 12], "r": [6.0, 12, float("inf")]})
    return Durations.from_frame(df, time="l", event=None, upper="r")


def no_events_in_one_arm() -> Durations:
    df = freireich()
    df.loc[df["group"] == "6-MP", "relapse"] = 0
    return Durations.from_frame(df, time="weeks", event="relapse", arm="group")


def towns(one_arm_each: bool) -> Durations:
    df = freireich()
    df["town"] = df["group"].astype(str) if one_arm_each else "x"
    return Durations.from_frame(df, time="weeks", event="relapse", arm="group", strata="town")


def late_starters() -> Durations:
    df = pd.DataFrame({"s": [0.0, 4, 5, 6], "t": [2.0, 8, 9, 10], "e": [1, 1, 0, 1]})
    return Durations.from_frame(df, time="t", event="e", entry="s")


def one_late() -> Durations:
    df = pd.DataFrame({"s": [0.0, 0, 3], "t": [2.0, 8, 9], "e": [1, 0, 1]})
    return Durations.from_frame(df, time="t", event="e", entry="s")


def one_curve() -> Any:
    return kaplan_meier(remissions(), by="arm")


REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "intervals": (lambda: kaplan_meier(visits()), "exact_times_needed"),
    "intervals, cox": (lambda: cox(visits(), ["arm"]), "exact_times_needed"),
    "tau": (lambda: rmst(remissions(), by="arm", tau=24), "tau_past_follow_up"),
    "tau 0": (lambda: rmst(remissions(), by="arm", tau=0), "tau_not_positive"),
    "nothing lost": (lambda: rmst(remissions(), tau=0.5, lost=True), "no_time_lost"),
    "separation": (lambda: cox(no_events_in_one_arm(), ["arm"]), "cox_no_maximum"),
    "arm is stratum": (lambda: cox(towns(True), ["arm"], strata="strata"), "cox_collinear"),
    "no comparison": (lambda: logrank(towns(True), strata="strata"), "nothing_compared"),
    "one group": (lambda: logrank(towns(False), by="strata"), "one_group_only"),
    "interval": (lambda: kaplan_meier(remissions(), interval="wald"), "interval_unknown"),
    "hazard interval": (lambda: nelson_aalen(remissions(), interval="logit"), "interval_unknown"),
    "ties": (lambda: cox(remissions(), ["arm"], ties="guess"), "ties_unknown"),
    "exact firth": (
        lambda: cox(remissions(), ["arm"], ties="exact", firth=True), "exact_ties_plain_only",
    ),
    "weighting": (lambda: logrank(remissions(), weighting="x"), "weighting_unknown"),
    "cause": (lambda: logrank(remissions(), cause=7), "no_such_cause"),
    "share": (lambda: quantile(one_curve(), 50), "share_not_between_0_and_1"),
    "no curve": (lambda: quantile(cox(remissions(), ["arm"]), 0.5), "quantile_needs_survival"),
    "not reached": (lambda: quantile(one_curve(), 0.9), "quantile_not_reached"),
    "empty beginning": (lambda: kaplan_meier(late_starters()), "curve_empty_beginning"),
    "nobody after": (lambda: kaplan_meier(remissions(), begin=99), "nobody_after"),
    "bpcp entry": (
        lambda: kaplan_meier(one_late(), interval="beta-product"),
        "beta_product_delayed_entry",
    ),
    "residuals": (lambda: cox_residuals(cox(remissions(), ["arm"]), "x"), "residuals_unknown"),
    "exact residuals": (
        lambda: cox_residuals(cox(remissions(), ["arm"], ties="exact"), "schoenfeld"),
        "exact_has_no_baseline",
    ),
    "curve at": (lambda: cox_curve(cox(remissions(), ["arm"]), {"x": 1}), "covariates_to_give"),
    "stratum": (
        lambda: cox_curve(cox(remissions(), ["arm"]), stratum="Roma"), "no_such_stratum",
    ),
    "zph": (lambda: proportional_hazards(one_curve()), "needs_cox"),
    "transform": (
        lambda: proportional_hazards(cox(remissions(), ["arm"]), transform="square"),
        "transform_unknown",
    ),
    "arms": (
        lambda: exact_logrank(
            Durations.from_frame(freireich(), time="weeks", event="relapse")
        ),
        "two_arms_needed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_it_is_refused_in_words(case: str) -> None:
    ask, code = REFUSALS[case]
    with pytest.raises(NextomeProblem) as refusal:
        ask()
    assert refusal.value.code == code
    assert len(refusal.value.text("en")) > 20
    assert len(refusal.value.text("it")) > 20


def test_what_was_refused_has_a_way_out() -> None:
    assert kaplan_meier(late_starters(), begin=3).value[-1] == 0
    firth = cox(no_events_in_one_arm(), ["arm"], firth=True)
    low, high = firth.interval()
    assert 0 < low[0] < high[0] < 1
