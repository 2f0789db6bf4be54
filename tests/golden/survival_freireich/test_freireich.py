"""Freireich's trial: every number that STATISTICS.md gives, and coin's exact p."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from freireich import remissions

from nextome_eval.models.survival import (
    cox,
    exact_logrank,
    kaplan_meier,
    logrank,
    profile_interval,
    quantile,
    rmst,
)

R = json.loads((Path(__file__).parent / "freireich.json").read_text())


def test_logrank() -> None:
    assert logrank(remissions(), by="arm").statistic == pytest.approx(16.79294099, rel=1e-9)
    weighted = logrank(remissions(), by="arm", rho=1)
    assert weighted.statistic == pytest.approx(14.45715082, rel=1e-9)
    assert weighted.statistic == pytest.approx(R["rho1"], rel=1e-12)


def test_exact_permutation() -> None:
    test = exact_logrank(remissions())
    assert test.p_value == pytest.approx(2.612004518e-05, rel=1e-9)
    assert test.p_value == pytest.approx(R["exact_p"], rel=1e-10)
    assert test.denominator == 538257874440


@pytest.mark.parametrize(
    ("ties", "beta"),
    [("breslow", -1.509191412586), ("efron", -1.572125148829), ("exact", -1.628243951672)],
)
def test_cox(ties: str, beta: float) -> None:
    assert cox(remissions(), ["arm"], ties=ties).value[0] == pytest.approx(beta, abs=1e-12)


def test_profile_interval() -> None:
    est = profile_interval(cox(remissions(), ["arm"]))
    low, high = np.log(est.interval(0.95))
    assert low[0] == pytest.approx(-2.4308331080, abs=2e-10)
    assert high[0] == pytest.approx(-0.7950593703, abs=2e-10)
    assert est.value == pytest.approx(cox(remissions(), ["arm"]).value)


def test_firth() -> None:
    est = cox(remissions(), ["arm"], ties="breslow", firth=True)
    assert est.value[0] == pytest.approx(-1.479338274, rel=1e-8)
    low, high = np.log(est.interval(0.95))
    assert low[0] == pytest.approx(-2.312288093, rel=1e-8)
    assert high[0] == pytest.approx(-0.7209099898, rel=1e-8)


def test_restricted_means() -> None:
    rows = rmst(remissions(), by="arm", tau=20).tidy().set_index("term")
    difference = rows.loc["difference"]
    assert difference["estimate"] == pytest.approx(7.6879551821, rel=1e-10)
    assert difference["conf_low"] == pytest.approx(4.19589740317452, rel=1e-8)
    assert difference["conf_high"] == pytest.approx(11.18001296097114, rel=1e-8)
    assert rows.loc["ratio", "estimate"] == pytest.approx(1.9121302758, rel=1e-10)


def test_beta_product() -> None:
    est = kaplan_meier(remissions(), by="arm", interval="beta-product")
    at_six = est.where(strata="6-MP", time=6.0).tidy()
    assert at_six["conf_low"][0] == pytest.approx(0.6317740904, rel=1e-9)
    assert at_six["conf_high"][0] == pytest.approx(0.9695110324, rel=1e-9)


def test_medians() -> None:
    medians = quantile(kaplan_meier(remissions(), by="arm"), 0.5).tidy()
    assert medians.set_index("strata")["estimate"].to_dict() == {"placebo": 8.0, "6-MP": 23.0}
