"""What the design supports, counted by hand: who was assigned, in how many ways."""

from __future__ import annotations

from math import comb

import pandas as pd
import pytest
import small_study

from nextome_eval.checks.design import check_design, design_facts
from nextome_eval.errors import DesignProblem
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.durations import Durations
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import read_plan


def spells(arms: str, towns: str | None = None, flats: str | None = None) -> Durations:
    """One household a letter: P = pilot, C = control."""
    df = pd.DataFrame(
        {"arm": ["pilot" if a == "P" else "control" for a in arms], "end": range(1, len(arms) + 1)}
    )
    df["housed"] = [i % 2 for i in range(len(df))]
    df["town"] = list(towns or "x" * len(df))
    df["flat"] = list(flats or map(str, range(len(df))))
    return Durations.from_frame(
        df,
        time="end",
        event="housed",
        arm="arm",
        strata="town" if towns else None,
        cluster="flat" if flats else None,
    )


def test_towns_that_hold_both_arms() -> None:
    facts = design_facts(spells("PPCCCPC", "aaaaabb"))
    assert facts.case == "households_within_towns"
    assert facts.households == (4, 3)
    assert facts.groups == (4, 3)
    assert facts.assignments == comb(5, 2) * comb(2, 1)
    assert facts.smallest_p == 1 / 20
    assert facts.events == (1, 2)  # current services first; the 2nd, 4th and 6th household
    assert facts.within == "strata"


def test_no_towns_at_all() -> None:
    facts = design_facts(spells("PPPCCC"))
    assert (facts.case, facts.assignments, facts.within) == ("households", 20, None)


def test_flats_are_dealt_whole() -> None:
    facts = design_facts(spells("PPPCCC", flats="aabcde"))
    assert facts.groups == (3, 2)
    assert facts.assignments == comb(5, 2)


@pytest.mark.parametrize(
    ("towns", "arms", "case", "ways"),
    [
        ("aabbccddeeffgghh", "PPPPPPPPCCCCCCCC", "towns_many", 70),
        ("aabbccdd", "PPPPCCCC", "towns_few", 6),
        ("aabbccddee", "PPPPPPCCCC", "towns_few", 10),
        ("aabbccdd", "PPCCCCCC", "town_single", 4),
        ("aabbccdd", "PPPPPPCC", "town_single", 4),
    ],
    ids=["4+4", "2+2", "3+2", "1+3", "3+1"],
)
def test_whole_towns_assigned(towns: str, arms: str, case: str, ways: int) -> None:
    facts = design_facts(spells(arms, towns))
    assert facts.case == case
    assert facts.assignments == ways
    assert facts.groups == (
        len({t for t, a in zip(towns, arms, strict=True) if a == "C"}),
        len({t for t, a in zip(towns, arms, strict=True) if a == "P"}),
    )


def test_an_empty_arm_is_refused_in_both_languages() -> None:
    df = pd.DataFrame({"id": [1, 2], "t": [0, 0], "y": [1.0, 2]})
    panel = Panel.from_frame(df, unit="id", time="t")
    with pytest.raises(DesignProblem) as found:
        design_facts(panel)
    assert found.value.code == "design_arm_empty"
    assert found.value.text("it") != found.value.text("en")


def test_the_example_s_size() -> None:
    plan = read_plan("data/raw/example/plan.toml")
    check = check_design(plan, simulate_pilot(seed=1))
    assert check.facts.households == (24, 21)
    assert sum(check.towns.rows["entered_1"]) == 21
    for language in ("it", "en"):
        text = check.text(language)
        assert "21" in text
        assert "{" not in text


def test_a_town_of_one_arm_is_named() -> None:
    named = {"arms": {"labels": {arm: {"it": arm, "en": arm} for arm in ("pilot", "control")}}}
    alone = small_study.records(households=small_study.households(small_study.HOUSEHOLDS[:3]))
    with pytest.raises(DesignProblem) as found:
        check_design(small_study.plan(text=named), alone)
    assert found.value.code == "town_one_arm"
    assert "Abano Terme" in found.value.text("it")
