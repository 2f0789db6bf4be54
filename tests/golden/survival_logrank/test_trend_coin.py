"""Trend along ordered groups by R's coin: the same scores, their variance over dealings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata
from scipy.special import chdtrc

from nextome_eval.models.survival import logrank_trend
from nextome_eval.numerics.interval_scores import dealt_covariance
from nextome_eval.numerics.rank_test import rank_test, time_weights
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.study.durations import Durations

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "trend_coin.json").read_text())
WEIGHTING = {
    "logrank": "fleming-harrington",
    "Gehan-Breslow": "gehan",
    "Tarone-Ware": "tarone-ware",
}


def data(name: str) -> pd.DataFrame:
    df = pd.read_csv(refdata(f"{name}.csv"))
    if name == "lung":
        df = df.dropna(subset="ph.ecog")
        return df.assign(dead=(df["status"] == 2).astype(int), g=df["ph.ecog"].astype(int))
    return df.assign(dead=df["status"], g=np.minimum(df["karno"] // 30, 2))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['data']} {c['type']} {c['places']}")
def test_trend_is_coins(case: dict[str, Any]) -> None:
    df, kind = data(case["data"]), WEIGHTING[case["type"]]
    spells = Durations.from_frame(df, time="time", event="dead")
    test = logrank_trend(spells, "g", scores=case["places"], weighting=kind)
    assert test.table is not None
    along = test.table["score"] @ (test.table["observed"] - test.table["expected"])
    assert along == pytest.approx(case["sum"], rel=1e-8)
    risk = risk_set(df["time"], df["dead"])
    own = rank_test(risk, df["g"].to_numpy(), weight=time_weights(risk, kind=kind)).scores
    total, expected, covariance = dealt_covariance(own, df["g"].to_numpy(), np.zeros(len(df), int))
    places = np.array(case["places"], float)
    dealt = float((places @ (total - expected)) ** 2 / (places @ covariance @ places))
    assert dealt == pytest.approx(case["statistic"], rel=1e-8)
    assert chdtrc(1, dealt) == pytest.approx(case["p_value"], rel=1e-8)
