"""Dates and months: in the declared order, as ISO, as month names, as Excel serials."""

from __future__ import annotations

import datetime as dt
import re

from nextome_eval.loaders.cells.excel import DATE, NUMBER
from nextome_eval.loaders.cells.read import BLANK, Read, no, tidy

__all__ = ["OPEN_ENDS", "from_serial", "month_of_name", "read_date", "read_month", "read_year"]

OPEN_ENDS = (dt.date(2099, 12, 31), dt.date(9999, 12, 31))

_NAMES = (
    ("gennaio", "january"),
    ("febbraio", "february"),
    ("marzo", "march"),
    ("aprile", "april"),
    ("maggio", "may"),
    ("giugno", "june"),
    ("luglio", "july"),
    ("agosto", "august"),
    ("settembre", "september"),
    ("ottobre", "october"),
    ("novembre", "november"),
    ("dicembre", "december"),
)
_WEEKDAYS = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_WEEKDAY = re.compile(
    r"(lun|mar|mer|gio|ven|sab|dom)[a-zì'.]*,? (?=\d{1,2}[\s\-/.°º])", re.IGNORECASE
)
_CLOCK = r"(?:[ T,]+(?:ore |h\.? ?)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?.*)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?\Z")
_YEAR_FIRST_DAY = re.compile(rf"(\d{{4}})([/. ])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}\Z")
_EIGHT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})\Z")
_THREE = re.compile(rf"(\d{{1,4}})([/\-. ])(\d{{1,2}})\2(\d{{1,4}}){_CLOCK}\Z")
_NAMED = re.compile(
    rf"(\d{{1,2}})(?:[°º]|o\b)?[\s\-/.]*([a-zA-Z]{{3,}})\.?,?[\s\-/.]*(\d{{4}}|\d{{2}}){_CLOCK}\Z"
)
_MONTH_NAMED = re.compile(r"([a-zA-Z]{3,})\.?[\s\-/._]*(\d{4}|\d{2})\Z")
_NAMED_AFTER = re.compile(r"(\d{4})[\s\-/._]*([a-zA-Z]{3,})\.?\Z")
_MONTH_FIRST = re.compile(r"(\d{1,2}) ?[/\-._ ] ?(\d{4})\Z")
_YEAR_FIRST = re.compile(r"(\d{4}) ?[/\-._ ] ?(\d{1,2})\Z")
_YEAR = re.compile(r"(?:19|20)\d{2}\Z")
_IN_A_NAME = re.compile(r"\b(?=([a-zA-Z]{3,}\.?[\s\-/._']*\d{2,4}|\d{1,4}[/\-._ ]\d{1,4})\b)")
_ORDERS = ("dmy", "mdy", "ymd")
_PIVOT = 30  # two-digit years: 00-29 are 2000-2029, 30-99 are 1930-1999


def read_date(text: str, order: str | None = None, system: int = 1900) -> Read:
    """Read a full date.

    Parameters
    ----------
    text : str
        The cell; a time of day after the date is left out.
    order : {"dmy", "mdy", "ymd"}, optional
        The declared order of day, month and year. Undeclared, a date is read only if it can mean
        one day.
    system : {1900, 1904}
        Where the workbook's serial numbers start.

    Returns
    -------
    Read
        With a `datetime.date`, or the rule `unreadable_date`, `ambiguous_date` or `partial_date`.

    Examples
    --------
    >>> read_date("3/4/2021", "dmy").value
    datetime.date(2021, 4, 3)
    >>> read_date("03/04/21").rule, read_date("06/2021", "dmy").rule
    ('ambiguous_date', 'partial_date')
    """
    if text[:1] == NUMBER:
        return _of_number(text[1:], system)
    plain = _tidied(text.removeprefix(DATE))
    if not plain:
        return BLANK
    if day := _WEEKDAY.match(plain):
        read = read_date(plain[day.end() :], order, system)
        agrees = read.value and _WEEKDAYS[read.value.weekday()] == day[1].casefold()
        return read if agrees or read.rule else no("unreadable_date")
    if year_first := _ISO.match(plain) or _EIGHT.match(plain):
        return _day(*(int(part) for part in year_first.groups()))
    if year_first := _YEAR_FIRST_DAY.match(plain):
        return _day(int(year_first[1]), int(year_first[3]), int(year_first[4]))
    if named := _NAMED.match(plain):
        month = _month(named[2])
        return _day(_year(named[3]), month, int(named[1])) if month else no("unreadable_date")
    if three := _THREE.match(plain):
        return _ordered((three[1], three[3], three[4]), order)
    return no("partial_date") if _partial(plain) else no("unreadable_date")


def read_month(text: str, order: str | None = None, system: int = 1900) -> Read:
    """Read a month, written as ``mm/aaaa``, with its name, or as any day of it.

    Returns
    -------
    Read
        With the month's first day, or the rule `unreadable_date` or `ambiguous_date`.

    Examples
    --------
    >>> read_month("06/2021").value, read_month("giugno 2021").value
    (datetime.date(2021, 6, 1), datetime.date(2021, 6, 1))
    """
    plain = _tidied(text.removeprefix(NUMBER))
    if month := _partial(plain):
        return _day(month[0], month[1], 1) if month[1] else no("unreadable_date")
    if re.fullmatch(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])", plain):
        return _day(int(plain[:4]), int(plain[4:]), 1)
    if re.fullmatch(r"\d{1,2}[/\-.]\d{2}", plain):
        return no("ambiguous_date")
    if text[:1] == NUMBER and not plain.isdigit():  # 01.2020, of which 1.202 is left
        return no("unreadable_date")
    read = read_date(text, order, system)
    return Read(read.value.replace(day=1)) if read.value else read


def read_year(text: str, order: str | None = None, system: int = 1900) -> int | None:
    """Return the year of a date, full or partial, between 1900 and 2100; None of any other text.

    Examples
    --------
    >>> read_year("5/3/1990", "dmy"), read_year("gen 1990"), read_year("1990"), read_year("boh")
    (1990, 1990, 1990, None)
    """
    day = read_date(text, order, system).value
    partial = _partial(_tidied(text.removeprefix(NUMBER)))
    year = day.year if day else partial[0] if partial else 0
    return year if 1900 <= year <= 2100 else None


def month_of_name(name: str, year: int = 0) -> Read:
    """Read the month that a sheet is named after.

    Parameters
    ----------
    name : str
        "Gennaio 2021", "01_2021", "Costi gen-21"; a month alone where the year is known.
    year : int
        The year that the names leave out, 0 if they do not.

    Examples
    --------
    >>> month_of_name("Costi di marzo 2021").value, month_of_name("MAGGIO", 2021).value
    (datetime.date(2021, 3, 1), datetime.date(2021, 5, 1))
    >>> month_of_name("Maggio").rule
    'sheet_month'
    """
    plain = tidy(name)
    pieces = [plain, *(found[1] for found in _IN_A_NAME.finditer(plain))]
    read = [month for piece in pieces if (month := read_month(piece)).value]
    if not read and year and (alone := re.match(r"([a-zA-Z]{3,})\.?\Z|(\d{1,2})\Z", plain)):
        number = _month(alone[1]) if alone[1] else int(alone[2])
        read = [_day(year, number, 1)] if number else []
    days = {each.value for each in read}
    return read[0] if len(days) == 1 and None not in days else no("sheet_month")


def _of_number(number: str, system: int) -> Read:
    """Read a workbook's number: a year (2021) or a day without signs (20210302) is no serial."""
    if _YEAR.match(number):
        return no("partial_date")
    if eight := _EIGHT.match(number):
        return _day(*(int(part) for part in eight.groups()))
    return from_serial(number, system)


def from_serial(number: str, system: int = 1900) -> Read:
    """Read the day that a spreadsheet's serial number stands for.

    Parameters
    ----------
    number : str
        Days since the start of the system; a fraction is a time of day.
    system : {1900, 1904}
        In the 1900 system the serial 60 is a 29 February that never was.

    Examples
    --------
    >>> from_serial("44621").value, from_serial("43159", 1904).value
    (datetime.date(2022, 3, 1), datetime.date(2022, 3, 1))
    """
    try:
        days = int(float(number))
    except (ValueError, OverflowError):
        return no("unreadable_date")
    if not 1 <= days < 73050 or (system == 1900 and days == 60):
        return no("unreadable_date")
    if system == 1904:
        return Read(dt.date(1904, 1, 1) + dt.timedelta(days))
    start = dt.date(1899, 12, 30) if days > 60 else dt.date(1899, 12, 31)
    return Read(start + dt.timedelta(days))


def _ordered(parts: tuple[str, str, str], order: str | None) -> Read:
    days = {}
    for way in [order] if order else _ORDERS:
        named = dict(zip(way, parts, strict=True))
        if len(named["y"]) not in (2, 4) or max(len(named["d"]), len(named["m"])) > 2:
            continue
        read = _day(_year(named["y"]), int(named["m"]), int(named["d"]))
        if read.value:
            days[way] = read.value
    if not days:
        return no("unreadable_date")
    return Read(next(iter(days.values()))) if len(set(days.values())) == 1 else no("ambiguous_date")


def _partial(plain: str) -> tuple[int, int | None] | None:
    if found := _MONTH_FIRST.match(plain):
        return int(found[2]), int(found[1])
    if found := _YEAR_FIRST.match(plain):
        return int(found[1]), int(found[2])
    if (found := _MONTH_NAMED.match(plain)) and (month := _month(found[1])):
        return _year(found[2]), month
    if (found := _NAMED_AFTER.match(plain)) and (month := _month(found[2])):
        return int(found[1]), month
    return (int(plain), None) if _YEAR.match(plain) else None


def _month(word: str) -> int | None:
    """Return the month whose name, Italian or English, begins with these three letters or more."""
    start = word.casefold()
    return next(
        (at for at, names in enumerate(_NAMES, 1) if any(n.startswith(start) for n in names)),
        None,
    )


def _tidied(text: str) -> str:
    """Return the text without blanks around its signs and apostrophes before short years."""
    return re.sub(r" ?([/.-]) ?(?=\d)", r"\1", re.sub(r"['’](?=\d{2}\b)", "", tidy(text)))


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < _PIVOT else 1900)


def _day(year: int, month: int, day: int) -> Read:
    try:
        return Read(dt.date(year, month, day))
    except (ValueError, OverflowError):
        return no("unreadable_date")
