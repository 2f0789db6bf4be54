"""Every sentence a person reads, Italian and English side by side."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["problem_codes", "problem_text", "words"]


@cache
def problem_codes() -> dict[str, dict[str, str]]:
    """Return every problem's code with its sentence in each language."""
    codes: dict[str, dict[str, str]] = {}
    for page in _pages("problems"):
        twice = codes.keys() & page.keys()
        if twice:
            raise KeyError(f"problem codes stand in two files: {sorted(twice)}")
        codes |= page
    return codes


def problem_text(code: str, language: str) -> str:
    """Return the sentence of one problem, with places for its values."""
    return problem_codes()[code][language]


@cache
def words(page: str) -> dict[str, Any]:
    """Return one page of words, ``nextome_eval/words/<page>.toml``, as it stands."""
    return tomllib.loads(files(__name__).joinpath(f"{page}.toml").read_text("utf-8"))


def _pages(folder: str) -> list[dict[str, Any]]:
    found = sorted(files(__name__).joinpath(folder).iterdir(), key=lambda path: path.name)
    return [tomllib.loads(p.read_text("utf-8")) for p in found if p.name.endswith(".toml")]
