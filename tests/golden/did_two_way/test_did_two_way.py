"""two_way's factor is fixest's, its estimate the one of dummies, its parts bacondecomp's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.checks.goodman_bacon import goodman_bacon
from nextome_eval.models.did.sun_abraham import sun_abraham
from nextome_eval.models.did.two_way import two_way
from nextome_eval.study.panel import Panel


def staggered() -> pd.DataFrame:
    d = pd.read_csv(refdata("base_stagg.csv"))
    return d.assign(g=d["year_treated"].where(d["year_treated"] <= 10))


def test_sunab_of_fixest() -> None:
    """y ~ x1 + sunab(year_treated, year) | id + year, cluster = ~id: fixest's ATT."""
    est = sun_abraham(
        Panel.from_frame(staggered(), unit="id", time="year", begins="g"), "y", adjust=["x1"]
    )
    assert est.value[0] == pytest.approx(-1.13374944877203, rel=1e-8)
    assert est.std_error[0] == pytest.approx(0.20507049376152, rel=1e-8)
    assert -1.0 not in est.terms["exposure"].tolist()


@pytest.mark.parametrize("cluster", ["id", "group"])
@pytest.mark.parametrize("weights", [None, "by_unit", "by_row"])
@pytest.mark.parametrize("gaps", [False, True])
def test_equals_least_squares_on_dummies(gaps: bool, weights: str | None, cluster: str) -> None:
    """fixest's feols: weighted sums by cluster, G / (G - 1) (N - 1) / (N - K), unit effects nested
    in the clusters not counted in K."""
    d = staggered()
    d["group"] = d["id"] % 17
    d["by_unit"] = 1.5 + np.sin(d["id"])
    d["by_row"] = 1.5 + np.sin(d["id"] + d["year"])
    if gaps:
        d = d[(3 * d["id"] + d["year"]) % 5 != 0]
    panel = Panel.from_frame(
        d,
        unit="id",
        time="year",
        begins="g",
        weights=weights,
        cluster=None if cluster == "id" else cluster,
    )
    est = two_way(panel, "y", adjust=["x1"])
    dummies = [pd.get_dummies(d[c]).to_numpy(float) for c in ("id", "year")]
    treated = (d["year"] >= d["g"]).to_numpy(float)
    x = np.column_stack([treated, d["x1"], dummies[0], dummies[1][:, 1:]])
    w = np.ones(len(d)) if weights is None else d[weights].to_numpy()
    root = np.sqrt(w)
    y = d["y"].to_numpy()
    beta = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    np.testing.assert_allclose(est.value, beta[:2], rtol=1e-8)
    scores = pd.DataFrame(x * (w * (y - x @ beta))[:, None]).groupby(d[cluster].to_numpy()).sum()
    bread = np.linalg.inv((x * w[:, None]).T @ x)[:2]
    groups, rows, k = len(scores), len(d), 2 + d["year"].nunique()
    factor = groups / (groups - 1) * (rows - 1) / (rows - k)
    np.testing.assert_allclose(
        est.covariance, factor * bread @ (scores.T @ scores).to_numpy() @ bread.T, rtol=1e-8
    )


@pytest.mark.parametrize("which", ["staggered", "some_always"])
def test_goodman_bacon_of_bacondecomp(which: str) -> None:
    d = pd.read_csv(refdata("mpdta.csv"))
    d = d[d["countyreal"] % 3 == 0]
    if which == "some_always":
        d["first.treat"] = d["first.treat"].where(d["countyreal"] % 7 != 1, 2003)
    panel = Panel.from_frame(d, unit="countyreal", time="year", begins="first.treat")
    found = goodman_bacon(panel, "lemp").sort_values(["cohort", "control"])
    there = pd.DataFrame(json.loads(Path(__file__).with_name("bacon.json").read_text())[which])
    control = there["untreated"].fillna(np.inf).replace(2003, -np.inf)
    there = there.assign(untreated=control).sort_values(["treated", "untreated"])
    np.testing.assert_array_equal(found["cohort"], there["treated"])
    np.testing.assert_array_equal(found["control"], there["untreated"])
    np.testing.assert_allclose(found["weight"], there["weight"], rtol=1e-8)
    np.testing.assert_allclose(found["estimate"], there["estimate"], rtol=1e-8)
