"""The plan: read whole, frozen by hash, refused in a sentence where it cannot be followed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nextome_eval.errors import DesignProblem
from nextome_eval.study.plan import freeze, frozen_hash, plan_hash, read_plan

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example" / "plan.toml"


def rewritten(folder: Path, *changes: tuple[str, str]) -> Path:
    text = EXAMPLE.read_text("utf-8")
    for old, new in changes:
        assert old in text, f"the example plan no longer says {old}"
        text = text.replace(old, new, 1)
    path = folder / "plan.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_plan_is_read() -> None:
    plan = read_plan(EXAMPLE)
    assert plan.primary.definition == "contract"
    assert plan.towns[0] == "028060"
    assert plan.waves == (0, 6, 12, 18, 24)
    assert plan.data_until == date(2024, 12, 31)
    assert plan.outcome("who5").family == "wellbeing"
    assert plan.label("pilot", "it") == "Sperimentale"
    with pytest.raises(DesignProblem, match='does not hold the outcome "gse"'):
        plan.outcome("gse")


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('id = "who5"', 'id = "who6"', "outcome_unknown", '"who6" is not known. Known outcomes'),
        ('"contract"', '"keys"', "definition_unknown", "dwelling, contract, unsupported"),
        ('definition = "contract"\n', "", "definition_unknown", 'no definition "-"'),
        ('"028001", "028016"', '"028001", "028001"', "plan_town_twice", "twice: Abano Terme"),
        ('"028016"', '"028999"', "plan_town_unknown", "028999"),
        ("threshold = 5", "threshold = 2", "threshold_below_floor", "below the floor of 3"),
        ("threshold = 5", "threshold = 3.5", "threshold_below_floor", "Use 3 or more"),
        ("tau_months = 24", "tau_months = 30", "plan_tau", "follow-up of 24 months. Shorten"),
        ("tau_months = 24", "tau_months = 0", "plan_tau", "tau_months = 0"),
        ("[6, 12, 18, 24]\nlevel", "[6, 36]\nlevel", "plan_months", "planned months 36"),
        ("level = 0.95", "level = 95", "plan_level", "level = 0.95"),
        ("draws = 9999", "draws = 0", "plan_draws", "at least 1"),
        ("treatment_begins = 6", "treatment_begins = 0", "plan_begins", "month 0"),
        ("months = [0, 6", "months = [6, 0", "plan_waves", "in order"),
        ('treated = "pilot"', 'treated = "control"', "plan_arms", "control, control"),
        ('level = "household"', 'level = "family"', "plan_assignment", "household, municipality"),
        ("primary = true\n", "", "plan_one_primary", "exactly one primary"),
        ('id = "who5"', 'id = "employed"', "plan_outcome_twice", "twice: employed"),
        ('"evalue"]', '"magic"]', "plan_sensitivity", "not known: magic"),
        ("seed = 20200220\n", "", "plan_incomplete", "analysis.seed"),
        ("[clock]", "[watch]", "plan_incomplete", "clock.zero"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(
    tmp_path: Path, old: str, new: str, code: str, words: str
) -> None:
    with pytest.raises(DesignProblem, match=words) as refusal:
        read_plan(rewritten(tmp_path, (old, new)))
    assert refusal.value.code == code
    assert refusal.value.text("it") != str(refusal.value)


def test_a_plan_that_is_missing_or_not_toml_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(DesignProblem, match=r"no plan at .*nowhere.toml"):
        read_plan(tmp_path / "nowhere.toml")
    (tmp_path / "plan.toml").write_text("study = example", "utf-8")
    with pytest.raises(DesignProblem, match=r"cannot be read as TOML: .*line 1"):
        read_plan(tmp_path / "plan.toml")
    (tmp_path / "plan.toml").write_bytes("title = 'età'".encode("cp1252"))
    with pytest.raises(DesignProblem, match="cannot be read as TOML"):
        read_plan(tmp_path / "plan.toml")


def test_a_plan_is_frozen_once_and_its_changes_show(tmp_path: Path) -> None:
    plan = read_plan(rewritten(tmp_path))
    assert frozen_hash(plan) is None
    freeze(plan, date(2026, 1, 2))
    assert frozen_hash(plan) == (plan_hash(plan), date(2026, 1, 2))
    with pytest.raises(DesignProblem, match="frozen already"):
        freeze(plan, date(2026, 1, 3))
    changed = read_plan(rewritten(tmp_path, ("seed = 20200220", "seed = 1")))
    held = frozen_hash(changed)
    assert held is not None
    assert held[0] != plan_hash(changed)
