"""The two pages on starting a study name commands that exist, and say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from nextome_eval.cli.commands import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"getting_started.md": "mystudy", "per_iniziare.md": "mio"}


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text("utf-8"), flags=re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def kinds(page: str) -> list[tuple[str, ...]]:
    return [tuple(word for word in line.split() if word.isalpha())[:2] for line in commands(page)]


@pytest.mark.parametrize("page", PAGES)
def test_each_command_is_there(page: str) -> None:
    for line in commands(page):
        name, *words = line.split()
        if name == "make":
            assert words[0] in ("data", "report")
            continue
        here = get_command(app)
        while words and words[0] in getattr(here, "commands", {}):
            here = here.commands[words.pop(0)]
        assert not hasattr(here, "commands"), line


def test_both_pages_walk_the_same_way() -> None:
    mine = [
        [w.replace("mystudy", "S").replace("mio", "S") for w in k]
        for k in kinds("getting_started.md")
    ]
    theirs = [[w.replace("mio", "S") for w in k] for k in kinds("per_iniziare.md")]
    assert mine == theirs


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for name in re.findall(r"\]\(([\w./]+)\)", text):
        assert (DOCS / name).exists(), name
    for name in re.findall(r"`(notebooks/\w+|data/raw/example[\w./]*)`", text):
        assert (DOCS.parent / name).exists() or (DOCS.parent / f"{name}.ipynb").exists(), name
