"""What reading one cell gives: a value, or why there is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["BLANK", "Read", "fold", "missing_word", "no", "tidy"]

REASONS = ("not_asked", "refused", "does_not_know", "not_applicable", "unreadable")

# Words every codebook knows, compared without case, blanks and a last full stop; the other signs
# count, for "n.a." is no country and "NA" could be one.
STANDARD_MISSING = {
    "n.d": "does_not_know",
    "nd": "does_not_know",
    "n/d": "does_not_know",
    "non disponibile": "does_not_know",
    "non noto": "does_not_know",
    "non so": "does_not_know",
    "non sa": "does_not_know",
    "n.r": "refused",
    "non risponde": "refused",
    "rifiuta": "refused",
    "preferisco non rispondere": "refused",
    "n.a": "not_applicable",
    "n/a": "not_applicable",
    "non applicabile": "not_applicable",
    "non pertinente": "not_applicable",
    "non previsto": "not_applicable",
    "non chiesto": "not_asked",
    "non rilevato": "not_asked",
    "-": "not_asked",
    "--": "not_asked",
}


class Read(NamedTuple):
    """One cell, read.

    Attributes
    ----------
    value : object or None
        What the cell says.
    reason : str or None
        Why there is no value, one of `REASONS`; None for an empty cell, which states no reason.
    rule : str or None
        The ledger rule that the cell breaks.
    """

    value: Any = None
    reason: str | None = None
    rule: str | None = None


BLANK = Read()
_APOSTROPHES = re.compile("[’‘ʼ´`′]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_WHOLE = re.compile(r"\A(-?\d+)[.,]0+\Z")


def no(rule: str) -> Read:
    """Return a cell that cannot be read, and the rule it breaks."""
    return Read(None, "unreadable", rule)


def tidy(text: str) -> str:
    """Return the text with blanks of any kind joined into single spaces, outer ones gone."""
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the text without case, accents and punctuation, for comparing words.

    Numbers keep what makes them: the sign, and the point between two digits; "1.0" is "1". A text
    of punctuation alone is itself.

    Examples
    --------
    >>> fold("  MOROSITA' ") == fold("Morosità")
    True
    >>> fold("Noventa P.na"), fold("-1"), fold("1.2"), fold("1,0"), fold("?")
    ('noventa pna', '-1', '1 2', '1', '?')
    """
    text = _DASHES.sub("-", _APOSTROPHES.sub("'", text))
    plain = unicodedata.normalize("NFKD", text).casefold().strip()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _WHOLE.sub(r"\1", plain)
    plain = re.sub(r"(?<!\d)\.|\.(?!\d)|'", "", plain)
    words = " ".join(re.sub(r"(?!^-\d)[^\w+<>=]|_", " ", plain).split())
    return words or tidy(text)


def missing_word(text: str, words: Mapping[str, str] | None = None) -> Read | None:
    """Return the reason that a declared missing word states, or None for any other text.

    Parameters
    ----------
    text : str
        The cell.
    words : mapping, optional
        The codebook's own words, folded, with their reasons; they come before the standard ones.
    """
    plain = _DASHES.sub("-", tidy(text)).casefold()
    if not plain:
        return BLANK
    standard = plain.rstrip(".") or plain
    reason = (words or {}).get(fold(text)) or STANDARD_MISSING.get(standard)
    return Read(None, reason, None) if reason else None
