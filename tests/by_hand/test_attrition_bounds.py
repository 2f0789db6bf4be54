"""Bounds and tests under loss, worked on paper, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.checks.lee import lee_bounds
from nextome_eval.checks.selective_loss import attrition_test
from nextome_eval.checks.worst_case import extreme_bounds
from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.study.panel import Panel


def panel(pilot: list[float], current: list[float], before: float | None = None) -> Panel:
    """Households at month 12, the first ones pilot; all begin at their rank, or at `before`."""
    y = [*pilot, *current]
    ids = range(len(y))
    arm = ["pilot"] * len(pilot) + ["current"] * len(current)
    first = list(map(float, ids)) if before is None else [before] * len(y)
    long = pd.concat(
        [
            pd.DataFrame({"id": ids, "arm": arm, "t": 0, "y": first}),
            pd.DataFrame({"id": ids, "arm": arm, "t": 12, "y": y}),
        ]
    )
    return Panel.from_frame(long, unit="id", time="t", arm="arm")


GONE = np.nan


def test_lee_with_a_household_in_part() -> None:
    """Seen 4 of 4 and 3 of 4: keep 3/4 of the pilot, 3 of 4 households; 1 2 3 or 2 3 6."""
    est = lee_bounds(panel([1.0, 2, 3, 6], [1.0, 2, 3, GONE]), "y")
    assert est.value == pytest.approx([2 - 2, 11 / 3 - 2])
    # seen 3 of 3 and 2 of 4: half of 3 households is one and a half: (1 + 2/2)/1.5, (6 + 2/2)/1.5
    est = lee_bounds(panel([1.0, 2, 6], [0.0, 0, GONE, GONE]), "y")
    assert est.value == pytest.approx([4 / 3, 14 / 3])


def test_nobody_lost_means_no_bounds_apart() -> None:
    est = lee_bounds(panel([1.0, 3], [0.0, 2]), "y")
    assert est.value.tolist() == [1.0, 1.0]
    assert est.terms["trimmed_arm"].tolist() == ["", ""]


def test_extremes() -> None:
    """Means with the lost at 0 or 1: pilot 2/4..3/4, current 1/3..2/3."""
    est = extreme_bounds(panel([1.0, 1, 0, GONE], [1.0, 0, GONE]), "y", limits=(0, 1))
    assert est.value == pytest.approx([2 / 4 - 2 / 3, 3 / 4 - 1 / 3])
    with pytest.raises(DataProblem, match=r"outside the limits 0, 0.5 for households 0, 1, 4"):
        extreme_bounds(panel([1.0, 1, 0, GONE], [1.0, 0, GONE]), "y", limits=(0, 0.5))
    with pytest.raises(DesignProblem, match="in this order"):
        extreme_bounds(panel([1.0, 1], [1.0, 0]), "y", limits=(1, 0))


def test_bounds_need_two_seen_in_each_arm() -> None:
    with pytest.raises(NotEstimable, match=r'"y \(12\)": in the arm "pilot" 1 households'):
        lee_bounds(panel([1.0, GONE], [1.0, 0]), "y")


def test_selective_loss_is_found_and_counted() -> None:
    """The one highest of each arm is lost: 1 of the 4 x 4 ways to lose one in each arm."""
    test = attrition_test(panel([1.0, 1, 1, GONE], [1.0, 1, 1, GONE]), "y")
    # ranks 0-3 and 4-7: losing the highest or the lowest of both arms, or one of each: 4 ways
    assert (test.numerator, test.denominator) == (4, 16)


def test_what_cannot_be_tested() -> None:
    with pytest.raises(NotEstimable, match="no loss"):
        attrition_test(panel([1.0, 2], [1.0, 2]), "y")
    with pytest.raises(NotEstimable, match="same for all"):
        attrition_test(panel([1.0, GONE], [1.0, 2], before=5), "y")
    with pytest.raises(NotEstimable, match="nobody could have been lost"):
        attrition_test(panel([GONE, GONE], [1.0, 2]), "y")
    with pytest.raises(DesignProblem, match="no null hypothesis"):
        attrition_test(panel([1.0, GONE], [1.0, 2]), "y", null="other")  # type: ignore[arg-type]
