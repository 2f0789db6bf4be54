"""Each notebook is a pair that agrees, without results, and stands in both languages."""

from __future__ import annotations

import ast
import json
import runpy
from pathlib import Path

import pytest

pytest.importorskip("jupytext", reason="the notebooks group is not installed")

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
LANGUAGES = {"en_study": "it_studio", "en_library": "it_libreria"}
paired = runpy.run_path(str(ROOT / "scripts" / "pair_notebooks.py"))["paired"]


def test_the_notebooks_are_those_of_both_languages() -> None:
    names = {path.stem for path in SOURCES}
    assert names == {*LANGUAGES, *LANGUAGES.values()}
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == names


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_pair_agrees(source: Path) -> None:
    # after a change: python scripts/pair_notebooks.py notebooks
    assert source.with_suffix(".ipynb").read_text("utf-8") == paired(source)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_results_are_kept(source: Path) -> None:
    cells = json.loads(source.with_suffix(".ipynb").read_text("utf-8"))["cells"]
    assert [
        cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")
    ] == []


def asked_of_the_library(source: Path) -> list[str]:
    """The names of the front door used, in order; what only shows an answer is left out."""
    tree = ast.parse(source.read_text("utf-8"))
    names = [
        (node.lineno, node.col_offset, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ne"
    ]
    return [name for *_, name in sorted(names) if name not in ("table", "figure")]


@pytest.mark.parametrize(("english", "italian"), LANGUAGES.items())
def test_both_languages_ask_the_same(english: str, italian: str) -> None:
    first, second = (
        asked_of_the_library(ROOT / "notebooks" / f"{n}.py") for n in (english, italian)
    )
    assert first == second
