"""The eight towns, by name, alias or code; their false friends are refused."""

from __future__ import annotations

import re
from functools import cache

from nextome_eval.loaders.cells.excel import NUMBER
from nextome_eval.loaders.cells.read import BLANK, Read, fold, no, tidy
from nextome_eval.study.tables import MUNICIPALITIES

__all__ = ["BELFIORE", "read_municipality"]

BELFIORE = {
    "A001": "028001",
    "B345": "028016",
    "F529": "028057",
    "F962": "028058",
    "G224": "028060",
    "G693": "028065",
    "H625": "028072",
    "L270": "028092",
}
_ALIASES = {
    "028001": ("abano", "abano t", "abano tme", "abano terme"),
    "028016": ("cadoneghe",),
    "028057": ("montegrotto", "montegrotto t", "montegrotto tme", "montegrotto terme"),
    "028058": ("noventa pna", "noventa pad", "noventa padna", "noventa pd", "noventa padovana"),
    "028060": ("padova", "citta di padova"),
    "028065": ("piove di sacco", "piove d sacco", "piove", "piove di s"),
    "028072": ("rubano",),
    "028092": ("torreglia",),
}
_BEFORE = re.compile(r"^(?:il )?(?:comune|com)(?: di)? ")
_AFTER = re.compile(r" (?:pd|padova)$")


def read_municipality(text: str) -> Read:
    """Read one of the study's towns as its ISTAT code.

    Parameters
    ----------
    text : str
        A name, an alias, an ISTAT code (its leading zero may be lost) or a Belfiore code.

    Returns
    -------
    Read
        With the six-digit code, or the rule `unknown_municipality`; a name that only holds a
        town's name (Sant'Angelo di Piove di Sacco, Noventa Vicentina) is another town.

    Examples
    --------
    >>> read_municipality("PIOVE DI SACCO (PD)").value, read_municipality("28060").value
    ('028065', '028060')
    >>> read_municipality("Noventa Vicentina").rule
    'unknown_municipality'
    """
    if not tidy(text):
        return BLANK
    plain = fold(re.sub(r"(?<=\d)[. ](?=\d{3}\Z)", "", text.removeprefix(NUMBER).strip()))
    code = plain.zfill(6) if plain.isdigit() and len(plain) >= 5 else plain.upper()
    code = BELFIORE.get(code, code)
    if code in MUNICIPALITIES:
        return Read(code)
    names = _names()
    name = _BEFORE.sub("", plain)
    for candidate in (name, _AFTER.sub("", name)):
        if candidate in names:
            return Read(names[candidate])
    return no("unknown_municipality")


@cache
def _names() -> dict[str, str]:
    return {alias: code for code, aliases in _ALIASES.items() for alias in aliases}
