"""Costs two months at a time: what a step holds, and what is said of trends that differed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.checks.honest import honest
from nextome_eval.evaluation.study import Study
from nextome_eval.evaluation.trends import around_the_referral, by_two_months
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import read_plan


def test_a_step_is_two_whole_months_and_nothing_is_made_up() -> None:
    """Months -3 to 3: steps -1 (-3, -2), 0 (-1, 0), 1 (1, 2); month 3 has no partner yet."""
    cost = [4.0, 6, 1, 3, 10, 20, 99]
    rows = pd.DataFrame(
        {
            "id": ["a"] * 7 + ["b"] * 7,
            "month": [*range(-3, 4)] * 2,
            "arm": ["pilot"] * 7 + ["services"] * 7,
            "begins": [1.0] * 7 + [np.nan] * 7,
            "cost": [*cost, *cost[:2], np.nan, *cost[3:]],
        }
    )
    months = Panel.from_frame(rows, unit="id", time="month", begins="begins", arm="arm")
    steps = by_two_months(months, "cost")
    assert steps.times.tolist() == [-1, 0, 1]
    assert steps.wide("cost")[0].tolist() == [5, 2, 15]
    np.testing.assert_array_equal(steps.wide("cost")[1], [5, np.nan, 15])
    assert steps.begins.tolist() == [1, np.inf]


def test_the_bounds_are_those_of_the_mean_effect_after_the_referral() -> None:
    study = Study(read_plan("data/raw/example/plan.toml"), simulate_pilot(seed=3))
    (shown,) = around_the_referral(study)
    effects = shown.answers["effects"]
    after = effects.terms["exposure"] >= 0
    rows = honest(effects, m=[1.0], towards=np.full(after.sum(), 1 / after.sum())).rows
    low, high = rows.loc[rows["m"] == 1, ["conf_low", "conf_high"]].iloc[0]
    said = shown.reasons[1].values
    assert (said["low"], said["high"]) == (round(low), round(high))
    mean = effects.value[after].mean()
    assert low < mean < high
    assert effects.terms["exposure"].min() == -3
    assert shown.internal
