"""Every refusal has its sentence in both languages, with a value for each place in it."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "nextome_eval"
PAGES = sorted((PACKAGE / "words" / "problems").glob("*.toml"))
RAISED = {"DataProblem", "DesignProblem", "NotEstimable"}


def sentences() -> dict[str, dict[str, str]]:
    return {code: said for page in PAGES for code, said in tomllib.loads(page.read_text()).items()}


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def refusals() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where a refusal is made, its code, the values it names (None where they come as **)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or called(node) not in RAISED:
                continue
            where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
            names = {keyword.arg for keyword in node.keywords}
            values = None if None in names else {name for name in names if name}
            for code in codes_of(node):
                yield where, code, values


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def codes_of(node: ast.Call) -> list[str]:
    """The literal codes of a call: one, or the two of a conditional; none where it is passed on."""
    first = node.args[0] if node.args else None
    choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [one.value for one in choices if isinstance(one, ast.Constant)]


def literals() -> set[str]:
    return {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_a_code_stands_in_one_file_only() -> None:
    counts = Counter(code for page in PAGES for code in tomllib.loads(page.read_text()))
    assert [code for code, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_both_languages_say_the_same_things(page: Path) -> None:
    for code, said in tomllib.loads(page.read_text()).items():
        assert set(said) == {"en", "it"}, code
        assert places(said["en"]) == places(said["it"]), code
        assert "" not in places(said["en"]), f"{code}: places have names"
        assert all(text.strip() for text in said.values()), code


def test_every_refusal_has_its_sentence() -> None:
    known = sentences()
    assert [f"{where}: {code}" for where, code, _ in refusals() if code not in known] == []


def test_every_refusal_brings_the_values_its_sentence_names() -> None:
    known = sentences()
    short = [
        f"{where}: {code} lacks {sorted(places(known[code]['en']) - values)}"
        for where, code, values in refusals()
        if code in known and values is not None and places(known[code]["en"]) - values
    ]
    assert short == []


def test_no_sentence_waits_for_a_refusal_that_is_gone() -> None:
    assert sorted(sentences().keys() - literals()) == []
