"""two_way's factor is fixest's, its estimate the one of dummies, its parts bacondecomp's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
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


def in_variants(gaps: bool) -> pd.DataFrame:
    d = staggered()
    d["group"] = d["id"] % 17
    d["by_unit"] = 1.5 + np.sin(d["id"])
    d["by_row"] = 1.5 + np.sin(d["id"] + d["year"])
    return d[(3 * d["id"] + d["year"]) % 5 != 0] if gaps else d


def feols(
    d: pd.DataFrame, own: NDArray[np.float64], weights: str | None, cluster: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients and covariance of `own` columns as fixest gives them: weighted sums by cluster,
    G / (G - 1) (N - 1) / (N - K), unit effects nested in the clusters not counted in K."""
    dummies = [pd.get_dummies(d[c]).to_numpy(float) for c in ("id", "year")]
    x = np.column_stack([own, dummies[0], dummies[1][:, 1:]])
    w = np.ones(len(d)) if weights is None else d[weights].to_numpy()
    root, y = np.sqrt(w), d["y"].to_numpy()
    beta = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    scores = pd.DataFrame(x * (w * (y - x @ beta))[:, None]).groupby(d[cluster].to_numpy()).sum()
    count = own.shape[1]
    bread = np.linalg.inv((x * w[:, None]).T @ x)[:count]
    groups, rows, k = len(scores), len(d), count + d["year"].nunique()
    factor = groups / (groups - 1) * (rows - 1) / (rows - k)
    return beta[:count], factor * bread @ (scores.T @ scores).to_numpy() @ bread.T


def panel_of(d: pd.DataFrame, weights: str | None, cluster: str) -> Panel:
    named = None if cluster == "id" else cluster
    return Panel.from_frame(d, unit="id", time="year", begins="g", weights=weights, cluster=named)


@pytest.mark.parametrize("cluster", ["id", "group"])
@pytest.mark.parametrize("weights", [None, "by_unit", "by_row"])
@pytest.mark.parametrize("gaps", [False, True])
def test_two_way_is_feols(gaps: bool, weights: str | None, cluster: str) -> None:
    d = in_variants(gaps)
    est = two_way(panel_of(d, weights, cluster), "y", adjust=["x1"])
    own = np.column_stack([d["year"] >= d["g"], d["x1"]]).astype(float)
    beta, covariance = feols(d, own, weights, cluster)
    np.testing.assert_allclose(est.value, beta, rtol=1e-8)
    np.testing.assert_allclose(est.covariance, covariance, rtol=1e-8)


@pytest.mark.parametrize("cluster", ["id", "group"])
@pytest.mark.parametrize("weights", [None, "by_unit", "by_row"])
@pytest.mark.parametrize("gaps", [False, True])
def test_sun_abraham_is_feols(gaps: bool, weights: str | None, cluster: str) -> None:
    """The average after the beginning weighs cells by their (weighted) rows."""
    d = in_variants(gaps)
    d = d[~(d["g"] <= d["year"].min())]
    est = sun_abraham(panel_of(d, weights, cluster), "y", adjust=["x1"])
    times = np.sort(d["year"].unique())
    cells = [
        (g, t)
        for g in np.sort(d["g"].dropna().unique())
        for t in times
        if t != times[times < g][-1]
    ]
    shown = [((d["g"] == g) & (d["year"] == t)).to_numpy(float) for g, t in cells]
    shown = np.column_stack(shown)
    kept = shown.any(axis=0)
    w = np.ones(len(d)) if weights is None else d[weights].to_numpy()
    after = np.array([t >= g for g, t in cells])
    share = np.where(after, w @ shown, 0.0)[kept]
    beta, covariance = feols(d, np.column_stack([shown[:, kept], d["x1"]]), weights, cluster)
    share = np.append(share / share.sum(), 0.0)
    assert est.value[0] == pytest.approx(share @ beta, rel=1e-8)
    assert est.std_error[0] == pytest.approx(np.sqrt(share @ covariance @ share), rel=1e-8)


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
