"""The plan as a document: every choice is in it, in both languages, with the plan's hash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nextome_eval.evaluation.plan_document import plan_document
from nextome_eval.study.plan import plan_hash, read_plan
from nextome_eval.study.plan_checks import SENSITIVITY


@pytest.fixture(scope="module")
def plan():
    return read_plan("data/raw/example/plan.toml")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("it", ("Padova, Abano Terme", "0, 6, 12, 18, 24", "[primario]", "[esplorativo]", "IND-2")),
        ("en", ("Padova, Abano Terme", "0, 6, 12, 18, 24", "[primary]", "[exploratory]", "IND-2")),
    ],
)
def test_every_choice_is_in_it(plan, language, told):
    page = plan_document(plan, language)
    listed = page.split("\n- ")
    for text in (*told, plan_hash(plan), str(plan.seed), plan.text["question"][language]):
        assert text in page
    assert len(listed) - 1 == len(plan.outcomes) + len(plan.sensitivity) + 1
    assert plan.text["deviations"][0]["why"][language] in page


def test_the_two_languages_say_the_same_things(plan):
    heads = [
        sum(line.startswith("#") for line in plan_document(plan, language).splitlines())
        for language in ("it", "en")
    ]
    assert heads[0] == heads[1] == 14


def test_a_plan_changed_after_freezing_says_both_hashes(plan, tmp_path):
    changed = replace(plan, text={**plan.text, "study": "altro"})
    page = plan_document(changed, "it")
    assert plan_hash(changed) in page
    assert plan_hash(plan) in page
    assert "non ancora congelato" in plan_document(replace(plan, folder=tmp_path), "it")


def test_every_sensitivity_analysis_has_its_words(plan):
    page = plan_document(replace(plan, sensitivity=SENSITIVITY), "it")
    assert page.count("\n- ") == len(plan.outcomes) + len(SENSITIVITY) + 1


def test_adjusters_are_named(plan):
    first = replace(plan.outcomes[1], adjust=("minors_n",))
    page = plan_document(replace(plan, outcomes=(plan.outcomes[0], first)), "en")
    assert "[adjusted for Children under 18]" in page
