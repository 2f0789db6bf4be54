"""Losses, flow and missing values counted on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nextome_eval.checks.attrition import attrition
from nextome_eval.checks.completeness import completeness
from nextome_eval.checks.flow import flow
from nextome_eval.checks.lost_retained import lost_and_retained
from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.models.did.did import did
from nextome_eval.study.panel import Panel

# Five pilot households (1-5) and four others (6-9) at months 0, 6, 12.
# 2 refused at 12; 3 moved before 6 (no row at 12); 4 answered at 6 without y; 7 not due at 12;
# 9 untraceable at 6 and back at 12.
WORDS = {
    (2, 12): "refused",
    (3, 6): "moved",
    (7, 12): "not_due",
    (9, 6): "untraceable",
}
NO_ROW, NO_ANSWER = {(3, 12)}, {(4, 6)}


def rows() -> pd.DataFrame:
    held = []
    for i in range(1, 10):
        for t in (0, 6, 12):
            if (i, t) in NO_ROW:
                continue
            word = WORDS.get((i, t), "completed")
            there = word == "completed" and (i, t) not in NO_ANSWER
            y = float(10 * i + t + (i % 2) * (t / 6)) if there else np.nan
            held.append((i, t, "pilot" if i <= 5 else "current", word, y, "F" if i % 3 else "M"))
    return pd.DataFrame(held, columns=["id", "t", "arm", "response", "y", "sex"])


def panel() -> Panel:
    return Panel.from_frame(rows(), unit="id", time="t", arm="arm")


def counts(frame: pd.DataFrame, columns: list[str]) -> dict[Any, list[float]]:
    return dict(zip(frame["term"], frame[columns].to_numpy().tolist()))


def test_losses_and_their_reasons_by_wave() -> None:
    at_12 = attrition(panel(), "y").where(wave=12.0)
    assert counts(at_12, ["lost_1", "lost_0"]) == {
        "followed": [2, 0],
        "refused": [1, 0],
        "not_recorded": [1, 0],
    }
    followed = at_12.iloc[0]
    assert followed[["n_1", "retained_1", "n_0", "retained_0"]].tolist() == [5, 3, 3, 3]
    assert followed["percent_1"] == pytest.approx(40)


def test_an_interview_without_the_outcome_is_a_loss_for_that_outcome() -> None:
    for outcome, lost in (("y", {"moved": 1, "not_answered": 1}), (None, {"moved": 1})):
        at_6 = attrition(panel(), outcome).where(wave=6.0)
        found = {term: n for term, n in zip(at_6["term"], at_6["lost_1"]) if n}
        assert found == {"followed": sum(lost.values()), **lost}


def test_reasons_add_up_to_the_lost() -> None:
    summary = attrition(panel(), "y")
    assert summary.margins
    for column, parts, whole in summary.margins:
        assert summary.rows.loc[list(parts), column].sum() == summary.rows.loc[whole, column]


def test_a_wave_not_due_is_not_the_number_assigned() -> None:
    assert attrition(panel(), "y").cells["n_0"]["of"] == "expected"


def test_lost_and_retained_began_at() -> None:
    """At 12 the pilot lost 2 and 3 (y at 0: 20, 30) and kept 1, 4, 5 (10, 40, 50)."""
    table = lost_and_retained(panel(), ["y", "sex"], outcome="y").rows
    row = table[(table["term"] == "y") & (table["arm"] == "1")].iloc[0]
    assert row[["n_lost", "mean_lost", "n_retained"]].tolist() == [2, 25, 3]
    assert row["mean_retained"] == pytest.approx(100 / 3)
    # variances 50 and 13000/30
    assert row["std_difference"] == pytest.approx((100 / 3 - 25) / np.sqrt((50 + 1300 / 3) / 2))
    sex = table[(table["term"] == "sex") & (table["level"] == "M") & (table["arm"] == "1")].iloc[0]
    assert sex[["count_lost", "count_retained"]].tolist() == [1, 0]


def test_nobody_lost_is_said() -> None:
    with pytest.raises(NotEstimable, match="no loss"):
        lost_and_retained(panel(), ["y"], time=0)
    with pytest.raises(DesignProblem, match="no wave 5"):
        lost_and_retained(panel(), ["y"], time=5)


def test_boxes_sum() -> None:
    found = flow(panel(), excluded={"no_referral_date": 2}).rows
    assert found.loc[0, ["term", "n"]].tolist() == ["referred", 11]
    for (of, step), part in found[found["of"] != ""].groupby(["of", "step"]):
        above = found[found["term"] == of]
        assert part["n"].sum() == above["n"].sum(), (of, step)
        if of == "assigned":
            for arm, own in part.groupby("arm"):
                assert own["n"].sum() == above.loc[above["arm"] == arm, "n"].sum()


def test_analysed_are_those_with_an_influence() -> None:
    est = did(panel(), "y")
    found = flow(panel(), analysed=est).rows
    last = found[found["step"] == found["step"].max()]
    assert counts(last[last["arm"] == "1"], ["n"]) == {"analysed": [4], "not_analysed": [1]}
    assert int(est.n[0]) == last.loc[last["term"] == "analysed", "n"].sum()
    with pytest.raises(DesignProblem, match="does not have"):
        flow(panel().take(np.array([0, 1, 5, 6])), analysed=est)


def test_missing_by_column_wave_and_arm() -> None:
    found = completeness(panel(), ["y", "sex"]).rows
    at = found[(found["wave"] == 6) & (found["arm"] == "1")].set_index("term")
    assert at["missing"].to_dict() == {"y": 2, "sex": 0}
    at = found[(found["wave"] == 12) & (found["arm"] == "1")].set_index("term")
    assert at["missing"].to_dict() == {"y": 2, "sex": 1}
    assert at["percent"].to_dict() == {"y": 40, "sex": 20}


def test_a_response_in_numbers_is_refused() -> None:
    frame = rows().assign(response=1)
    with pytest.raises(DataProblem, match="in words"):
        attrition(Panel.from_frame(frame, unit="id", time="t", arm="arm"))
