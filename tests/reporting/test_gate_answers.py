"""What the gate lets through of estimates, tests and curves."""

from __future__ import annotations

from dataclasses import replace

import made_up_study as made_up
import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.test import Test
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.release import release, release_exhibits

RULES = Disclosure()


def binary_did(ups: int, downs: int = 0, n: int = 20) -> Estimates:
    """A difference of arm means of a change that is -1, 0 or 1."""
    change = np.array([1.0] * ups + [-1.0] * downs + [0.0] * (n - ups - downs))
    other = np.array([1.0] * 8 + [0.0] * (n - 8))
    influence = np.concatenate([(change - change.mean()) / n, -(other - other.mean()) / n])
    return Estimates(
        terms=pd.DataFrame({"term": ["did"]}),
        value=np.array([change.mean() - other.mean()]),
        influence=influence[:, None],
        units=pd.Index([f"H{i:03d}" for i in range(2 * n)]),
        cluster=np.arange(2 * n),
        method="difference in differences",
    )


@pytest.mark.parametrize(("ups", "downs", "masked"), [(8, 0, False), (3, 0, True), (8, 2, True)])
def test_a_saturated_difference_of_a_binary_outcome_is_a_frequency_table(
    ups: int, downs: int, masked: bool
) -> None:
    shown = release(binary_did(ups, downs), RULES)
    assert shown.rows["estimate"].isna().all() == masked
    assert any(line.rule == "frequency_table" for line in shown.log) == masked


def test_few_households_or_few_degrees_of_freedom_stay_inside() -> None:
    values = np.array([1.0, 2.5, 3.1, 4.7])
    small = Estimates.of_mean(list("abcd"), values, term="cost")
    assert release(small, RULES).rows["estimate"].isna().all()
    nine = Estimates.of_mean(list("abcdefghi"), np.linspace(0, 1, 9) ** 2, term="cost")
    shown = release(nine, RULES)
    assert shown.rows["estimate"].isna().all()
    assert {line.rule for line in shown.log} == {"few_degrees_of_freedom"}


def test_only_rows_come_out() -> None:
    shown = release(made_up.event_study(), RULES)
    held = vars(shown)
    assert not any(isinstance(value, np.ndarray) for value in held.values())
    assert not [u for u in made_up.PEOPLE if u in shown.rows.to_csv()]


def test_rows_that_name_households_are_refused() -> None:
    est = made_up.rmst().headline
    assert isinstance(est, Estimates)
    named = replace(est, terms=pd.DataFrame({"term": ["without PD-003"]}))
    for profile in ("internal", "public"):
        with pytest.raises(DesignProblem) as problem:
            release(named, RULES, profile=profile)
        assert problem.value.code == "household_named"


def test_notes_that_name_households_are_dropped() -> None:
    est = made_up.rmst().headline
    assert isinstance(est, Estimates)
    noted = replace(est, notes=("Left out: PD-003.", "2 households left out."))
    assert release(noted, RULES, profile="internal").notes == ("2 households left out.",)


def test_a_public_curve_is_known_at_planned_months_only() -> None:
    shown = release(made_up.curve(), RULES)
    assert set(shown.rows["time"]) <= {0.0, *RULES.months}
    assert "n_censor" not in shown.rows
    steps = shown.rows[shown.rows["time"] > 0]
    assert (steps["n_event"] >= RULES.threshold).all()
    assert (shown.rows["n_risk"].dropna() % 5 == 0).all()


def test_a_curve_ends_where_few_would_remain() -> None:
    time = np.arange(1.0, 11.0)
    n = len(time)
    terms = pd.DataFrame({"term": "survival", "strata": "1", "time": time})
    terms["n_risk"] = np.arange(n, 0, -1)
    terms["n_event"] = 1
    terms["n_censor"] = 0
    est = Estimates(
        terms=terms,
        value=1 - time / n,
        influence=np.zeros((n, n)),
        units=pd.Index([f"H{i:03d}" for i in range(n)]),
        cluster=np.arange(n),
        kind="curve",
    )
    shown = release(est, RULES).rows
    assert shown["time"].tolist() == [0.0]  # after six events four would remain


def test_medians_of_durations_are_whole_months() -> None:
    est = Estimates.of_mean(
        [f"H{i:03d}" for i in range(30)], np.linspace(1, 15.7, 30), term="quantile 0.5"
    )
    shown = release(est, RULES).rows
    assert shown["estimate"].iloc[0] == round(shown["estimate"].iloc[0])
    assert shown["conf_low"].iloc[0] == round(shown["conf_low"].iloc[0])


def test_a_test_leaves_without_its_groups() -> None:
    table = pd.DataFrame({"arm": ["1", "0"], "observed": [2, 9]})
    test = Test(3.2, 1.0, 0.07, "log-rank", "equal", 71, 1000, table=table)
    shown = release(test, RULES)
    assert shown.rows["numerator"].tolist() == [71]
    assert not [c for c in shown.rows if "observed" in c]


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(DesignProblem) as problem:
        release(pd.DataFrame({"unit": ["PD-001"]}), RULES)
    assert problem.value.code == "not_releasable"


def test_a_share_does_not_give_a_masked_n_back() -> None:
    answered = np.concatenate([np.ones(11), np.zeros(8), np.full(2, np.nan)])
    people = [f"H{i:03d}" for i in range(21)]
    est = Estimates.of_mean(people, answered, term="works")
    est = replace(est, kind="trajectory", terms=est.terms.assign(arm="1", time=12.0))
    title = {"it": "", "en": ""}
    exhibit = Exhibit(id="F5", kind="trajectory", answers={"means": est}, title=title)
    (shown, _) = release_exhibits([exhibit], RULES, assigned={"1": 21})
    assert shown.released().rows[["n", "estimate", "conf_low"]].isna().all(axis=None)


def test_a_mean_of_a_scale_is_no_frequency_table() -> None:
    answers = np.array([3.0] * 4 + [4.0] * 9 + [5.0] * 7)
    people = [f"H{i:03d}" for i in range(20)]
    est = replace(Estimates.of_mean(people, answers, term="help"), kind="trajectory")
    assert not release(est, RULES).rows["estimate"].isna().any()
