"""Arm means by wave worked on paper, and what cannot be described."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.models.arm_means import arm_means, means_by_wave
from nextome_eval.study.panel import Panel


def panel(y: list[float], **roles: str) -> Panel:
    """Three households an arm (1-3 pilot, 4-6 current), at months 0 and 6."""
    df = pd.DataFrame(
        {
            "id": np.repeat(range(1, 7), 2),
            "t": [0, 6] * 6,
            "arm": ["pilot"] * 6 + ["current"] * 6,
            "flat": np.repeat(["a", "a", "b", "c", "d", "e"], 2),
            "y": y,
        }
    )
    return Panel.from_frame(df, unit="id", time="t", arm="arm", **roles)


# at 0:  pilot 1 2 3, mean 2;  current 2 4 6, mean 4
# at 6:  pilot 4 6 8, mean 6;  current 3 4 8, mean 5;  changes 3 4 5 and 1 0 2: 4 - 1 = 3
FULL = [1.0, 4, 2, 6, 3, 8, 2, 3, 4, 4, 6, 8]


def test_means_differences_and_change() -> None:
    rows = means_by_wave(panel(FULL), "y").rows
    assert rows["mean_1"].tolist() == pytest.approx([2.0, 6.0])
    assert rows["mean_0"].tolist() == pytest.approx([4.0, 5.0])
    assert rows["sd_1"].tolist() == pytest.approx([1.0, 2.0])
    assert rows["difference"].tolist() == pytest.approx([-2.0, 1.0])
    assert rows["did"].tolist()[1] == pytest.approx(3.0)
    # changes have s^2 = 1 in both arms: sqrt(1/3 + 1/3), 4 df, t = 2.776445
    half = 2.7764451051977987 * np.sqrt(2 / 3)
    assert rows.loc[1, ["did_low", "did_high"]].tolist() == pytest.approx([3 - half, 3 + half])


def test_one_common_sample_a_wave() -> None:
    """Household 3 (3, 8) lost at 6, household 4 without a baseline: neither counts at 6."""
    gaps = [1.0, 4, 2, 6, 3, np.nan, np.nan, 3, 4, 4, 6, 8]
    estimates = arm_means(panel(gaps), "y")
    at_6 = estimates.where(time=6).tidy().set_index(["term", "arm"])
    assert at_6.loc[("mean", "1"), "n"] == 2
    assert at_6.loc[("mean", "1"), "estimate"] == pytest.approx(5)
    assert at_6.loc[("baseline mean", "1"), "estimate"] == pytest.approx(1.5)
    assert at_6.loc[("did", ""), "estimate"] == pytest.approx((5 - 1.5) - (6 - 5))
    assert at_6.loc[("did", ""), "n"] == 4
    at_0 = estimates.where(time=0, term="mean").tidy()
    assert at_0["n"].tolist() == [3, 2]
    assert [note.code for note in estimates.notes] == [  # type: ignore[attr-defined]
        "left_out_no_before",
        "common_sample_by_wave",
    ]


def test_two_households_of_one_flat_are_not_two_pieces_of_evidence() -> None:
    """Flat a holds 1 and 2: their residuals at 6, -2 and 0, add up; the flat is 2/3 of the arm."""
    row = arm_means(panel(FULL, cluster="flat"), "y").where(term="mean", arm="1", time=6).tidy()
    # CR2 inflates a flat of m among n by 1/(1 - m/n): ((-2)^2 * 3 + 2^2 * 3/2) / 3^2 = 2
    assert row.loc[0, "std_error"] == pytest.approx(np.sqrt(2))


def test_events_of_an_outcome_that_is_0_or_1() -> None:
    rows = means_by_wave(panel([0.0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0]), "y").rows
    assert rows[["events_1", "events_0"]].to_numpy().tolist() == [[0, 1], [2, 1]]


def test_baseline_may_be_another_wave() -> None:
    assert arm_means(panel(FULL), "y", baseline=6).where(term="did").tidy()["time"].tolist() == [
        0.0
    ]
    with pytest.raises(DesignProblem, match="no wave 3"):
        arm_means(panel(FULL), "y", baseline=3)


def test_all_controls_missing_at_a_wave_is_refused_by_name() -> None:
    gone = [1.0, 4, 2, 6, 3, 8, 2, np.nan, 4, np.nan, 6, np.nan]
    with pytest.raises(NotEstimable, match=r'"y \(6\)": in the arm "current" 0 households'):
        arm_means(panel(gone), "y")


def test_weights_move_the_means() -> None:
    df = pd.DataFrame(
        {
            "id": range(4),
            "t": 0,
            "arm": ["a", "a", "b", "b"],
            "y": [1.0, 3, 2, 6],
            "w": [1.0, 3, 1, 1],
        }
    )
    held = Panel.from_frame(df, unit="id", time="t", arm="arm", weights="w")
    rows = means_by_wave(held, "y").rows
    assert rows.loc[0, ["mean_0", "mean_1"]].tolist() == pytest.approx([2.5, 4.0])
