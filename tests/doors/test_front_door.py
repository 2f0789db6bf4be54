"""The front door holds its names, in the order an evaluation needs them, and opens quickly."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import nextome_eval

# DESIGN's order: the data, the doors, effects in waves, effects in time, inference, threats, page.
ORDER = [
    "read_plan", "load", "check_design", "Panel", "Durations",
    "did", "ancova", "two_way", "group_time", "aggregate", "event_study", "imputation",
    "kaplan_meier", "nelson_aalen", "quantile", "logrank", "cox", "rmst", "cumulative_incidence",
    "gray", "fine_gray", "turnbull",
    "weights", "permute", "jackknife", "bootstrap", "wild_bootstrap", "infer",
    "balance", "attrition", "parallel_trends", "honest", "proportional_hazards",
    "leave_one_out", "evalue", "power",
    "release", "figure", "table", "report", "simulate_pilot",
]  # fmt: skip
HEAVY = (
    "statsmodels",
    "linearmodels",
    "matplotlib",
    "seaborn",
    "scipy.stats",
    "pandera",
    "pyarrow",
)


@pytest.mark.parametrize("name", nextome_eval.__all__)
def test_each_name_opens(name: str) -> None:
    assert callable(getattr(nextome_eval, name))


def test_the_names_stand_in_the_order_of_an_evaluation() -> None:
    known = [name for name in nextome_eval.__all__ if name in ORDER]
    assert known == [name for name in ORDER if name in known]


def test_a_room_of_the_same_name_does_not_hide_the_function() -> None:
    code = "import nextome_eval as ne; ne.figure; ne.table; assert callable(ne.report), ne.report"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_another_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(AttributeError, match="read_plan"):
        _ = nextome_eval.no_such_name


@pytest.mark.parametrize("module", ["nextome_eval", "nextome_eval.cli"])
def test_opening_it_loads_nothing_heavy(module: str) -> None:
    code = f"import {module}, sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert answer.stdout.split() == []


@pytest.mark.parametrize("name", nextome_eval.__all__)
def test_what_is_public_says_what_it_is(name: str) -> None:
    public = getattr(nextome_eval, name)
    text = inspect.getdoc(public) or ""
    assert text, "no docstring"
    if inspect.isfunction(public):
        missing = [part for part in ("Parameters", "Returns", "Examples") if part not in text]
        assert missing == []
