"""The rules of the gate that no reader has to add up for."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.release import release, release_exhibits

RULES = Disclosure()


def exhibit(id: str, answer: Any, **more: Any) -> Exhibit:
    title = {"it": id, "en": id}
    return Exhibit(id=id, kind="counts", answers={"rows": answer}, title=title, **more)


def attrition(lost: int) -> Summary:
    rows = pd.DataFrame(
        {
            "term": "followed",
            "wave": ["12"],
            "n_1": 21,
            "retained_1": 21 - lost,
            "lost_1": lost,
            "percent_1": 100 * lost / 21,
        }
    )
    return Summary.of_kind(rows, "attrition")


def test_costs_that_two_households_make_are_masked_and_so_is_one_more() -> None:
    rows = pd.DataFrame(
        {
            "term": ["reception", "health", "rent", "total"],
            "group": ["service"] * 3 + [""],
            "n_1": 21,
            "payers_1": [21, 9, 12, 21],
            "mean_1": [400.0, 30.0, 200.0, 630.0],
            "top_share_1": [0.2, 0.95, 0.3, 0.2],
        }
    )
    shown = release(Summary.of_kind(rows, "costs"), RULES)
    assert "top_share_1" not in shown.rows
    assert shown.rows["mean_1"].isna().tolist() == [False, True, True, False]


def test_extremes_never_leave_and_medians_are_rounded() -> None:
    rows = pd.DataFrame(
        {
            "term": ["months"],
            "n_1": [21],
            "median_1": [7.43],
            "min_1": [0.2],
            "max_1": [23.9],
            "range_1": ["0-24"],
        }
    )
    summary = Summary.of_kind(rows, "balance", units={"median_1": "months"})
    shown = release(summary, RULES).rows
    assert shown["median_1"].tolist() == [7.0]
    assert not [c for c in shown if c.startswith(("min", "max", "range"))]


@pytest.mark.parametrize(("sensitive", "hidden"), [((), False), (("works",), True), (("*",), True)])
def test_nobody_and_everybody(sensitive: tuple[str, ...], hidden: bool) -> None:
    rows = pd.DataFrame(
        {"term": ["works", "works"], "level": ["a", "b"], "events_1": [0, 21], "n_1": [21, 21]}
    )
    shown = release(Summary.of_kind(rows, "counts"), Disclosure(sensitive=sensitive)).rows
    assert shown["events_1"].isna().all() == hidden


@pytest.mark.parametrize(
    "rules", [{"threshold": 2}, {"threshold": 3, "floor": 2}, {"threshold": 4, "floor": 5}]
)
def test_a_low_threshold_is_a_configuration_error(rules: dict[str, int]) -> None:
    with pytest.raises(DesignProblem) as problem:
        release(attrition(2), rules)
    assert problem.value.code == "disclosure_below_floor"


def test_an_override_needs_a_text_and_is_printed() -> None:
    with pytest.raises(DesignProblem):
        Disclosure(override={"T4": "ok"})
    text = "il comitato ha autorizzato la tabella il 3 marzo"
    shown = release_exhibits(
        [exhibit("T4", attrition(2))], Disclosure(override={"T4": text}), assigned={"1": 21}
    )
    assert shown[0].released().rows["lost_1"].tolist() == [2]
    assert text in shown[-1].released().rows["text"].tolist()


def test_inside_the_house_nothing_is_masked() -> None:
    shown = release(attrition(2), RULES, profile="internal")
    assert shown.rows["lost_1"].tolist() == [2]
    assert not shown.log


def test_what_is_the_same_for_everybody_is_not_said() -> None:
    rows = pd.DataFrame(
        {"term": "days", "n_1": [21], "mean_1": [0.0], "sd_1": [0.0], "difference": [-4.0]}
    )
    shown = release(Summary.of_kind(rows, "means"), RULES).rows
    assert shown[["mean_1", "sd_1", "difference"]].isna().all(axis=None)


def test_a_problem_is_told_inside_only() -> None:
    """Its sentence may hold the longest follow-up, a count, a household's label."""
    told = Reason("could_not", {"problem": "The follow-up ends at 23.46."})
    rows = pd.DataFrame({"term": ["works"], "events_1": [9], "n_1": [21], "percent_1": [42.9]})
    held = exhibit("T5", Summary.of_kind(rows, "outcomes"), reasons=(told, told))
    for profile, code in (("public", "could_not_outside"), ("internal", "could_not")):
        (shown, _) = release_exhibits([held], RULES, profile=profile, assigned={"1": 21})
        assert {reason.code for reason in shown.reasons} == {code}


def test_events_are_told_to_the_ten_where_an_arm_s_are_masked() -> None:
    told = Reason("infer_survival", {"events": 25})
    rows = pd.DataFrame({"term": ["home"], "events_1": [17], "n_1": [21], "percent_1": [81.0]})
    held = exhibit("T5", Summary.of_kind(rows, "outcomes"), reasons=(told,))
    (shown, _) = release_exhibits([held], RULES, assigned={"1": 21})
    assert shown.released().masked["events_1"].all()
    assert shown.reasons[0].values["events"] == ">20"
