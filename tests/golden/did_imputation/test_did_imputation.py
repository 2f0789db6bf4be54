"""Imputation of mpdta: STATISTICS.md's value (R didimputation); errors as PyPI diff-diff prints."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.models.did.event_study import event_study
from nextome_eval.models.did.group_time import group_time
from nextome_eval.models.did.imputation import imputation
from nextome_eval.study.panel import Panel


def counties() -> Panel:
    d = pd.read_csv(refdata("mpdta.csv"))
    return Panel.from_frame(d, unit="countyreal", time="year", begins="first.treat")


def test_mpdta() -> None:
    est = imputation(counties(), "lemp")
    assert est.value[0] == pytest.approx(-0.04770991827845813, rel=1e-8)
    assert est.std_error[0] == pytest.approx(0.013222488650016451, rel=1e-8)
    assert est.terms["exposure"].tolist()[1:] == [0, 1, 2, 3]
    by_exposure = [-0.03106692719194, -0.05223485674787, -0.13607811443999, -0.10470747157562]
    np.testing.assert_allclose(est.value[1:], by_exposure, rtol=1e-8)
    errors = [0.01357724974618, 0.01881242682276, 0.03534197213337, 0.03376585335779]
    np.testing.assert_allclose(est.std_error[1:], errors, rtol=1e-8)


def test_event_study_is_the_dynamic_average_from_a_universal_base() -> None:
    est = event_study(counties(), "lemp")
    assert est.terms["exposure"].tolist() == [-4, -3, -2, -1, 0, 1, 2, 3]
    assert est.value[3] == 0
    cells = group_time(counties(), "lemp", base_period="universal")
    first = cells.where(cohort=2004, time=2007)
    assert est.value[-1] == pytest.approx(first.value[0])


@pytest.mark.parametrize("cluster", ["id", "group"])
@pytest.mark.parametrize("weights", [None, "by_unit", "by_row"])
@pytest.mark.parametrize("gaps", [False, True])
def test_equations_6_and_8_with_every_effect_as_a_column(
    gaps: bool, weights: str | None, cluster: str
) -> None:
    """Borusyak, Jaravel and Spiess's weights and conservative variance from the whole design.

    R didimputation leaves never-treated clusters out of that sum and squares the weights in the
    design, so it is not asked.
    """
    d = pd.read_csv(refdata("base_stagg.csv"))
    d["g"] = d["year_treated"].where(d["year_treated"] <= 10)
    d = d[~(d["g"] <= d["year"].min())].assign(group=d["id"] % 17)
    d["by_unit"] = 1.5 + np.sin(d["id"])
    d["by_row"] = 1.5 + np.sin(d["id"] + d["year"])
    if gaps:
        d = d[(3 * d["id"] + d["year"]) % 5 != 0]
    d = d[d["id"].isin(d.loc[~(d["year"] >= d["g"]), "id"])]
    named = None if cluster == "id" else cluster
    est = imputation(
        Panel.from_frame(d, unit="id", time="year", begins="g", weights=weights, cluster=named),
        "y",
        adjust=["x1"],
    )
    treated = (d["year"] >= d["g"]).to_numpy()
    w = np.ones(len(d)) if weights is None else d[weights].to_numpy()
    effects = [pd.get_dummies(d[c]).to_numpy(float) for c in ("id", "year")]
    z = np.column_stack([effects[0], effects[1][:, 1:], d["x1"]])
    y, free = d["y"].to_numpy(), ~treated
    inverse = np.linalg.inv((z[free] * w[free][:, None]).T @ z[free])
    rest = y - z @ (inverse @ (z[free].T @ (w[free] * y[free])))
    cell = d.groupby(["g", "year"], dropna=False).ngroup().to_numpy()
    exposure = (d["year"] - d["g"]).to_numpy()
    shown = np.unique(exposure[treated])
    for row, pick in enumerate([treated, *(treated & (exposure == e) for e in shown)]):
        share = np.where(pick, w, 0.0) / w[pick].sum()
        v = np.where(treated, share, -w * (z @ (inverse @ (z.T @ share))))
        square = np.where(treated, v**2, 0.0)
        total = np.bincount(cell, square)
        mean = np.bincount(cell, square * rest) / np.where(total > 0, total, 1.0)
        scores = pd.Series(v * (rest - np.where(treated, mean[cell], 0.0)))
        error = np.sqrt((scores.groupby(d[cluster].to_numpy()).sum() ** 2).sum())
        assert est.value[row] == pytest.approx(share @ rest, rel=1e-8)
        assert est.std_error[row] == pytest.approx(error, rel=1e-8, abs=1e-12, nan_ok=False)
