"""R's lung data and the breast cancer data with separation: the numbers of STATISTICS.md."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from refdata import refdata

from nextome_eval.checks.hazards import proportional_hazards
from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival import cox, logrank
from nextome_eval.study.durations import Durations


def lung(*needed: str) -> Durations:
    df = pd.read_csv(refdata("lung.csv")).dropna(subset=list(needed))
    df["dead"] = df["status"] == 2
    return Durations.from_frame(df, time="time", event="dead")


def test_logrank() -> None:
    assert logrank(lung(), by="sex").statistic == pytest.approx(10.32674195, rel=1e-9)
    within = logrank(lung("ph.ecog"), by="sex", strata="ph.ecog")
    assert within.statistic == pytest.approx(10.79505963, rel=1e-9)


def test_cox_clustered() -> None:
    spells = lung("inst", "ph.ecog")
    est = cox(spells, ["age", "sex", "ph.ecog"], robust="inst")
    assert spells.n == 226
    np.testing.assert_allclose(
        est.value, [0.0112321642573, -0.5565934139851, 0.4692163967661], atol=1e-12
    )
    np.testing.assert_allclose(
        est.std_error, [0.0068887270563, 0.1122866799070, 0.1176159532713], atol=1e-12
    )


def test_proportional_hazards() -> None:
    test = proportional_hazards(cox(lung("inst", "ph.ecog"), ["age", "sex", "ph.ecog"]))
    assert test.table is not None
    np.testing.assert_allclose(
        test.table["statistic"], [0.243609313, 2.475479567, 2.353045620, 4.974744382], rtol=1e-8
    )
    assert test.df == 3


def test_separation_is_told_and_firth_stays_finite() -> None:
    df = pd.read_csv(refdata("heinze_breast.csv"))
    spells = Durations.from_frame(df, time="TIME", event="CENS")
    with pytest.raises(NotEstimable, match="firth=True") as refusal:
        cox(spells, ["T", "N", "G", "CD"])
    assert refusal.value.values["terms"] == ["G"]
    est = cox(spells, ["T", "N", "G", "CD"], firth=True)
    # coxphf stopped 1.3e-8 short: the slope of the penalised likelihood is 1e-7 there, and 1e-15
    # at these values (checked with 40 digits), hence 1e-7 against its numbers.
    np.testing.assert_allclose(
        est.value, [1.2244388003, 0.9188881852, 2.4244141347, 0.3971180862], rtol=1e-7
    )
    np.testing.assert_allclose(
        est.value, [1.2244388070974, 0.9188881955193, 2.4244141440571, 0.3971180993960], rtol=1e-12
    )
    low, high = est.interval()
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()
