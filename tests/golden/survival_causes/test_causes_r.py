"""Several causes are R's: Aalen-Johansen's curves, Gray's test, Fine and Gray's model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.models.survival import cumulative_incidence, fine_gray, gray, kaplan_meier
from nextome_eval.numerics.cumulative_incidence import incidences
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "causes.json").read_text())
CAUSES = {1: "pcm", 2: "death"}


def mgus2() -> pd.DataFrame:
    df = pd.read_csv(refdata("mgus2_cr.csv"))
    i = np.arange(1, len(df) + 1)
    return df.assign(
        w=1 + i % 3,
        v=0.5 + (i % 4) / 3,
        late=np.maximum(np.minimum(df["age"] - 60, df["etime"] - 1), 0),
        flat=(i - 1) // 3,
        male=(df["sex"] == "M").astype(float),
        years=pd.cut(df["age"], [0, 60, 70, 80, 200], labels=[1, 2, 3, 4]),
    )


def door(df: pd.DataFrame, **roles: Any) -> Durations:
    return Durations.from_frame(df, time="etime", event="event", causes=CAUSES, **roles)


def bmt() -> Durations:
    df = pd.read_csv(refdata("bmt_scrucca.csv"))
    df["ftime"] = df["ftime"].replace(0.0, 0.5)  # two events on the first day
    return Durations.from_frame(df, time="ftime", event="status", causes={1: "relapse", 2: "death"})


def curves(case: str) -> tuple[Durations, str | None, str]:
    df = mgus2()
    if case == "aj bmt":
        return bmt(), "dis", "log-log"
    if "entry" in case:
        return door(df[df["late"] < df["etime"]], entry="late"), "sex", "log-log"
    if "weights" in case:
        return door(df, weights="v"), "sex", "plain"
    if "cluster" in case:
        return door(df, cluster="flat"), "sex", "log-log"
    return (door(df), None, "log") if "one" in case else (door(df), "sex", "log-log")


@pytest.mark.parametrize("case", [c for c in CASES if c.startswith("aj")])
def test_the_curves_are_rs(case: str) -> None:
    spells, by, interval = curves(case)
    rows = cumulative_incidence(spells, by=by, interval=interval).tidy()
    r = CASES[case]
    for k, cause in enumerate(spells.causes.values(), start=1):
        own = rows[rows["cause"] == cause]
        assert own["strata"].astype(str).tolist() == [s.strip() for s in r["strata"]]
        np.testing.assert_allclose(own["time"], r["time"])
        np.testing.assert_allclose(own["estimate"], r[f"p{k}"], rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(own["std_error"], r[f"se{k}"], rtol=1e-8, atol=1e-12)
    first = rows[rows["cause"] == spells.causes[1]]
    limits = [("conf_low", "low1"), ("conf_high", "high1")] if "low1" in r else []
    for ours, theirs in limits:
        limit = np.array([np.nan if v in (None, "NA") else v for v in r[theirs]], float)
        given = np.isfinite(limit) & (first["estimate"].to_numpy() > 0)
        np.testing.assert_allclose(first[ours][given], limit[given], rtol=1e-8)


def test_statistics_md() -> None:
    est = cumulative_incidence(door(mgus2()), by="sex").where(strata="F", cause="pcm")
    at = [int(np.searchsorted(est.terms["time"], t, side="right") - 1) for t in (60, 120, 240)]
    np.testing.assert_allclose(est.value[at], [0.0397896215, 0.0738856644, 0.1049406742], rtol=1e-8)
    np.testing.assert_allclose(
        est.std_error[at], [0.0077983341, 0.0107697974, 0.0142629574], rtol=1e-8
    )
    assert gray(door(mgus2()), by="sex", cause="pcm").statistic == pytest.approx(
        1.1945078251, rel=1e-9
    )


@pytest.mark.parametrize("entry", [None, "late"])
def test_the_variance_at_once_is_that_of_the_influences(entry: str | None) -> None:
    df = mgus2()
    df = df[df["late"] < df["etime"]]
    risk = risk_set(
        df["etime"], df["event"], entry=df[entry] if entry else None, weights=df["v"],
        strata=pd.factorize(df["sex"])[0],
    )  # fmt: skip
    for one in incidences(risk, [1, 2]):
        each = (one.influence(np.arange(risk.m)) ** 2).sum(axis=0)
        np.testing.assert_allclose(one.variance(), each, rtol=1e-8, atol=1e-15)


def test_incidences_and_survival_add_to_one() -> None:
    spells = door(mgus2(), weights="w")
    each = cumulative_incidence(spells, by="sex")
    total = sum(each.where(cause=cause).value for cause in CAUSES.values())
    np.testing.assert_allclose(total + kaplan_meier(spells, by="sex").value, 1, rtol=1e-12)


@pytest.mark.parametrize("case", [c for c in CASES if c.startswith("gray")])
@pytest.mark.parametrize("cause", [1, 2])
def test_gray_is_cmprsks(case: str, cause: int) -> None:
    rho = float(case.split()[-1])
    if "bmt" in case:
        test = gray(bmt(), by="dis", cause=cause, rho=rho)
    elif "age" in case:
        strata = "sex" if "by sex" in case else None
        test = gray(door(mgus2()), by="years", cause=cause, rho=rho, strata=strata)
    else:
        test = gray(door(mgus2()), by="sex", cause=cause, rho=rho)
    assert test.statistic == pytest.approx(CASES[case]["statistic"][cause - 1], rel=1e-8)
    assert test.df == CASES[case]["df"][cause - 1]


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("data", ["mgus2", "bmt"])
def test_fine_gray_is_cmprsks(data: str, cause: int) -> None:
    r = CASES[f"fg {data} {cause}"]
    if data == "mgus2":
        df = mgus2().dropna(subset=["mspike"])
        est = fine_gray(door(df), ["age", "male", "mspike"], cause=cause)
    else:
        est = fine_gray(bmt(), ["dis"], cause=CAUSES[2] if cause == 2 else "relapse")
    p = len(r["coef"])
    np.testing.assert_allclose(est.value, r["coef"], rtol=1e-8)
    np.testing.assert_allclose(est.covariance, np.reshape(r["var"], (p, p)), rtol=1e-8)


def test_entry_and_ties_are_exact() -> None:
    """lifelines gives 0.25 with entry, and jitters ties by a seed."""
    df = pd.DataFrame({"s": [0, 0, 1, 1], "t": [1, 2, 2, 3], "e": [2, 1, 1, 0]})
    spells = Durations.from_frame(df, time="t", event="e", entry="s", causes=CAUSES)
    rows = cumulative_incidence(spells).where(time=2.0).tidy()
    assert rows["estimate"].tolist() == pytest.approx([1 / 3, 1 / 2])
