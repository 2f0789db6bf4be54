"""Numbers and money as Italian offices write them."""

from __future__ import annotations

import math
import re

from nextome_eval.loaders.cells.excel import DATE, NUMBER
from nextome_eval.loaders.cells.read import BLANK, Read, no

__all__ = ["read_number", "read_whole"]

_SIMPLE = re.compile(r"[+-]?[0-9][0-9.,]*[0-9]\Z|[0-9]\Z")
_MONEY = re.compile(r"(?i)€\.?|(?<![a-z])euro?(?![a-z])\.?")
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?\Z"),
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z"),
}
_PLAIN = {
    ",": re.compile(r"[+-]?(?:\d+(?:,\d+)?|,\d+)\Z"),
    ".": re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)\Z"),
}


def read_number(text: str, decimal: str | None = None) -> Read:
    """Read a number or an amount of money.

    Parameters
    ----------
    text : str
        The cell. A number of the workbook itself is read whatever the style.
    decimal : {",", "."}, optional
        The declared decimal sign. Undeclared, a number is read only if it can mean one thing.

    Returns
    -------
    Read
        With a float, or the rule `unreadable_number` or `ambiguous_number`.

    Examples
    --------
    >>> read_number("€ 1.250,50", ",").value
    1250.5
    >>> read_number("1.250").rule
    'ambiguous_number'
    """
    if text[:1] == NUMBER:
        return _finite(text[1:])
    if text[:1] == DATE:
        return no("unreadable_number")
    plain = text if _SIMPLE.match(text) else _stripped(text)
    if not plain:
        return BLANK if not text.strip() else no("unreadable_number")
    if re.fullmatch(r"[+-]?\d+", plain):
        return _finite(plain)
    meanings = [sign for sign in ([decimal] if decimal else [",", "."]) if _fits(plain, sign)]
    if not meanings:
        return no("unreadable_number")
    values = {_value(plain, sign) for sign in meanings}
    return Read(values.pop()) if len(values) == 1 else no("ambiguous_number")


def read_whole(text: str, decimal: str | None = None) -> Read:
    """Read a number that must be whole, as counts and questionnaire items are.

    Examples
    --------
    >>> read_whole("3").value, read_whole("2,5", ",").rule
    (3, 'unreadable_number')
    """
    read = read_number(text, decimal)
    if read.value is None:
        return read
    return Read(int(read.value)) if float(read.value).is_integer() else no("unreadable_number")


def _stripped(text: str) -> str:
    plain = _MONEY.sub("", text).replace("−", "-")
    plain = re.sub(r"(?<=\d)[\s'’](?=\d{3}(?!\d))", "", plain)
    plain = re.sub(r"\A([+-])\s+", r"\1", plain.strip())
    return re.sub(r"[,.][-=]+\Z", "", plain)


def _fits(plain: str, sign: str) -> bool:
    if _GROUPED[sign].fullmatch(plain):
        return not plain.lstrip("+-").startswith("0")
    return bool(_PLAIN[sign].fullmatch(plain))


def _value(plain: str, sign: str) -> float:
    other = "." if sign == "," else ","
    return float(plain.replace(other, "").replace(sign, "."))


def _finite(plain: str) -> Read:
    try:
        value = float(plain)
    except (ValueError, OverflowError):
        return no("unreadable_number")
    return Read(value) if math.isfinite(value) and len(plain) < 40 else no("unreadable_number")
