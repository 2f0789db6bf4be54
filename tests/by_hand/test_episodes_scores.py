"""Questionnaire scores added up by hand, with items missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.study.scores import cefr, gse, mos_sss, who5


def answers(stem: str, *rows: list[float | None]) -> pd.DataFrame:
    names = [f"{stem}_{i}" for i in range(1, len(rows[0]) + 1)]
    return pd.DataFrame(rows, columns=names).astype("Int64")


def test_who5() -> None:
    said = answers(
        "who5", [5] * 5, [0] * 5, [3, 2, 4, 1, 5], [3, 2, None, 1, 5], [3, 2, None, None, 5]
    )
    np.testing.assert_allclose(who5(said), [100, 0, 60, 11 / 4 * 20, np.nan])


def test_mos_sss() -> None:
    nine_missing = [None] * 9 + [4] * 10
    ten_missing = [None] * 10 + [4] * 9
    said = answers("mos", [1] * 19, [5] * 19, [2] * 9 + [3] * 10, nine_missing, ten_missing)
    np.testing.assert_allclose(mos_sss(said), [0, 100, (48 / 19 - 1) / 4 * 100, 75, np.nan])


def test_gse() -> None:
    said = answers("gse", [1] * 10, [4] * 10, [None] * 3 + [2] * 3 + [3] * 4, [None] * 4 + [3] * 6)
    np.testing.assert_allclose(gse(said), [10, 40, 18 / 7 * 10, np.nan])


def test_cefr_keeps_the_order_and_refuses_other_words() -> None:
    assert cefr(pd.Series(["A0", "A1", "A2", "B1", "B2", "C1", "C2"])).tolist() == list(range(7))
    with pytest.raises(DataProblem, match="no levels of Italian: D1"):
        cefr(pd.Series(["A1", "D1"]))


def test_an_item_outside_its_scale_is_refused_with_its_place() -> None:
    with pytest.raises(DataProblem, match=r"who5_2 hold values outside .* 0 to 5 \(rows 1\)"):
        who5(answers("who5", [3, 3, 3, 3, 3], [3, 7, 3, 3, 3]))


def test_nobody_answered() -> None:
    assert np.isnan(who5(answers("who5", [None] * 5))).all()
