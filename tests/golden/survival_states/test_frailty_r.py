"""Shared gamma frailty is R's; survival at planned months; leavers' bounds hold the truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freireich import remissions
from refdata import refdata

from nextome_eval.checks.leavers import leaver_bounds
from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival import kaplan_meier, rmst, shared_frailty, survival_at
from nextome_eval.numerics.gamma_frailty import fit_gamma_frailty
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "frailty.json").read_text())


@pytest.mark.parametrize("case", CASES)
def test_frailty(case: str) -> None:
    """R's search for the variance stops at about 1e-7 of it, so its numbers are met to 1e-6."""
    data, ties = case.split()
    df = pd.read_csv(refdata(f"{data}.csv"))
    names, shared = (["rx"], "litter") if data == "rats" else (["age", "sex"], "id")
    fit = fit_gamma_frailty(
        risk_set(df["time"], df["status"]),
        df[names].to_numpy(float),
        pd.factorize(df[shared])[0],
        ties=ties,
    )
    np.testing.assert_allclose(fit.beta, CASES[case]["coef"], rtol=1e-6)
    assert fit.variance == pytest.approx(CASES[case]["theta"][0], rel=1e-6)
    assert fit.log_likelihood[1] == pytest.approx(CASES[case]["loglik"][0], rel=1e-8)
    spells = Durations.from_frame(df, time="time", event="status")
    est = shared_frailty(spells, names, shared=shared, ties=ties)
    np.testing.assert_allclose(est.value, fit.beta)
    if case == "rats efron":  # frailty(sparse = FALSE)
        assert est.std_error[0] == pytest.approx(0.318252981895, rel=1e-6)


def test_nobody_shares() -> None:
    with pytest.raises(NotEstimable):
        shared_frailty(remissions(), ["arm"])


def test_survival_at_planned_weeks() -> None:
    est = survival_at(remissions(), [6, 10], by="arm")
    curve = kaplan_meier(remissions(), by="arm")
    low, high = est.interval()
    for t in (6.0, 10.0):
        own = est.where(term="survival", strata="6-MP", time=t)
        step = curve.where(strata="6-MP", time=t)
        assert own.value[0] == step.value[0]
        assert own.interval()[0][0] == pytest.approx(step.interval()[0][0])
    difference = est.where(term="difference", time=10.0)
    assert difference.value[0] == pytest.approx(0.7529411765 - 8 / 21)
    assert (low <= est.value).all()
    assert (est.value <= high).all()
    with pytest.raises(NotEstimable):
        survival_at(remissions(), [24], by="arm")


def test_leavers_bounds_hold_the_estimate() -> None:
    both = leaver_bounds(lambda d: rmst(d, tau=20).where(term="difference"), remissions(), until=20)
    one, other = both.value
    middle = rmst(remissions(), tau=20).where(term="difference").value[0]
    assert other <= middle <= one
