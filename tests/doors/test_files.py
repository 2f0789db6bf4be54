"""Each file answers one question: short, named for it, with a sentence on its door."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in ("nextome_eval", "tests", "scripts", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
NAMELESS = {"utils", "util", "core", "common", "helpers", "helper", "base", "manager", "misc"}
LONGEST = 300


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_too_long_for_one_question() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    parts = {part for path in FILES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & NAMELESS == set()


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.is_relative_to(ROOT / "nextome_eval")], ids=name_of
)
def test_a_module_has_one_sentence_on_its_door(path: Path) -> None:
    sentence = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert sentence, "no docstring"
    assert sentence.rstrip()[-1] in ".?", "the sentence does not end"
    assert "\n\n" not in sentence, "more than one paragraph"
    ends = re.findall(r"(?<!et al)(?<!e\.g)(?<!i\.e)(?<!v)\. +[A-Z]", sentence)
    assert ends == [], "more than one sentence"


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
