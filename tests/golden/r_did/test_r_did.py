"""Group-time effects under every option, by the arithmetic of R did.

Where a panel has gaps, households are compared between the waves at which they were seen (each cell
as an att_gt of its two waves: data "gaps", seen "panel").  R's allow_unbalanced_panel = TRUE takes
rows as people seen once, and is had by saying so: rows as units, clustered by household (seen
"unbalanced").
"""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from r_did_small import small, with_gaps
from refdata import refdata

from nextome_eval.models.did.aggregate import aggregate
from nextome_eval.models.did.group_time import group_time
from nextome_eval.study.panel import Panel

GOLDEN = json.loads(Path(__file__).with_name("r_did.json").read_text())
OPTIONS = ("adjust", "control_group", "est_method", "base_period", "anticipation")
KINDS = ("simple", "group", "calendar", "dynamic")


def mpdta(which: str) -> pd.DataFrame:
    d = pd.read_csv(refdata("mpdta.csv"))
    d = d.assign(one_of_three=d["countyreal"] % 3 + 0.5, thirty=d["countyreal"] % 30)
    if which == "mpdta_treated":
        d = d[d["first.treat"] > 0]
    if which == "mpdta_to_2006":
        d = d[d["year"] < 2007]
    return d.rename(columns={"countyreal": "id", "year": "t", "first.treat": "g", "lemp": "y"})


@cache
def panel_of(data: str, seen: str, weights: str | None, cluster: str | None) -> Panel:
    """Rows are the units where R takes them as seen once, clustered if it knows the household."""
    own = {"small": small, "gaps": with_gaps}
    d = own[data]() if data in own else mpdta(data)
    return Panel.from_frame(
        d.assign(row=np.arange(len(d))),
        unit="id" if seen == "panel" else "row",
        time="t",
        begins="g",
        weights=weights,
        cluster="id" if seen == "unbalanced" else cluster,
    )


def named(case: dict[str, Any]) -> str:
    keys = ("data", *OPTIONS, "weights", "cluster", "seen")
    return "-".join(str(case.get(key)) for key in keys)


@pytest.mark.parametrize("case", GOLDEN, ids=named)
def test_every_option(case: dict[str, Any]) -> None:
    panel = panel_of(case["data"], case["seen"], case.get("weights"), case.get("cluster"))
    est = group_time(panel, "y", **{name: case[name] for name in OPTIONS})
    assert est.terms["cohort"].tolist() == case["cohort"]
    assert est.terms["time"].tolist() == case["time"]
    np.testing.assert_allclose(est.value, case["value"], rtol=1e-8, atol=1e-11)
    there = [0.0 if e is None else e for e in case["std_error"]]
    np.testing.assert_allclose(est.std_error, there, rtol=1e-8, atol=1e-11)
    for kind in filter(case.__contains__, KINDS):
        found = aggregate(est, kind)
        np.testing.assert_allclose(found.value, case[kind]["value"], rtol=1e-8, atol=1e-11)
        np.testing.assert_allclose(found.std_error, case[kind]["std_error"], rtol=1e-8, atol=1e-11)
    if case.get("wald") is not None and not case.get("cluster"):
        early = np.flatnonzero((est.terms["time"] < est.terms["cohort"]) & (est.std_error > 0))
        value, covariance = est.value[early], est.covariance[np.ix_(early, early)]
        assert value @ np.linalg.solve(covariance, value) == pytest.approx(case["wald"], rel=1e-8)


def test_r_did_figures() -> None:
    """STATISTICS.md section 4, from R did."""
    est = group_time(panel_of("mpdta", "panel", None, None), "y")
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


def test_clusters_of_unequal_size() -> None:
    """Influences are summed within clusters; averaging them first is moderndid's mistake."""
    panel = panel_of("mpdta", "panel", None, "thirty")
    est = aggregate(group_time(panel, "y"), "simple")
    by_cluster = pd.DataFrame(est.influence).groupby(panel.cluster).sum()[0]
    assert est.std_error[0] == pytest.approx(np.sqrt((by_cluster**2).sum()))
    assert est.std_error[0] != pytest.approx(
        np.sqrt((by_cluster / np.bincount(panel.cluster) ** 1) @ by_cluster), rel=0.01
    )


def test_who_begins_soon_after_the_last_wave_may_react_before_it() -> None:
    """did from 2.3.1.901 on: not never treated within the anticipation, nor a control there."""
    d = small()
    soon = d.assign(g=d["g"].where(d["id"] % 3 != 0, 9.0))  # waves end at 8
    roles = {"unit": "id", "time": "t", "begins": "g"}
    everybody = Panel.from_frame(soon, **roles)
    without = Panel.from_frame(soon[soon["g"] != 9], **roles)
    for base in ("varying", "universal"):
        never = group_time(everybody, "y", anticipation=1.5, base_period=base)
        clean = group_time(without, "y", anticipation=1.5, base_period=base)
        np.testing.assert_allclose(never.value, clean.value)
        np.testing.assert_allclose(never.std_error, clean.std_error)
    far = group_time(everybody, "y", anticipation=0.5)  # 9 > 8 + 0.5: as good as never treated
    assert far.value[0] != pytest.approx(group_time(without, "y", anticipation=0.5).value[0])
    late = group_time(everybody, "y", anticipation=1.5, control_group="not_yet")
    clean = group_time(without, "y", anticipation=1.5, control_group="not_yet")
    same = [late.value[i] == pytest.approx(clean.value[i]) for i in range(len(late))]
    assert same == (late.terms["time"] >= 8).tolist()  # at 4 and 7 they still are controls


def test_gaps_move_nothing() -> None:
    """Own levels, a common course, an effect of 2 (pyfixest's lpdid shifts rows: 2.53).

    It is why a panel with gaps is compared in pairs: rows taken as people seen once mix levels.
    """
    d = with_gaps().assign(y=lambda d: 9 * np.sin(d["id"]) + d["t"] ** 1.5)
    d["y"] += 2.0 * ((d["g"] > 0) & (d["t"] >= d["g"]))
    panel = Panel.from_frame(d, unit="id", time="t", begins="g")
    for base, control in itertools.product(("varying", "universal"), ("never", "not_yet")):
        est = group_time(panel, "y", base_period=base, control_group=control)
        after = (est.terms["time"] >= est.terms["cohort"]).to_numpy()
        np.testing.assert_allclose(est.value, np.where(after, 2.0, 0.0), atol=1e-9)
        for kind in KINDS:
            assert aggregate(est, kind).value[0] == pytest.approx(2.0)
    rows = Panel.from_frame(
        d.assign(row=np.arange(len(d))), unit="row", time="t", begins="g", cluster="id"
    )
    mixed = group_time(rows, "y")
    after = (mixed.terms["time"] >= mixed.terms["cohort"]).to_numpy()
    assert np.abs(mixed.value - np.where(after, 2.0, 0.0)).max() > 0.5
