"""Wrong answers of well-known tools (STATISTICS.md section 3), not given here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.models.survival import cox, cox_curve, cox_residuals, kaplan_meier
from nextome_eval.study.durations import Durations

TEST2 = pd.DataFrame(
    {
        "start": [1, 2, 5, 2, 1, 7, 3, 4, 8, 8],
        "stop": [2, 3, 6, 7, 8, 9, 9, 9, 14, 17],
        "event": [1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
        "x": [1, 0, 0, 1, 0, 1, 1, 1, 0, 0],
    }
)


def late(**roles: str) -> Durations:
    return Durations.from_frame(TEST2, time="stop", event="event", entry="start", **roles)


@pytest.mark.parametrize(
    ("ties", "right"), [("breslow", -0.0845260806613), ("efron", -0.0211052095802)]
)
def test_entry_at_an_event_is_not_yet_at_risk(ties: str, right: float) -> None:
    beta = cox(late(), ["x"], ties=ties).value[0]
    assert beta == pytest.approx(right, abs=1e-12)
    assert abs(beta - -0.0611) > 0.01  # statsmodels PHReg(entry=)


def test_martingale_residuals_sum_to_zero() -> None:
    total = cox_residuals(cox(late(), ["x"]))["martingale"].sum()
    assert total == pytest.approx(0, abs=1e-12)  # statsmodels: 3.27


def test_baseline_hazard_with_entry() -> None:
    first = cox_curve(cox(late(), ["x"]), hazard=True).value[0]
    assert first == pytest.approx(0.505276, abs=5e-7)  # lifelines: 0.0999


def test_robust_variance_with_entry() -> None:
    own = TEST2.assign(row=np.arange(10))
    spells = Durations.from_frame(own, time="stop", event="event", entry="start")
    est = cox(spells, ["x"], robust="row")
    assert est.std_error[0] == pytest.approx(0.538948, abs=5e-7)  # lifelines: 0.7038


def test_weights_that_are_counts_are_people() -> None:
    once = pd.DataFrame({"time": [1, 2, 3, 4], "event": [1, 1, 0, 1], "w": [2, 3, 1, 4]})
    each = once.loc[once.index.repeat(once["w"])]
    weighted = kaplan_meier(Durations.from_frame(once, time="time", event="event", weights="w"))
    counted = kaplan_meier(
        Durations.from_frame(each.reset_index(drop=True), time="time", event="event")
    )
    np.testing.assert_allclose(weighted.std_error, counted.std_error, rtol=1e-12)
