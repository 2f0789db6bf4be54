"""Bands over a whole curve: published critical values, exact ends, and km.ci's limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freireich import remissions
from refdata import refdata

from nextome_eval.errors import DesignProblem
from nextome_eval.models.survival import curve_band, kaplan_meier, nelson_aalen
from nextome_eval.numerics.simultaneous_bands import (
    critical_value,
    equal_precision_chance,
    hall_wellner_chance,
)
from nextome_eval.study.durations import Durations

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "bands.json").read_text())


def test_the_whole_bridge_is_kolmogorovs() -> None:
    for c in (0.8, 1.3580986, 1.6):
        k = np.arange(1, 50)
        kolmogorov = 1 + 2 * ((-1.0) ** k * np.exp(-2 * k**2 * c**2)).sum()
        assert hall_wellner_chance(c, 0, 1) == pytest.approx(kolmogorov, rel=1e-10)
        assert hall_wellner_chance(c, 0, 1 - 1e-9) == pytest.approx(kolmogorov, rel=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "printed"),
    [(0, 0.1, 0.6825), (0, 0.2, 0.9269), (0.1, 0.2, 0.9247), (0, 0.6, 1.3211)],
)
def test_hall_and_wellners_table(a: float, b: float, printed: float) -> None:
    """Printed to four digits."""
    assert critical_value("hall-wellner", 0.95, a, b) == pytest.approx(printed, abs=1.1e-4)


@pytest.mark.parametrize(
    ("a", "b", "printed"), [(0.02, 0.1, 2.75), (0.02, 0.6, 3.0468), (0.1, 0.2, 2.5602)]
)
def test_nairs_table(a: float, b: float, printed: float) -> None:
    """Nair's values solve Miller and Siegmund's tail formula, 0.4 % from the exact ones here."""
    c = printed
    phi = np.exp(-c * c / 2) / np.sqrt(2 * np.pi)
    tail = 4 * phi / c + phi * (c - 1 / c) * np.log(b * (1 - a) / (a * (1 - b)))
    assert tail == pytest.approx(0.05, abs=1e-4)
    assert critical_value("equal-precision", 0.95, a, b) == pytest.approx(printed, rel=4e-3)


def test_a_short_stretch_is_nearly_one_point() -> None:
    """The cosines converge slowly where time does not smooth: no closer than 2e-3 here."""
    c = 1.959963984540054
    assert equal_precision_chance(c, 0.3, 0.3001) == pytest.approx(0.95, abs=5e-3)


@pytest.mark.parametrize("case", CASES)
def test_limits_are_km_cis(case: str) -> None:
    """km.ci interpolates in the tables, so its limits are met to 0.004."""
    kind, shape = case.split()
    df = pd.read_csv(refdata("lung.csv")).assign(dead=lambda d: d["status"] == 2)
    curve = kaplan_meier(Durations.from_frame(df, time="time", event="dead"))
    est = curve_band(curve, kind, begin=60, end=700, shape=shape)
    low, high = est.interval()
    r = pd.DataFrame(CASES[case]).drop_duplicates("time").set_index("time")
    at = est.terms["time"]
    at = at[at.isin(r.index)]
    k = len(at)
    np.testing.assert_allclose(low[:k], r.loc[at, "low"].clip(0, 1), atol=4e-3)
    np.testing.assert_allclose(high[:k], r.loc[at, "high"].clip(0, 1), atol=4e-3)
    inner_low, inner_high = curve._rows(np.flatnonzero(curve.terms["time"].isin(at))).interval()
    if case == "equal-precision log-log":
        assert (low[:k] <= inner_low).all()
        assert (high[:k] >= inner_high).all()


def test_two_curves_and_refusals() -> None:
    est = curve_band(kaplan_meier(remissions(), by="arm"), end=12)
    assert set(est.terms["strata"]) == {"placebo", "6-MP"}
    assert est.terms["time"].max() <= 12
    wide, narrow = est.interval(0.99), est.interval(0.9)
    assert (wide[0] < narrow[0]).all()
    with pytest.raises(DesignProblem):
        curve_band(nelson_aalen(remissions()))
    with pytest.raises(DesignProblem):
        curve_band(kaplan_meier(remissions()), "guess")
