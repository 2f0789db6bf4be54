"""Waves, levels of Italian (CEFR) and housing classes (ETHOS Light)."""

from __future__ import annotations

import re

from nextome_eval.loaders.cells.excel import DATE, NUMBER, typed
from nextome_eval.loaders.cells.read import BLANK, Read, fold, no, tidy

__all__ = ["read_cefr", "read_ethos", "read_wave"]

_WAVE = re.compile(
    r"(?:t|tempo|onda|ondata|wave|mese|month|m|fu|follow ?up)? ?(\d{1,3})"
    r"(?: ?(?:m|mesi|mese|months?))?\Z"
)
_START = frozenset(("baseline", "base line", "base", "basale", "ingresso", "entrata", "inizio"))
_CEFR = re.compile(
    r"(?:(?:liv|livello|qcer|cefr) )?([abc]) ?([012])(?: ?(?:\+|plus))?(?: (?:qcer|cefr))?\Z"
)
_CEFR_WORDS = {
    "nessuno": "A0",
    "nessuna conoscenza": "A0",
    "analfabeta": "A0",
    "pre a1": "A0",
    "prea1": "A0",
    "alfa": "A0",
    "pre alfa": "A0",
    "madrelingua": "C2",
}
# ETHOS Light's six classes; 0 is an ordinary dwelling, outside the typology.
_ETHOS_WORDS = {
    "abitazione ordinaria": 0,
    "casa": 0,
    "alloggio ordinario": 0,
    "affitto": 0,
    "nessuna": 0,
    "strada": 1,
    "spazi pubblici": 1,
    "dormitorio": 2,
    "accoglienza notturna": 2,
    "alloggio di emergenza": 2,
    "comunita": 3,
    "centro di accoglienza": 3,
    "accoglienza": 3,
    "alloggio temporaneo": 3,
    "istituto": 4,
    "ospedale": 4,
    "carcere": 4,
    "alloggio inadeguato": 5,
    "baracca": 5,
    "roulotte": 5,
    "ospite": 6,
    "ospite di amici": 6,
    "ospite di parenti": 6,
    "ospitalita": 6,
}
# A class, or one of its situations (3.2). From the fourth class on a code with a point means one
# thing in ETHOS Light and another in the longer ETHOS typology: it is read where "Light" is said.
_ETHOS_CODE = re.compile(
    r"(?:ethos[ -]?)?(?:([0-6])|([0-3])\.\d)\Z|(?:ethos[ -]?)?light[ -]?([0-6])(?:\.\d)?\Z"
)


def read_wave(text: str) -> Read:
    """Read a wave as months from time zero.

    Examples
    --------
    >>> [read_wave(t).value for t in ("T0", "t 6", "12 mesi", "Baseline")]
    [0, 6, 12, 0]
    """
    if not tidy(text):
        return BLANK
    if text.startswith(DATE):
        return no("excel_turned")
    plain = fold(text.removeprefix(NUMBER))
    if plain in _START:
        return Read(0)
    found = _WAVE.match(plain)
    return Read(int(found[1])) if found else no("unknown_word")


def read_cefr(text: str) -> Read:
    """Read a level of Italian; A0 is before A1, and a plus (A2+) is the level itself.

    Examples
    --------
    >>> read_cefr("a 2").value, read_cefr("Pre-A1").value, read_cefr("D1").rule
    ('A2', 'A0', 'unknown_word')
    """
    plain = fold(text)
    if not tidy(text):
        return BLANK
    if plain in _CEFR_WORDS:
        return Read(_CEFR_WORDS[plain])
    found = _CEFR.match(plain)
    if not found or (found[2] == "0" and found[1] != "a"):
        return no("excel_turned") if typed(text) else no("unknown_word")
    return Read((found[1] + found[2]).upper())


def read_ethos(text: str) -> Read:
    """Read an ETHOS Light class, 0 to 6, from its number, its operational code or its words.

    Examples
    --------
    >>> [read_ethos(text).value for text in ("3", "ETHOS Light 6.1", "Abitazione ordinaria")]
    [3, 6, 0]
    """
    if not tidy(text):
        return BLANK
    if text.startswith(DATE):
        return no("excel_turned")
    plain = tidy(text.removeprefix(NUMBER)).casefold()
    if (folded := fold(plain)) in _ETHOS_WORDS:
        return Read(_ETHOS_WORDS[folded])
    found = _ETHOS_CODE.match(re.sub(r"\.0+\Z", "", plain))
    return Read(int(next(filter(None, found.groups())))) if found else no("unknown_word")
