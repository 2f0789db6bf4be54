"""Findings in plain words, in both languages at once: never "no effect"."""

from __future__ import annotations

from collections.abc import Mapping

from nextome_eval.reporting import numbers
from nextome_eval.words import words

__all__ = ["both", "compatible", "interval_text", "number", "sentence"]

LANGUAGES = ("it", "en")
number = numbers.number


def both(it: str, en: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"it": it, "en": en}


def sentence(code: str, **values: Mapping[str, str] | str) -> dict[str, str]:
    """Return a sentence of ``words/report.toml`` [sentence] with its values, in both languages.

    Parameters
    ----------
    code : str
    **values : str or mapping
        Texts; a mapping gives each language its own.
    """
    page = words("report")["sentence"][code]
    return {
        language: str(page[language]).format(
            **{n: v if isinstance(v, str) else v[language] for n, v in values.items()}
        )
        for language in LANGUAGES
    }


def interval_text(low: float, high: float, unit: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the limits with their unit.

    Examples
    --------
    >>> interval_text(-8.3, -0.1, both("mesi", "months"))["it"]
    'da −8,3 a −0,1 mesi'
    """
    return {
        language: numbers.interval(low, high, language) + (f" {unit[language]}" if unit else "")
        for language in LANGUAGES
    }


def compatible(
    estimate: float, low: float, high: float, unit: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Say an estimate, and the effects that the data are compatible with.

    Parameters
    ----------
    estimate, low, high : float
        As shown: on the ratio's own scale for ratios.
    unit : mapping, optional

    Examples
    --------
    >>> compatible(1.1, -12.4, 14.6, both("punti", "points"))["en"]
    'The estimate is 1.1 points; the data are compatible with effects from −12.4 to 14.6 points.'
    """
    digits = numbers.digits_for(estimate, low, high)
    shown = {}
    for language in LANGUAGES:
        told = {
            "estimate": numbers.number(estimate, language, digits=digits),
            "low": numbers.number(low, language, digits=digits),
            "high": numbers.number(high, language, digits=digits),
            "unit": f" {unit[language]}" if unit else "",
        }
        shown[language] = str(words("report")["sentence"]["compatible"][language]).format(**told)
    return shown
