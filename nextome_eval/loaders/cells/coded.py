"""Words that stand for codes: yes and no, sex, and every list a codebook declares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nextome_eval.loaders.cells.excel import typed
from nextome_eval.loaders.cells.read import BLANK, Read, fold, no, tidy

__all__ = ["read_among", "read_flag", "read_free", "read_sex", "read_word"]

_YES = frozenset("si s yes y 1 true vero x v presente".split())
_NO = frozenset("no n 0 false falso assente".split())
_SEX = {
    "F": "f fem femm femmina femminile donna female feminine woman".split(),
    "M": "m masc masch maschio maschile uomo male masculine man".split(),
}
_SEX_WORDS = {word: code for code, words in _SEX.items() for word in words}


def read_flag(text: str) -> Read:
    """Read yes or no.

    Examples
    --------
    >>> read_flag("Sì").value, read_flag("0").value, read_flag("forse").rule
    (True, False, 'unknown_word')
    """
    plain = fold(_plain(text))
    if not plain:
        return BLANK if not tidy(text) else no("unknown_word")
    if plain in _YES or plain in _NO:
        return Read(plain in _YES)
    return no("unknown_word")


def read_among(text: str, wanted: str, signs: str) -> Read:
    """Read whether an answer was ticked among several, all written in one cell.

    Parameters
    ----------
    text : str
        The cell: "vicini parenti" (KoBoToolbox), "Aiuto, anche economico, Lavoro" (Google Forms).
    wanted : str
        The answer; signs that stand inside it do no harm.
    signs : str
        What stands between answers.

    Examples
    --------
    >>> read_among("Aiuto, anche economico, Lavoro", "Lavoro", ",;").value
    True
    >>> read_among("non_lavoro casa", "lavoro", " ").value
    False
    """
    plain = tidy(_plain(text)).casefold()
    if not plain:
        return BLANK
    word, between = re.escape(tidy(wanted).casefold()), f"[{re.escape(signs)}]"
    return Read(bool(re.search(rf"(?:\A|{between}) ?{word} ?(?:{between}|\Z)", plain)))


def read_sex(text: str) -> Read:
    """Read a sex as F or M; the numbers 1 and 2 are read only where a codebook says which is which.

    Examples
    --------
    >>> read_sex("femmina").value, read_sex("1").rule
    ('F', 'unknown_word')
    """
    plain = fold(text)
    if not plain:
        return BLANK if not tidy(text) else no("unknown_word")
    return Read(_SEX_WORDS[plain]) if plain in _SEX_WORDS else no("unknown_word")


def read_word(text: str, codes: Mapping[str, Any]) -> Read:
    """Read one of a list of words.

    Parameters
    ----------
    text : str
        The cell.
    codes : mapping
        Folded words (see `fold`) with the code each stands for.

    Returns
    -------
    Read
        With the code; a workbook number or date that no word explains breaks `excel_turned`
        (a "4+4" contract that became 8), any other word `unknown_word`.

    Examples
    --------
    >>> read_word("Casa popolare", {"casa popolare": "public_housing"}).value
    'public_housing'
    """
    plain = fold(_plain(text))
    if not tidy(text):
        return BLANK
    if plain in codes:
        return Read(codes[plain])
    return no("excel_turned") if typed(text) else no("unknown_word")


def read_free(text: str) -> Read:
    """Read a word that no list limits, with its blanks tidied.

    Examples
    --------
    >>> read_free("  Cooperativa   Alfa ").value
    'Cooperativa Alfa'
    """
    plain = tidy(_plain(text))
    return Read(plain) if plain else BLANK


def _plain(text: str) -> str:
    return text[1:] if typed(text) else text
