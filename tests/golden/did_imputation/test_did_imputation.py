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
