"""Days stably housed, states on a day and returns to services, counted on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_study import plan, records, stays

from nextome_eval.study.clock import participants
from nextome_eval.study.episodes import episodes
from nextome_eval.study.housing_states import returns_to_services, stable_days, states_at

OWN = {"holder": "household", "payer": "household", "ethos": 0}


def cleaned(*rows: tuple[object, ...]) -> pd.DataFrame:
    study = records(housing=stays(*rows))
    return episodes(study, participants(study, plan()))


def known(n1: float) -> np.ndarray:
    return np.array([n1, 0.5, 0.5, 0.5])


MONTHS = np.array([0.0, 6.0, 12.0])


def test_windows_end_with_the_wave() -> None:
    """Month 6 is day 183: days 1-182. Housed from 150: 33 of them, then days 183-364 whole."""
    clean = cleaned(("n1", -400, 149, "reception"), ("n1", 150, None, "ordinary_dwelling", OWN))
    np.testing.assert_allclose(stable_days(clean, MONTHS, known=known(400))[0], [0, 33, 182])


def test_homes_of_the_project_are_not_stable_and_public_housing_is() -> None:
    clean = cleaned(("n1", -400, 91, "project_flat"), ("n1", 92, 500, "public_housing", OWN))
    np.testing.assert_allclose(stable_days(clean, MONTHS, known=known(500))[0], [0, 91, 182])


def test_thirty_unknown_days_are_taken_in_proportion_and_more_are_missing() -> None:
    """Nothing is known before day 31 (or 32) of the window 1-182; all else is stable."""
    clean = cleaned(("n1", 31, None, "ordinary_dwelling", OWN))
    assert stable_days(clean, MONTHS, known=known(400))[0, 1] == pytest.approx(182)
    clean = cleaned(("n1", 32, None, "ordinary_dwelling", OWN))
    assert np.isnan(stable_days(clean, MONTHS, known=known(400))[0, :2]).all()
    half = cleaned(("n1", 31, 106, "ordinary_dwelling", OWN), ("n1", 107, None, "guest"))
    assert stable_days(half, MONTHS, known=known(400))[0, 1] == pytest.approx(76 / 152 * 182)


def test_nothing_is_known_after_the_last_day_known_about() -> None:
    clean = cleaned(("n1", -400, None, "reception"))
    np.testing.assert_array_equal(stable_days(clean, MONTHS, known=known(160))[0], [0, 0, np.nan])


def test_states_follow_the_household() -> None:
    clean = cleaned(
        ("n1", -400, 59, "reception"),
        ("n1", 60, 199, "project_flat", {"holder": "project", "ethos": 0}),
        ("n1", 200, 299, "ordinary_dwelling", OWN),
        ("n1", 300, 330, "shelter"),
        ("n1", 340, None, "ordinary_dwelling", {"holder": "other", "ethos": 0}),
    )
    states = states_at(clean, np.array([0, 2, 7, 10, 11, 12, 24]), known=known(400))
    expected = ["services", "project", "own_contract", "services", None, "dwelling", None]
    assert states[0].tolist() == expected
    assert states[1].tolist() == [None] * 7
    assert returns_to_services(clean, n=4).tolist() == [300, np.inf, np.inf, np.inf]


def test_services_before_a_home_of_one_s_own_are_no_return() -> None:
    clean = cleaned(("n1", -9, 59, "reception"), ("n1", 60, None, "ordinary_dwelling", OWN))
    assert returns_to_services(clean, n=4)[0] == np.inf
