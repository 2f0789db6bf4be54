"""Every sensitivity analysis that a plan may ask for is computed and named in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import nextome_eval as ne
from nextome_eval.evaluation.robustness import sensitivity
from nextome_eval.evaluation.study import Study
from nextome_eval.models.survival.censoring_weights import censoring_weights
from nextome_eval.study.plan_checks import SENSITIVITY
from nextome_eval.words import words


@pytest.fixture(scope="module")
def study() -> Study:
    plan = ne.read_plan("data/raw/example/plan.toml")
    plan = replace(plan, sensitivity=tuple(SENSITIVITY))
    return Study(plan, ne.simulate_pilot(seed=1))


def test_each_name_has_its_rows_and_its_words(study: Study) -> None:
    rows = sensitivity(study)[0].answers["rows"].rows
    assert set(rows["term"]) == set(SENSITIVITY)
    assert np.isfinite(rows["estimate"].astype(float)).all()
    named = words("study")["sensitivity"]
    for name in SENSITIVITY:
        assert named[name]["it"] != named[name]["en"]


def test_weights_for_the_lost_are_those_of_the_durations(study: Study) -> None:
    rows = sensitivity(study)[0].answers["rows"].rows.set_index("term")
    spells = study.spells()
    weighted = censoring_weights(spells, adjust=["minors_n"])
    est = ne.rmst(weighted, by="arm", tau=study.plan.tau).where(term="difference")
    row = rows.loc["attrition_weights"]
    assert row["estimate"] == pytest.approx(est.value[0])
    assert row["conf_low"] == pytest.approx(est.interval(0.95)[0][0])
    plain = ne.rmst(spells, by="arm", tau=study.plan.tau).where(term="difference")
    assert row["estimate"] != pytest.approx(plain.value[0], rel=1e-6)
