"""Each pointer from the code to METHODS.md leads to a card, and each card is whole."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import nextome_eval

ROOT = Path(__file__).resolve().parents[2]
CARDS = ROOT / "METHODS.md"
PARTS = (
    "estimand", "needs", "computes", "standard error", "not handled", "golden", "read",
)  # fmt: skip
POINTER = re.compile(r"^ *See METHODS\.md: (.+?)\.?$", re.MULTILINE)


def cards() -> dict[str, str]:
    """Each card's heading with its text."""
    pieces = re.split(r"^## +(.+)$", CARDS.read_text(), flags=re.MULTILINE)
    return dict(zip((head.strip() for head in pieces[1::2]), pieces[2::2], strict=True))


def pointers() -> list[tuple[str, str]]:
    """Where the code points to a card, and to which."""
    return [
        (path.relative_to(ROOT).as_posix(), card)
        for path in sorted((ROOT / "nextome_eval").rglob("*.py"))
        for card in POINTER.findall(path.read_text())
    ]


def test_every_pointer_leads_to_a_card() -> None:
    known = cards()
    assert [f"{where}: {card}" for where, card in pointers() if card not in known] == []


def test_every_card_is_whole() -> None:
    lacking = {
        head: missing
        for head, text in cards().items()
        if (missing := [part for part in PARTS if f"- {part}:" not in text])
    }
    assert lacking == {}


def test_every_card_is_pointed_to() -> None:
    assert sorted(cards().keys() - {card for _, card in pointers()}) == []


@pytest.mark.parametrize("name", nextome_eval.__all__)
def test_a_method_points_to_its_card(name: str) -> None:
    public = getattr(nextome_eval, name)
    if inspect.isfunction(public) and public.__module__.startswith("nextome_eval.models"):
        assert POINTER.search(inspect.getdoc(public) or ""), "no line `See METHODS.md: ...`"
