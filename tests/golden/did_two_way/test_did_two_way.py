"""two_way's factor is fixest's, and its estimate the one of dummies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

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
