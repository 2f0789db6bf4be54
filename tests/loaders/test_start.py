"""A new study is laid out with a plan that can be read and a page in Italian."""

import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.start import lay_out_study
from nextome_eval.study.plan import read_plan


def test_a_new_study_has_a_plan_that_reads(tmp_path):
    folder = lay_out_study("prova-2026", tmp_path)
    plan = read_plan(folder / "plan.toml")
    assert plan.study == "prova-2026"
    assert not plan.made_up
    assert "nextome key new prova-2026" in (folder / "LEGGIMI.md").read_text("utf-8")
    assert (folder / "codebooks").is_dir()
    assert not list(folder.glob("*key*"))


def test_a_study_is_never_laid_over_another(tmp_path):
    lay_out_study("uno", tmp_path)
    with pytest.raises(DataProblem) as found:
        lay_out_study("uno", tmp_path)
    assert found.value.code == "study_exists"


@pytest.mark.parametrize("name", ["../fuori", "Con Spazi", "", "a/b", ".nascosto"])
def test_a_name_that_cannot_be_a_folders(tmp_path, name):
    with pytest.raises(DataProblem) as found:
        lay_out_study(name, tmp_path)
    assert found.value.code == "study_name"
