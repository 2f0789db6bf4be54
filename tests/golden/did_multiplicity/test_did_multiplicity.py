"""Families of outcomes: Romano-Wolf beside multtest's step-down maxT, Holm beside R's p.adjust."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne

R = json.loads(Path(__file__).with_name("multiplicity.json").read_text())
NAMES = list("abcd")


def door() -> ne.Panel:
    changes = np.array(R["changes"])
    df = pd.DataFrame(changes.T, columns=NAMES)
    df = df.assign(id=range(10), arm=np.where(np.array(R["arm"]) == 1, "pilot", "control"))
    before = df.assign(t=0, **dict.fromkeys(NAMES, 0.0))
    both = pd.concat([before, df.assign(t=6)])
    return ne.Panel.from_frame(both, unit="id", time="t", arm="arm")


def effect(name: str) -> Callable[[ne.Panel], ne.Estimates]:
    return lambda panel: ne.did(panel, name)


def test_step_down_over_all_dealings() -> None:
    """With arms of one size Welch's t and ours rank dealings alike: counts of 252 agree."""
    family = ne.romano_wolf({name: effect(name) for name in NAMES}, door())
    assert [test.denominator for test in family.values()] == [252] * 4
    assert [test.p_value for test in family.values()] == pytest.approx(R["adjusted"], rel=1e-12)
    alone = [ne.permute(effect(name), door()).p_value for name in NAMES]
    assert alone == pytest.approx(R["raw"], rel=1e-12)
    np.testing.assert_allclose(ne.holm(alone), R["holm"], rtol=1e-12)


def test_step_down_within_towns_by_brute_force() -> None:
    """All 6 x 6 dealings within two towns, statistics and steps written out."""
    rng = np.random.default_rng(8)
    df = pd.DataFrame({"id": range(8), "arm": ["pilot", "control"] * 4, "town": list("xxxxyyyy")})
    values = {name: rng.normal(size=8) + (0.5 + j) * (df["arm"] == "pilot") for j, name in
              enumerate(NAMES)}  # fmt: skip
    both = pd.concat([df.assign(t=0, **dict.fromkeys(NAMES, 0.0)), df.assign(t=6, **values)])
    panel = ne.Panel.from_frame(both, unit="id", time="t", arm="arm", strata="town")
    town = (df["town"] == "y").to_numpy().astype(float)

    def statistic(y: np.ndarray, arm: np.ndarray) -> float:
        x = np.column_stack([arm, 1 - town, town])
        inverse = np.linalg.inv(x.T @ x)
        b = inverse @ x.T @ y
        meat = (x * (y - x @ b)[:, None]) @ inverse
        return float(b[0] / np.sqrt((meat[:, 0] ** 2).sum()))

    dealings = []
    for one in combinations(range(4), 2):
        for other in combinations(range(4, 8), 2):
            dealt = np.zeros(8)
            dealt[[*one, *other]] = 1
            dealings.append(dealt)
    columns = [values[name].to_numpy() for name in NAMES]
    observed = np.abs([statistic(y, (df["arm"] == "pilot").to_numpy() * 1.0) for y in columns])
    ranked = np.abs([[statistic(y, dealt) for dealt in dealings] for y in columns])
    order = np.argsort(-observed)
    expected, least = {}, 0
    for place, j in enumerate(order):
        largest = ranked[order[place:]].max(axis=0)
        least = max(least, int((largest >= observed[j] * (1 - 1e-9)).sum()))
        expected[NAMES[j]] = least
    family = ne.romano_wolf({name: effect(name) for name in NAMES}, panel, within="strata")
    assert {name: test.numerator for name, test in family.items()} == expected
    assert {test.denominator for test in family.values()} == {36}


@pytest.mark.parametrize("p", [[0.01, 0.04, 0.03, 0.005], [0.2, 0.2, 0.9], [0.5]])
def test_holm_by_hand(p: list[float]) -> None:
    order = np.argsort(p)
    steps = np.maximum.accumulate([(len(p) - i) * p[j] for i, j in enumerate(order)])
    expected = np.empty(len(p))
    expected[order] = np.minimum(steps, 1)
    np.testing.assert_allclose(ne.holm(p), expected)


@pytest.mark.parametrize("p", [[0.1, np.nan], [1.2, 0.3], [-0.1]])
def test_what_is_no_p_value_is_refused(p: list[float]) -> None:
    with pytest.raises(ne.DataProblem, match="at places") as found:
        ne.holm(p)
    assert "ai posti" in found.value.text("it")
