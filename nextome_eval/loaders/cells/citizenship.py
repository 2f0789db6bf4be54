"""Citizenships, from a country's name, its adjective, or any of its codes."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from nextome_eval.loaders.cells.excel import NUMBER
from nextome_eval.loaders.cells.read import BLANK, Read, fold, no, tidy

__all__ = ["read_citizenship"]

_BEFORE = re.compile(
    r"(?i)(?:di )?(?:cittadinanza|cittadin[oaie]|nazionalit(?:à|a'?))\b:?"
    r"(?: (?:del|della|dello|dei|degli|delle|di)\b| dell['’])? ?(?=\w)"
)
_BETWEEN = re.compile(r" ?[-–/(),;:] ?|(?<=\d) (?=[^\W\d])")
_SHARED = frozenset({"na"})


def read_citizenship(text: str) -> Read:
    """Read a citizenship as its ISO 3166 two letters.

    Parameters
    ----------
    text : str
        A country's Italian or English name, its adjective in either gender and number, its
        ISO code of two or three letters, ISTAT's three digits or the Z code of tax codes; or
        several of these that agree ("Marocchina (436)"), perhaps after "cittadina".

    Returns
    -------
    Read
        With two letters ("XX" for stateless people), or the rule `unknown_citizenship`. Names
        that several countries share ("congolese", "Corea", "Jugoslavia") are refused, and so is
        "NA", which is Namibia's code and everyone's word for missing.

    Examples
    --------
    >>> [read_citizenship(t).value for t in ("marocchina", "436", "Z330", "MA", "Marocco")]
    ['MA', 'MA', 'MA', 'MA', 'MA']
    >>> read_citizenship("marocchina / italiana").rule
    'unknown_citizenship'
    """
    if not tidy(text):
        return BLANK
    plain = _BEFORE.sub("", tidy(text.removeprefix(NUMBER)))
    code = _words().get(fold(plain)) or _agreed(plain)
    return Read(code) if code else no("unknown_citizenship")


def _agreed(text: str) -> str | None:
    """Return the country that all parts of a text name, if they name one."""
    parts = [fold(part) for part in _BETWEEN.split(text) if fold(part)]
    codes = {_words().get(part) for part in parts}
    return codes.pop() if len(codes) == 1 else None


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    source = files("nextome_eval.loaders.cells").joinpath("countries.csv").read_text("utf-8")
    for row in csv.DictReader(source.splitlines(), delimiter=";"):
        iso = row["iso"]
        plain = [iso, row["iso3"], row["istat"], row["z"], *row["names"].split("|")]
        plain += [form for word in row["adjectives"].split("|") for form in _forms(word)]
        for word in plain:
            if word and fold(word) not in _SHARED:
                words.setdefault(fold(word), iso)
    return words


def _forms(adjective: str) -> list[str]:
    """Return an adjective in both genders and numbers: -o -a -i -e, -e -i, -a -i -e."""
    stem, end = adjective[:-1], adjective[-1:]
    if end in "oa" and stem:
        soft = f"{stem}h" if stem[-1:] in "cg" else stem
        return [adjective, f"{stem}a", f"{stem}i", f"{soft}i", f"{soft}e"]
    return [adjective, f"{stem}i"] if end == "e" else [adjective]
