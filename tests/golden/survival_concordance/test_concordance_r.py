"""Concordance is R's over ties, entry, weights, strata and clusters, and a count of pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refdata import refdata

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival import concordance, cox
from nextome_eval.numerics import concordance as kernel
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "concordance.json").read_text())


def lung(has: set[str]) -> Durations:
    df = pd.read_csv(refdata("lung.csv")).dropna(subset=["ph.ecog", "inst"]).reset_index(drop=True)
    i = np.arange(1, len(df) + 1)
    start = np.maximum(np.minimum(df["age"] - 38, df["time"] - 1), 0)
    df = df.assign(dead=df["status"] == 2, v=0.5 + (i % 4) / 3, start=start)
    return Durations.from_frame(
        df, time="time", event="dead", entry="start" if "entry" in has else None,
        weights="v" if "weights" in has else None, cluster="inst" if "cluster" in has else None,
    )  # fmt: skip


def estimated(case: str) -> Estimates:
    has = set(case.split())
    strata = "sex" if "strata" in has else None
    if "heart" in has:
        df = pd.read_csv(refdata("heart.csv"))
        spells = Durations.from_frame(df, time="stop", event="event", entry="start", unit="id")
        return concordance(cox(spells, ["age", "surgery", "transplant"]))
    if "cox" in has:
        names = ["age", "ph.ecog"] if strata else ["age", "sex", "ph.ecog"]
        return concordance(cox(lung(has), names, strata=strata))
    by_status = case in ("lung", "lung entry")
    return concordance(lung(has), "ph.ecog" if by_status else "age", strata=strata)


@pytest.mark.parametrize("case", CASES)
def test_concordance(case: str) -> None:
    est, r = estimated(case), CASES[case]
    assert est.value[0] == pytest.approx(r["value"], rel=1e-10)
    assert est.std_error[0] == pytest.approx(r["se"], rel=1e-8)
    found = est.terms[["concordant", "discordant", "tied"]].to_numpy()[0]
    np.testing.assert_allclose(found, r["pairs"], rtol=1e-10)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 25))
def test_counting_pairs_one_by_one(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    entry, length = rng.integers(0, 5, n), rng.integers(1, 6, n)
    leave, event, score = entry + length, rng.integers(0, 2, n), rng.integers(0, 4, n).astype(float)
    strata, w = rng.integers(0, 2, n), rng.integers(1, 4, n).astype(float)
    strata[:2] = [0, 1]
    won = pairs = 0.0
    for i in np.flatnonzero(event):
        there = (entry < leave[i]) & (leave >= leave[i]) & (strata == strata[i])
        there &= ~((leave == leave[i]) & (event == 1))
        points = (score < score[i]) + 0.5 * (score == score[i])
        won += w[i] * (w * points)[there].sum()
        pairs += w[i] * w[there].sum()
    risk = risk_set(leave, event, entry=entry, strata=strata, weights=w)
    found = kernel.concordance(risk, score)
    if pairs:
        assert found.value == pytest.approx(won / pairs, rel=1e-12)
        assert found.influence.sum() == pytest.approx(0, abs=1e-12)
    else:
        assert np.isnan(found.value)


def test_refusals() -> None:
    df = pd.DataFrame({"t": [1.0, 1], "e": [1, 1], "x": [1.0, 2]})
    spells = Durations.from_frame(df, time="t", event="e", complete=True)
    with pytest.raises(NotEstimable, match="pair"):
        concordance(spells, "x")
    with pytest.raises(DesignProblem):
        concordance(spells)
