"""Citizenships, from a country's name, its adjective, or any of its codes."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from nextome_eval.loaders.cells.excel import NUMBER
from nextome_eval.loaders.cells.read import BLANK, Read, fold, no, tidy

__all__ = ["EU", "read_citizenship"]

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


def read_citizenship(text: str) -> Read:
    """Read a citizenship as its ISO 3166 two letters.

    Parameters
    ----------
    text : str
        A country's Italian or English name, its adjective in either gender and number, its
        ISO code of two letters, ISTAT's three digits or the Z code of tax codes.

    Returns
    -------
    Read
        With two letters ("XX" for stateless people), or the rule `unknown_citizenship`.

    Examples
    --------
    >>> [read_citizenship(t).value for t in ("marocchina", "436", "Z330", "MA", "Marocco")]
    ['MA', 'MA', 'MA', 'MA', 'MA']
    """
    if not tidy(text):
        return BLANK
    code = _words().get(fold(text.removeprefix(NUMBER)))
    return Read(code) if code else no("unknown_citizenship")


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    source = files("nextome_eval.loaders.cells").joinpath("countries.csv").read_text("utf-8")
    for row in csv.DictReader(source.splitlines(), delimiter=";"):
        iso = row["iso"]
        plain = [iso, row["istat"], row["z"], *row["names"].split("|")]
        plain += [form for word in row["adjectives"].split("|") for form in _forms(word)]
        for word in plain:
            if word:
                words.setdefault(fold(word), iso)
    return words


def _forms(adjective: str) -> list[str]:
    """Return an adjective in both genders and numbers: -o -a -i -e, -e -i, and the irregular."""
    stem, end = adjective[:-1], adjective[-1:]
    if end == "o":
        soft = f"{stem}h" if stem[-1:] in "cg" else stem
        return [adjective, f"{stem}a", f"{stem}i", f"{soft}i", f"{soft}e"]
    return [adjective, f"{stem}i"] if end == "e" else [adjective]
