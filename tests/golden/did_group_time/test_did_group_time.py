"""Group-time effects of mpdta under every option, and their four averages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.models.did.aggregate import aggregate
from nextome_eval.models.did.group_time import group_time
from nextome_eval.study.panel import Panel

GOLDEN = json.loads(Path(__file__).with_name("mpdta.json").read_text())
OPTIONS = ("adjust", "control_group", "est_method", "base_period", "anticipation")


def mpdta() -> pd.DataFrame:
    d = pd.read_csv(refdata("mpdta.csv"))
    return d.assign(one_of_three=d["countyreal"] % 3 + 0.5, row=np.arange(len(d)))


def counties(**roles: Any) -> Panel:
    return Panel.from_frame(mpdta(), unit="countyreal", time="year", begins="first.treat", **roles)


def named(case: dict[str, Any]) -> str:
    return "-".join(str(v) for k, v in case.items() if k in (*OPTIONS, "weights"))


def compare(est: Any, case: dict[str, Any]) -> None:
    there = dict(zip(zip(case["cohort"], case["time"]), zip(case["value"], case["std_error"])))
    assert list(zip(est.terms["cohort"], est.terms["time"])) == list(there)
    value, error = zip(*there.values())
    np.testing.assert_allclose(est.value, value, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(
        est.std_error, [0.0 if e is None else e for e in error], rtol=1e-8, atol=1e-12
    )


@pytest.mark.parametrize("case", GOLDEN["panel"], ids=named)
def test_every_option(case: dict[str, Any]) -> None:
    panel = counties(weights=case["weights"])
    est = group_time(panel, "lemp", **{name: case[name] for name in OPTIONS})
    compare(est, case)
    for kind in ("simple", "group", "calendar", "dynamic"):
        if kind in case:
            overall = aggregate(est, kind)
            found = [overall.value[0], overall.std_error[0]]
            np.testing.assert_allclose(found, case[kind], rtol=1e-8)


@pytest.mark.parametrize("case", GOLDEN["cross_sections"], ids=named)
def test_repeated_cross_sections(case: dict[str, Any]) -> None:
    panel = Panel.from_frame(mpdta(), unit="row", time="year", begins="first.treat")
    est = group_time(panel, "lemp", **{name: case[name] for name in OPTIONS[:3]})
    compare(est, case)


def test_r_did_figures() -> None:
    """STATISTICS.md section 4, from R did."""
    est = group_time(counties(), "lemp")
    simple, dynamic = aggregate(est, "simple"), aggregate(est, "dynamic")
    assert simple.value[0] == pytest.approx(-0.0399512751551763, rel=1e-8)
    assert simple.std_error[0] == pytest.approx(0.0120340127701854, rel=1e-8)
    assert dynamic.value[0] == pytest.approx(-0.0772398214573151, rel=1e-8)
    assert dynamic.std_error[0] == pytest.approx(0.0199649890618494, rel=1e-8)
    assert aggregate(est, "group").value[0] == pytest.approx(-0.0310182822287484, rel=1e-8)
    assert aggregate(est, "calendar").value[0] == pytest.approx(-0.0417004321312822, rel=1e-8)
    early = np.flatnonzero(est.terms["time"] < est.terms["cohort"])
    wald = est.value[early] @ np.linalg.solve(
        est.covariance[np.ix_(early, early)], est.value[early]
    )
    assert wald == pytest.approx(7.79123662720035, rel=1e-8)


def test_weights_count_in_cohort_sizes() -> None:
    est = aggregate(group_time(counties(weights="one_of_three"), "lemp"), "simple")
    assert est.value[0] == pytest.approx(GOLDEN["weighted_simple"], rel=1e-8)


def test_clusters_of_unequal_size() -> None:
    """Influences are summed within clusters; averaging them first is moderndid's mistake."""
    d = mpdta()
    d["state"] = d["countyreal"] // 1000
    panel = Panel.from_frame(
        d, unit="countyreal", time="year", begins="first.treat", cluster="state"
    )
    est = aggregate(group_time(panel, "lemp"), "simple")
    by_state = pd.DataFrame(est.influence).groupby(panel.cluster).sum()[0]
    assert est.std_error[0] == pytest.approx(np.sqrt((by_state**2).sum()))
    assert est.std_error[0] != pytest.approx(
        np.sqrt((by_state / np.bincount(panel.cluster) ** 1) @ by_state), rel=0.01
    )
