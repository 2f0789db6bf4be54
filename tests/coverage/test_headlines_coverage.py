"""In made-up pilots of the real size, headlines err as often as they say."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_of_headlines.py"
PILOTS = 250


@pytest.fixture(scope="module", params=[0.0, 1.0], ids=["no effect", "effect"])
def rows(request: pytest.FixtureRequest) -> tuple[float, list[dict[str, Any]]]:
    return request.param, runpy.run_path(str(BENCH))["counted"](PILOTS, request.param)


@pytest.mark.slow
def test_without_an_effect_tests_reject_one_in_twenty(rows: Any) -> None:
    effect, found = rows
    tests = [
        row for row in found if row["share"] == "rejected" and "refused" not in row["headline"]
    ]
    assert len(tests) == 9
    for row in tests:
        if effect == 0:
            assert row["of"] <= 0.05 + 3 * row["std_error"], row


@pytest.mark.slow
def test_intervals_hold_the_truth_nineteen_times_in_twenty(rows: Any) -> None:
    intervals = [row for row in rows[1] if row["share"] == "held"]
    assert len(intervals) == 10
    for row in intervals:
        assert row["of"] >= 0.95 - 3.5 * row["std_error"], row
