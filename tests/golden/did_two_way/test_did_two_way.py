"""two_way's factor is fixest's, and its estimate the one of dummies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.models.did.two_way import _panel_ols, _Rows, two_way
from nextome_eval.study.panel import Panel


def staggered() -> pd.DataFrame:
    d = pd.read_csv(refdata("base_stagg.csv"))
    return d.assign(g=d["year_treated"].where(d["year_treated"] <= 10))


def test_sunab_of_fixest() -> None:
    """The factor that `two_way` uses, on cohort by event-time columns and x1: fixest's ATT."""
    d = staggered()
    cells = d.loc[d["g"].notna(), ["g", "year"]].drop_duplicates().sort_values(["g", "year"])
    after, names = [], []
    for g, t in cells.itertuples(index=False):
        if t != g - 1:
            name = f"g{g:g}t{t}"
            d[name] = ((d["g"] == g) & (d["year"] == t)).astype(float)
            names.append(name)
            after += [name] if t >= g else []
    panel = Panel.from_frame(d, unit="id", time="year", begins="g")
    cut = _Rows.of(panel, "y", ["x1"])
    frame = panel.frame
    columns = frame[["y", *names, "x1"]].to_numpy(float)
    fitted = _panel_ols(replace(cut, columns=columns))
    keys = ["treated", *(f"x{j}" for j in range(len(names)))]
    share = np.array([frame[name].sum() if name in after else 0.0 for name in [*names, "x1"]])
    share /= share.sum()
    att = fitted.params[keys].to_numpy() @ share
    error = np.sqrt(share @ fitted.cov.loc[keys, keys].to_numpy() @ share)
    assert att == pytest.approx(-1.13374944877203, rel=1e-8)
    assert error == pytest.approx(0.20507049376152, rel=1e-8)


def test_equals_least_squares_on_dummies() -> None:
    d = staggered()
    est = two_way(Panel.from_frame(d, unit="id", time="year", begins="g"), "y", adjust=["x1"])
    dummies = [pd.get_dummies(d[c]).to_numpy(float) for c in ("id", "year")]
    treated = (d["year"] >= d["g"]).to_numpy(float)
    x = np.column_stack([treated, d["x1"], dummies[0], dummies[1][:, 1:]])
    beta = np.linalg.lstsq(x, d["y"].to_numpy(), rcond=None)[0]
    np.testing.assert_allclose(est.value, beta[:2], rtol=1e-8)
    rows, groups, k = 950, 95, 12
    factor = groups / (groups - 1) * (rows - 1) / (rows - k)
    plain = est.clustered_influence.T @ est.clustered_influence
    np.testing.assert_allclose(est.covariance, factor * plain, rtol=1e-8)
