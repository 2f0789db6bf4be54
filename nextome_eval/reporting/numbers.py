"""Numbers as people of a language write them, with their interval."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from nextome_eval.errors import DesignProblem

__all__ = ["count", "day", "interval", "month", "number", "p_value", "percent", "with_interval"]

MASKED = "∗"
NOT_GIVEN = "–"
_LOCALES = {"it": "it_IT", "en": "en_GB"}
_FROM_TO = {"it": "da {low} a {high}", "en": "{low} to {high}"}


def locale_of(language: str) -> str:
    """Return babel's locale, or refuse a language the house does not speak."""
    if language not in _LOCALES:
        raise DesignProblem("language_unknown", language=language)
    return _LOCALES[language]


def digits_for(*values: float) -> int:
    """Decimals that suit the largest of the values: 0.42 -> two; 4.2, 42.0 -> one; 420 -> none.

    Examples
    --------
    >>> digits_for(0.42), digits_for(-42.3, 3), digits_for(1250.0)
    (2, 1, 0)
    """
    size = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    return 2 if size < 1 else 1 if size < 100 else 0


def number(value: float, language: str, *, digits: int | None = None) -> str:
    """Return a number with the decimals that suit it.

    Examples
    --------
    >>> number(1250.4, "it"), number(0.423, "it"), number(-0.423, "en")
    ('1.250', '0,42', '−0.42')
    """
    if math.isnan(value):
        return NOT_GIVEN
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    places = digits_for(value) if digits is None else digits
    pattern = "#,##0" + ("." + "0" * places if places else "")
    rounded = round(float(value), places) + 0.0  # no minus zero
    text: str = format_decimal(rounded, format=pattern, locale=locale_of(language))
    return text.replace("-", "−")


def count(value: float, language: str) -> str:
    """Return a whole number.

    Examples
    --------
    >>> count(1200, "it")
    '1.200'
    """
    return number(value, language, digits=0)


def percent(value: float, language: str, *, digits: int = 0) -> str:
    """Return a percentage of a value already in hundredths.

    Examples
    --------
    >>> percent(42.86, "it", digits=1)
    '42,9%'
    """
    shown = number(value, language, digits=digits)
    return shown if shown == NOT_GIVEN else shown + "%"


def interval(low: float, high: float, language: str, *, digits: int | None = None) -> str:
    """Return the limits in words.

    Examples
    --------
    >>> interval(0.12, 0.71, "it"), interval(0.12, 0.71, "en")
    ('da 0,12 a 0,71', '0.12 to 0.71')
    """
    places = digits_for(low, high) if digits is None else digits
    limits = {
        "low": number(low, language, digits=places),
        "high": number(high, language, digits=places),
    }
    return _FROM_TO[language].format(**limits)


def with_interval(
    value: float, low: float, high: float, language: str, *, digits: int | None = None
) -> str:
    """Return a number with its interval.

    Examples
    --------
    >>> with_interval(0.42, 0.12, 0.71, "it")
    '0,42 (da 0,12 a 0,71)'
    """
    if math.isnan(value):
        return NOT_GIVEN
    places = digits_for(value, low, high) if digits is None else digits
    shown = number(value, language, digits=places)
    if math.isnan(low) or math.isnan(high):
        return shown
    return f"{shown} ({interval(low, high, language, digits=places)})"


def p_value(
    value: float, language: str, *, numerator: float = math.nan, denominator: float = math.nan
) -> str:
    """Return a p-value, with the assignments counted where it is a permutation's.

    Examples
    --------
    >>> p_value(0.0129, "it", numerator=129, denominator=10000)
    '0,013 (129/10.000)'
    >>> p_value(0.00001, "en")
    '<0.001'
    """
    if math.isnan(value):
        return NOT_GIVEN
    least = number(0.001, language, digits=3)
    shown = f"<{least}" if value < 0.001 else number(value, language, digits=3)
    if value >= 0.1:
        shown = number(value, language, digits=2)
    if math.isnan(denominator):
        return shown
    return f"{shown} ({count(numerator, language)}/{count(denominator, language)})"


def day(value: Any, language: str) -> str:
    """Return a date in words.

    Examples
    --------
    >>> day(date(2022, 3, 14), "it"), day("2022-03-14", "en")
    ('14 marzo 2022', '14 March 2022')
    """
    when = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return str(format_date(when, format="d MMMM y", locale=locale_of(language)))


def month(value: Any, language: str, *, short: bool = False) -> str:
    """Return a month in words.

    Examples
    --------
    >>> month("2022-03", "it"), month("2022-03", "en", short=True)
    ('marzo 2022', 'Mar 22')
    """
    when = value if isinstance(value, date) else date.fromisoformat(str(value)[:7] + "-01")
    pattern = "MMM yy" if short else "MMMM y"
    return str(format_date(when, format=pattern, locale=locale_of(language)))
