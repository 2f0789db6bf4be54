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
# Codes that birthplaces keep in tax codes given earlier: a country's own former one, and those of
# the Soviet Union, Yugoslavia, Serbia and Montenegro, Czechoslovakia, Ethiopia, Sudan and others.
_EARLIER = {
    "AM": ("Z135", "Z137"), "AZ": ("Z135", "Z141"), "BY": ("Z135",), "EE": ("Z135",),
    "GE": ("Z135", "Z136"), "KG": ("Z135", "Z142"), "KZ": ("Z135", "Z152"), "LT": ("Z135",),
    "LV": ("Z135",), "MD": ("Z135",), "RU": ("Z135",), "TJ": ("Z135", "Z147"), "UA": ("Z135",),
    "TM": ("Z135", "Z151"), "UZ": ("Z135", "Z143"), "BA": ("Z118",), "HR": ("Z118",),
    "MK": ("Z118",), "SI": ("Z118",), "RS": ("Z118", "Z157"), "ME": ("Z118", "Z157"),
    "XK": ("Z118", "Z157", "Z158"), "CZ": ("Z105",), "SK": ("Z105",), "ER": ("Z315",),
    "SS": ("Z348",), "YE": ("Z201", "Z250"), "DE": ("Z111",),
}  # fmt: skip


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


def tax_codes_of(country: str) -> frozenset[str]:
    """Return the Z codes that a tax code can give a country, by its name; of other texts none.

    Besides today's code, the one it had before and those of the states it was a part of.

    Examples
    --------
    >>> sorted(tax_codes_of("Armenia")), sorted(tax_codes_of("Padova"))
    (['Z135', 'Z137', 'Z252'], [])
    """
    plain = fold(country)
    found = [row for row in _rows() if plain in {fold(name) for name in row["names"].split("|")}]
    codes = {row["z"] for row in found} | {z for row in found for z in _EARLIER.get(row["iso"], ())}
    return frozenset(codes - {""})


@cache
def _rows() -> list[dict[str, str]]:
    source = files("nextome_eval.loaders.cells").joinpath("countries.csv").read_text("utf-8")
    return list(csv.DictReader(source.splitlines(), delimiter=";"))


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    for row in _rows():
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
