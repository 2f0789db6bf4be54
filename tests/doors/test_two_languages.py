"""Whatever a person reads in one language stands in the other, with the same places."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

WORDS = Path(__file__).resolve().parents[2] / "nextome_eval" / "words"
PAGES = sorted(WORDS.rglob("*.toml"))
LANGUAGES = {"en", "it"}


def entries(table: dict[str, object], where: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Each entry that speaks a language, with its path in the page."""
    if table.keys() & LANGUAGES:
        yield where, table
    for name, inner in table.items():
        if isinstance(inner, dict):
            yield from entries(inner, f"{where}.{name}".lstrip("."))


def places(sentence: object) -> set[str]:
    """The named places of a sentence or of a list of them; `what_it` is `what` in Italian."""
    if isinstance(sentence, list):
        return set().union(*map(places, sentence)) if sentence else set()
    named = (name for _, name, _, _ in Formatter().parse(str(sentence)) if name is not None)
    return {name.removesuffix("_it").removesuffix("_en") for name in named}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(WORDS).as_posix())
def test_both_languages_with_the_same_places(page: Path) -> None:
    for where, entry in entries(tomllib.loads(page.read_text("utf-8"))):
        assert entry.keys() >= LANGUAGES, where
        assert places(entry["en"]) == places(entry["it"]), where
        assert str(entry["en"]).strip(), where
        assert str(entry["it"]).strip(), where


def test_the_two_pages_of_a_pair_have_the_same_entries() -> None:
    """Where a language has a page of its own (it.toml beside en.toml), nothing is in one only."""

    def leaves(table: dict[str, object], where: str = "") -> Iterator[str]:
        for name, inner in table.items():
            if isinstance(inner, dict):
                yield from leaves(inner, f"{where}{name}.")
            else:
                yield f"{where}{name}"

    for page in WORDS.rglob("en.toml"):
        english = set(leaves(tomllib.loads(page.read_text("utf-8"))))
        italian = set(leaves(tomllib.loads(page.with_name("it.toml").read_text("utf-8"))))
        assert english == italian
