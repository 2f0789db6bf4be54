"""Cox models are R's over ties, weights, strata, clusters, entry and offsets."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival import cox
from nextome_eval.numerics.cox_hazard import predicted_hazard
from nextome_eval.numerics.cox_residuals import deviance, dfbeta, martingale, schoenfeld, score
from nextome_eval.numerics.proportional_hazards import hazard_test, transformed_time
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "cox.json").read_text())


def lung() -> pd.DataFrame:
    df = pd.read_csv(refdata("lung.csv")).dropna(subset=["ph.ecog", "inst"]).reset_index(drop=True)
    i = np.arange(1, len(df) + 1)
    start = np.maximum(np.minimum(df["age"] - 38, df["time"] - 1), 0)
    return df.assign(
        dead=df["status"] == 2, w=1 + i % 3, v=0.5 + (i % 4) / 3, o=(i % 5) / 10, start=start
    )


@cache
def fitted(case: str) -> Estimates:
    parts = case.split()
    ties = parts[-1]
    has = set(parts)
    if parts[0] == "lung":
        spells = Durations.from_frame(
            lung(), time="time", event="dead", entry="start" if "entry" in has else None,
            weights="w" if "w" in has else "v" if "v" in has else None,
        )  # fmt: skip
        names = ["age", "ph.ecog"] if "strata" in has else ["age", "sex", "ph.ecog"]
        return cox(
            spells, names, ties=ties, strata="sex" if "strata" in has else None,
            robust="inst" if "cluster" in has else None, offset="o" if "offset" in has else None,
        )  # fmt: skip
    if parts[0] == "heart":
        df = pd.read_csv(refdata("heart.csv"))
        spells = Durations.from_frame(df, time="stop", event="event", entry="start", unit="id")
        return cox(spells, ["age", "year", "surgery", "transplant"], ties=ties, robust="id")
    if parts[0] == "bladder2":
        df = pd.read_csv(refdata("bladder2.csv"))
        df["v"] = 0.5 + (np.arange(1, len(df) + 1) % 4) / 3
        spells = Durations.from_frame(
            df, time="stop", event="event", entry="start", unit="id",
            weights="v" if "v" in has else None,
        )  # fmt: skip
        return cox(spells, ["rx", "number", "size"], ties=ties, strata="enum", robust="id")
    if parts[0] == "rats":
        spells = Durations.from_frame(pd.read_csv(refdata("rats.csv")), time="time", event="status")
        if ties == "exact":
            return cox(spells, ["rx"], ties=ties, strata="sex")
        return cox(spells, ["rx", "sex"], ties=ties, robust="litter")
    spells = Durations.from_frame(
        pd.read_csv(refdata("veteran.csv")), time="time", event="status", complete=True
    )
    return cox(spells, ["karno", "trt", "age"], ties=ties)


@pytest.mark.parametrize("case", CASES)
def test_coefficients_and_variances(case: str) -> None:
    r, est = CASES[case], fitted(case)
    p = len(r["coef"])
    np.testing.assert_allclose(est.value, r["coef"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(est.covariance, np.reshape(r["var"], (p, p)), rtol=1e-8, atol=1e-14)
    kernel = est.fit.kernel
    np.testing.assert_allclose(
        np.linalg.inv(kernel.information), np.reshape(r["naive"], (p, p)), rtol=1e-8, atol=1e-14
    )
    np.testing.assert_allclose(kernel.log_likelihood, r["loglik"], rtol=1e-11)
    assert kernel.score_test == pytest.approx(r["score"][0], rel=1e-9)


@pytest.mark.parametrize("case", [c for c in CASES if "martingale" in CASES[c]])
def test_residuals(case: str) -> None:
    r, model = CASES[case], fitted(case).fit
    fit, back = model.kernel, np.argsort(model.data.rows)
    p = len(fit.beta)

    def matrix(name: str) -> np.ndarray:
        return np.reshape(r[name], (p, -1)).T

    np.testing.assert_allclose(martingale(fit)[back], r["martingale"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(deviance(fit)[back], r["deviance"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(score(fit)[back], matrix("score_resid"), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(dfbeta(fit)[back], matrix("dfbeta"), rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(
        np.sort(schoenfeld(fit)[1], axis=0), np.sort(matrix("schoenfeld"), axis=0),
        rtol=1e-8, atol=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("case", [c for c in CASES if "hazard" in CASES[c]])
def test_predicted_hazards(case: str) -> None:
    r, fit = CASES[case], fitted(case).fit.kernel
    predicted = predicted_hazard(fit, np.array([60.0, 1.0, 1.0]))
    np.testing.assert_allclose(predicted.time, r["hazard_time"])
    np.testing.assert_allclose(predicted.hazard, r["hazard"], rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(np.sqrt(predicted.variance), r["hazard_se"], rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("case", [c for c in CASES if "zph_km" in CASES[c]])
@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_proportional_hazards(case: str, transform: str) -> None:
    est = fitted(case)
    fit, spells = est.fit.kernel, est.fit.data.spells
    g = transformed_time(fit.risk, transform, spells.entry[est.fit.data.rows])
    np.testing.assert_allclose(
        hazard_test(fit, g).statistic, CASES[case][f"zph_{transform}"], rtol=1e-8
    )
