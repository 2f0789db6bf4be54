"""The durations' door: spells, events and causes, refusals in a sentence, resampling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.study.durations import Durations

ROWS = pd.DataFrame(
    {
        "id": ["d", "a", "b", "c"],
        "months": [24.0, 3.0, 8.0, 12.0],
        "from": [0.0, 0.0, 2.0, 0.0],
        "housed": [0, 1, 1, 0],
        "why": ["", "moved out", "left", None],
        "right": [np.inf, 6.0, 12.0, np.nan],
        "arm": ["control", "pilot", "pilot", "control"],
        "flat": ["d", "f", "f", "c"],
        "kind": ["x", "y", "y", "z"],
    }
)


def spells(frame: pd.DataFrame = ROWS, **roles: Any) -> Durations:
    return Durations.from_frame(
        frame, **{"time": "months", "event": "housed", "unit": "id", **roles}
    )


def changed(column: str, row: int, value: Any) -> pd.DataFrame:
    frame = ROWS.astype({column: object})
    frame.loc[row, column] = value
    return frame


def test_rows_are_sorted_by_household() -> None:
    made = spells(arm="arm", cluster="flat", entry="from")
    assert made.units.tolist() == ["a", "b", "c", "d"]
    assert made.time.tolist() == [3, 8, 12, 24]
    assert made.entry.tolist() == [0, 2, 0, 0]
    assert made.event.tolist() == [1, 1, 0, 0]
    assert made.causes == {1: "housed"}
    assert made.arm_labels[made.arm].tolist() == ["pilot", "pilot", "control", "control"]
    codes, labels = made.groups("kind")
    assert labels[codes].tolist() == ["y", "y", "z", "x"]


def test_without_a_unit_each_row_is_a_household() -> None:
    made = Durations.from_frame(ROWS, time="months", event="housed")
    assert made.n == 4
    assert made.arm_labels.tolist() == ["all"]


def test_causes_are_declared_by_code_or_by_word() -> None:
    by_word = spells(
        ROWS.replace({"why": {"": None}}), event="why", causes={"moved out": "out", "left": "gone"}
    )
    assert by_word.event.tolist() == [1, 2, 0, 0]
    assert by_word.causes == {1: "out", 2: "gone"}
    coded = ROWS.assign(code=[0, 2, 3, None])
    made = spells(coded, event="code", causes={2: "out", 3: "gone"})
    assert made.event.tolist() == [2, 3, 0, 0]


def test_a_value_called_none_is_censored_and_zero_never_is_a_cause() -> None:
    r = ROWS.assign(status=[2, 1, 2, 1])  # as R's lung: 1 = censored, 2 = died
    made = spells(r, event="status", causes={2: "died", 1: None})
    assert made.event.tolist() == [0, 2, 0, 2]
    assert made.causes == {2: "died"}
    named = spells(r.assign(status=[1, 0, 1, 0]), event="status", causes={0: "alive", 1: "died"})
    assert named.event.tolist() == [0, 1, 0, 1]
    assert named.causes == {1: "died"}


def test_an_interval_without_right_end_is_not_yet() -> None:
    made = spells(event=None, upper="right")
    assert made.upper is not None
    assert made.upper.tolist() == [6, 12, np.inf, np.inf]
    assert made.event.tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("frame", "roles", "code", "words"),
    [
        (ROWS.iloc[:0], {}, "table_empty", "no rows"),
        (ROWS, {"event": None}, "event_not_given", "Say which column"),
        (ROWS, {"event": "nothing"}, "column_missing", '"nothing". The columns are'),
        (changed("months", 1, None), {}, "duration_missing", "missing for households a"),
        (changed("months", 1, 0), {}, "duration_not_positive", "households a. Check the dates"),
        (changed("months", 1, -2), {}, "duration_not_positive", "zero or negative"),
        (changed("months", 1, "3 mesi"), {}, "column_is_text", "3 mesi"),
        (changed("from", 2, 8), {"entry": "from"}, "entry_after_exit", "Households b enter"),
        (changed("from", 2, 9), {"entry": "from"}, "entry_after_exit", "at or after their exit"),
        (changed("housed", 0, 2), {}, "event_coding_undeclared", "Declare what they mean"),
        (changed("housed", 0, "yes"), {}, "event_coding_undeclared", "yes"),
        (changed("housed", 0, None), {}, "column_has_gaps", '"housed" is empty at rows'),
        (ROWS, {"event": "why", "causes": {"left": "gone"}}, "cause_undeclared", "moved out"),
        (ROWS.assign(housed=1), {}, "leavers_only", "complete=True"),
        (ROWS.assign(housed=0), {}, "all_censored", "every household is censored"),
        (changed("id", 0, "a"), {}, "spells_overlap", "Spells of households a overlap"),
        (changed("right", 1, 2), {"event": None, "upper": "right"}, "interval_reversed", "a\\."),
        (changed("arm", 0, None), {"arm": "arm"}, "column_has_gaps", '"arm" is empty at rows 0'),
    ],
)
def test_bad_tables_are_refused(
    frame: pd.DataFrame, roles: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(DataProblem, match=words) as refusal:
        spells(frame, **roles)
    assert refusal.value.code == code
    assert refusal.value.text("it") != str(refusal.value)


def test_leavers_are_taken_when_everybody_s_end_was_seen() -> None:
    assert spells(ROWS.assign(housed=1), complete=True).event.tolist() == [1, 1, 1, 1]


def test_an_arm_that_changes_within_a_household_is_refused() -> None:
    frame = pd.DataFrame(
        {"id": ["a", "a"], "from": [0, 3], "months": [3, 9], "housed": [0, 1], "arm": ["x", "y"]}
    )
    with pytest.raises(DataProblem, match="changes within a household"):
        spells(frame, entry="from", arm="arm")
    assert spells(frame, entry="from").n == 1


def test_take_and_with_arm() -> None:
    made = spells(arm="arm", cluster="flat", entry="from")
    drawn = made.take(np.array([3, 1, 1]))
    assert drawn.units.tolist() == ["d", "b", "b"]
    assert drawn.unit.tolist() == [0, 1, 2]
    assert drawn.time.tolist() == [24, 8, 8]
    assert drawn.entry.tolist() == [0, 2, 2]
    assert drawn.event.tolist() == [0, 1, 1]
    assert drawn.cluster[1] == drawn.cluster[2]
    assert drawn.frame["kind"].tolist() == ["x", "y", "y"]
    dealt = made.with_arm(np.array([0, 1, 0, 1]))
    assert dealt.arm_labels[dealt.arm].tolist() == ["control", "pilot", "control", "pilot"]
    assert made.arm.tolist() == [1, 1, 0, 0], "the spells dealt from stay as they were"


def test_intervals_are_checked_as_exact_times_are() -> None:
    df = pd.DataFrame({"id": list("abcd"), "left": [0.0, 6, 6, 12], "right": [6, 12, np.inf, 18]})
    df["seen"], df["from"] = [1, 1, 0, 1], [0.0, 0, 2, 3]
    roles = {"time": "left", "upper": "right", "unit": "id"}
    agreed = Durations.from_frame(df, event="seen", entry="from", **roles)
    np.testing.assert_array_equal(agreed.event, Durations.from_frame(df, event=None, **roles).event)
    wrong = {
        "event_against_interval": (df.assign(seen=[1, 0, 0, 1]), {"event": "seen"}),
        "entry_after_exit": (
            df.assign(**{"from": [0.0, 7, 2, 3]}),
            {"event": None, "entry": "from"},
        ),
        "interval_reversed": (df.assign(right=[6.0, 5, 9, 18]), {"event": None}),
        "interval_twice": (df.assign(id=list("abcc")), {"event": None}),
        "all_censored": (df.assign(right=np.inf), {"event": None}),
        "column_is_text": (df.assign(right=list("wxyz")), {"event": None}),
    }
    for code, (frame, more) in wrong.items():
        with pytest.raises(DataProblem) as found:
            Durations.from_frame(frame, **(roles | more))
        assert found.value.code == code
        assert found.value.text("it") != found.value.text("en")
