"""The log-rank family is R's: strata, groups, rho, and delayed entry by the exact score test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.errors import DesignProblem
from nextome_eval.models.survival import logrank, logrank_trend
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "logrank.json").read_text())
TREND: dict[str, float] = json.loads((Path(__file__).parent / "trend.json").read_text())
RIGHT = {
    "lung sex": ("lung.csv", "time", "dead", "sex", None),
    "lung sex by ecog": ("lung.csv", "time", "dead", "sex", "ph.ecog"),
    "veteran celltype": ("veteran.csv", "time", "status", "celltype", None),
    "veteran celltype by prior": ("veteran.csv", "time", "status", "celltype", "prior"),
    "rats rx by sex": ("rats.csv", "time", "status", "rx", "sex"),
    "aml": ("aml.csv", "time", "status", "x", None),
}
LATE = {
    "entry heart transplant": ("heart.csv", "stop", "event", "transplant", None),
    "entry heart transplant by surgery": ("heart.csv", "stop", "event", "transplant", "surgery"),
    "entry lung sex": ("lung.csv", "time", "dead", "sex", None),
    "entry lung ecog": ("lung.csv", "time", "dead", "ph.ecog", None),
}


def spells_of(name: str, time: str, event: str, needed: list[str], late: bool) -> Durations:
    df = pd.read_csv(refdata(name)).dropna(subset=needed)
    if name == "lung.csv":
        start = np.maximum(np.minimum(df["age"] - 38, df["time"] - 1), 0)
        df = df.assign(dead=df["status"] == 2, start=start)
    return Durations.from_frame(df, time=time, event=event, entry="start" if late else None)


@pytest.mark.parametrize("case", [c for c in CASES if not c.startswith("entry")])
def test_survdiff(case: str) -> None:
    name, rho = case.rsplit(" ", 1)
    file, time, event, by, strata = RIGHT[name]
    spells = spells_of(file, time, event, [c for c in (by, strata) if c], late=False)
    test = logrank(spells, by=by, rho=float(rho), strata=strata)
    assert test.statistic == pytest.approx(CASES[case]["statistic"][0], rel=1e-9)
    assert test.df == CASES[case]["df"][0]
    assert test.table is not None
    np.testing.assert_allclose(
        sorted(test.table["observed"]), sorted(CASES[case]["observed"]), rtol=1e-9
    )
    np.testing.assert_allclose(
        sorted(test.table["expected"]), sorted(CASES[case]["expected"]), rtol=1e-9
    )


@pytest.mark.parametrize("case", LATE)
def test_delayed_entry(case: str) -> None:
    file, time, event, by, strata = LATE[case]
    spells = spells_of(file, time, event, [c for c in (by, strata) if c], late=True)
    test = logrank(spells, by=by, strata=strata)
    assert test.statistic == pytest.approx(CASES[case]["statistic"][0], rel=1e-9)
    assert test.df == CASES[case]["df"][0]


@pytest.mark.parametrize("case", TREND)
def test_trend(case: str) -> None:
    late = "entry" in case
    spells = spells_of("lung.csv", "time", "dead", ["ph.ecog"], late=late)
    test = logrank_trend(
        spells, "ph.ecog", rho=1 if "rho" in case else 0,
        scores=[0, 1, 3, 9] if case == "scores" else None,
        strata="sex" if "strata" in case else None,
    )  # fmt: skip
    assert test.statistic == pytest.approx(TREND[case], rel=1e-9)
    assert test.df == 1


def test_trend_of_two_groups_is_the_logrank_test() -> None:
    spells = spells_of("lung.csv", "time", "dead", ["sex"], late=False)
    assert logrank_trend(spells, "sex").statistic == pytest.approx(
        logrank(spells, by="sex").statistic, rel=1e-12
    )
    with pytest.raises(DesignProblem, match="score"):
        logrank_trend(spells, "sex", scores=[1, 1])
