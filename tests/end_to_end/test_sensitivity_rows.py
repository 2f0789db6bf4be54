"""T10 asks everything the plan lists, and each row is the method's own number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nextome_eval.checks.unmeasured import evalue
from nextome_eval.evaluation.primary import primary_answers
from nextome_eval.evaluation.robustness import sensitivity
from nextome_eval.evaluation.study import Study
from nextome_eval.models.survival import rmst
from nextome_eval.models.survival.censoring_weights import censoring_weights
from nextome_eval.simulate import simulate_pilot
from nextome_eval.study.plan import read_plan


@pytest.fixture(scope="module")
def study() -> Study:
    plan = replace(read_plan("data/raw/example/plan.toml"), draws=99)
    return Study(plan, simulate_pilot(seed=2))


@pytest.fixture(scope="module")
def rows(study):
    (shown,) = sensitivity(study)
    return shown.answers["rows"].rows.set_index(["term", "level"])


def test_everything_the_plan_asks_is_there_and_was_estimable(study, rows):
    assert set(rows.index.get_level_values("term")) == set(study.plan.sensitivity)
    assert rows["estimate"].notna().all()


def test_evalues_are_those_of_the_hazard_ratio(study, rows):
    ratio = next(iter(primary_answers(study).values())).ratio
    needed = evalue(ratio).iloc[0]
    assert rows.loc[("evalue", "of_estimate"), "estimate"] == needed["e_value"]
    assert rows.loc[("evalue", "of_limit"), "estimate"] == needed["e_value_limit"]
    assert np.isnan(rows.loc[("evalue", "of_limit"), "conf_low"])


def test_those_followed_stand_for_those_lost(study, rows):
    weighted = censoring_weights(study.spells(), adjust=["minors_n"])
    expected = rmst(weighted, by="arm", tau=24).where(term="difference")
    found = rows.loc[("attrition_weights", "minors_n")]
    assert found["estimate"] == pytest.approx(expected.value[0], rel=1e-12)
