"""The codice fiscale: whether it can be right, and what it says of its owner."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from codicefiscale import codicefiscale

from nextome_eval.loaders.cells.citizenship import tax_codes_of
from nextome_eval.loaders.cells.read import fold

__all__ = ["TaxCode", "contradiction", "read_tax_code"]

_DIGITS = "[0-9LMNPQRSTUV]"
_PERSON = re.compile(
    rf"[A-Z]{{6}}{_DIGITS}{{2}}[ABCDEHLMPRST]{_DIGITS}{{2}}[A-Z]{_DIGITS}{{3}}[A-Z]\Z"
)
_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_MONTHS = "ABCDEHLMPRST"


class TaxCode(NamedTuple):
    """One code, read.

    Attributes
    ----------
    code : str or None
        The code in capitals, None where it cannot be one.
    rule : str or None
        ``cf_malformed``, ``cf_check_digit`` or ``cf_provisional`` (valid, but it says nothing of
        its owner).
    sex, birthplace : str or None
    year, month, day : int or None
        Birth; the year has two digits.
    """

    code: str | None = None
    rule: str | None = None
    sex: str | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    birthplace: str | None = None


@lru_cache(maxsize=65536)
def read_tax_code(text: str) -> TaxCode:
    """Read a codice fiscale: 16 characters, or the 11 digits of a provisional code or a firm.

    Parameters
    ----------
    text : str
        The cell; blanks and case do not count.

    Returns
    -------
    TaxCode

    Notes
    -----
    Letters in the place of digits (omocodia) are read as the digits they stand for; women's days
    are written plus 40 (D.M. 23 December 1976).

    Examples
    --------
    >>> made_up = "HSSFTM" + "90B41Z330"  # in two pieces: no file of the house holds a whole one
    >>> read_tax_code(f"{made_up.lower()}j").sex, read_tax_code(f"{made_up}K").rule
    ('F', 'cf_check_digit')
    """
    code = re.sub(r"[\s.\-]", "", text).upper()
    if re.fullmatch(r"[0-9]{11}", code):
        good = _luhn(code) and int(code) > 0
        return TaxCode(code, "cf_provisional") if good else TaxCode(None, "cf_check_digit")
    if not _PERSON.match(code):
        return TaxCode(None, "cf_malformed")
    day = int(code[9:11].translate(_OMOCODIA))
    year = int(code[6:8].translate(_OMOCODIA))
    month = _MONTHS.index(code[8]) + 1
    born = day - 40 if day > 40 else day
    if not _exists(year, month, born):
        return TaxCode(None, "cf_malformed")
    if codicefiscale.encode_cin(code[:15]) != code[15]:
        return TaxCode(None, "cf_check_digit")
    place = code[11] + code[12:15].translate(_OMOCODIA)
    return TaxCode(code, None, "F" if day > 40 else "M", year, month, born, place)


def contradiction(
    read: TaxCode, *, sex: str | None = None, born: dt.date | None = None, place: str | None = None
) -> str | None:
    """Return the first rule by which a code and its owner's other columns disagree.

    Parameters
    ----------
    read : TaxCode
        A code that was read; one that says nothing of its owner contradicts nothing.
    sex : {"F", "M"}, optional
    born : date, optional
    place : str, optional
        A birthplace's name or Belfiore code; a name that no list holds is not compared.

    Examples
    --------
    >>> made_up = read_tax_code("HSSFTM" + "90B41Z330J")
    >>> contradiction(made_up, sex="M")
    'cf_sex'
    >>> contradiction(made_up, born=dt.date(1990, 2, 1), place="Marocco")
    """
    if read.sex is None:
        return None
    if sex and sex != read.sex:
        return "cf_sex"
    if born and (born.year % 100, born.month, born.day) != (read.year, read.month, read.day):
        return "cf_birth_date"
    codes = _place_codes(place) if place else frozenset()
    return "cf_birthplace" if codes and read.birthplace not in codes else None


def _exists(year: int, month: int, day: int) -> bool:
    for century in (2000, 1900):
        try:
            dt.date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _luhn(code: str) -> bool:
    odd = sum(int(digit) for digit in code[::2])
    even = sum(divmod(2 * int(digit), 10)[0] + 2 * int(digit) % 10 for digit in code[1::2])
    return (odd + even) % 10 == 0


@lru_cache(maxsize=4096)
def _place_codes(place: str) -> frozenset[str]:
    plain = re.sub(r"\s*\([A-Za-z]{2}\)\s*$", "", place).strip()
    if re.fullmatch(r"[A-Za-z][0-9]{3}", plain):
        return frozenset({plain.upper()})
    codes = set(tax_codes_of(plain))
    for name in (plain, fold(plain)):
        try:
            codes.add(str(codicefiscale.encode_birthplace(name)))
        except (ValueError, KeyError, TypeError):
            continue
    return frozenset(codes)
