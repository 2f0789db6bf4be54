"""One exhibit in one language: what its words are called, and its cells as people read them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nextome_eval.reporting import numbers
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.released import Released
from nextome_eval.words import words

__all__ = ["Row", "Speech", "rows_of"]


@dataclass(frozen=True, eq=False)
class Row:
    """A released row: its values, and which of them were masked."""

    values: Mapping[str, Any]
    masked: Mapping[str, bool]

    def hidden(self, *names: str) -> bool:
        """Whether any of these was masked."""
        return any(self.masked.get(name, False) for name in names)

    def real(self, name: str) -> float:
        """Return a number, NaN where there is none."""
        value = self.values.get(name)
        try:
            return math.nan if value is None or value is pd.NA else float(value)
        except (TypeError, ValueError):
            return math.nan

    def has(self, name: str) -> bool:
        """Whether there is a number, shown or masked."""
        return self.hidden(name) or not math.isnan(self.real(name))

    def text(self, name: str) -> str:
        """Return a word, empty where there is none."""
        value = self.values.get(name)
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)


@dataclass(frozen=True)
class Speech:
    """Says an exhibit in ``"it"`` or ``"en"``."""

    exhibit: Exhibit
    language: str

    def __post_init__(self) -> None:
        numbers.locale_of(self.language)

    # words -----------------------------------------------------------------------------------
    def word(self, code: str) -> str:
        """Return what a word met in the rows is called."""
        for page in (self.exhibit.labels, words("terms")):
            if code in page:
                return str(page[code][self.language])
        return code.replace("_", " ")

    def arm(self, arm: str) -> str:
        """Return what an arm is called, by its code or as a curve names it."""
        return self.word(f"arm_{arm}" if arm in ("0", "1", "") else arm)

    def header(self, code: str) -> str:
        """Return what stands at the head of a column."""
        for page in (self.exhibit.labels, words("columns"), words("terms")):
            if code in page:
                return str(page[code][self.language])
        for arm in ("1", "0"):
            if code.endswith(f"_{arm}"):
                return f"{self.arm(arm)}: {self.header(code[:-2])}"
        return code.replace("_", " ")

    def line(self, code: str, **values: Any) -> str:
        """Return a line of ``words/report.toml``."""
        return str(words("report")["line"][code][self.language]).format(**values)

    def told(self, text: Mapping[str, str] | None) -> str:
        """Return bilingual words in this language."""
        return "" if text is None else str(text[self.language])

    def wave(self, row: Row) -> str:
        """Return a wave: T12, or as the exhibit labels it."""
        wave = row.text("wave")
        code = f"wave_{wave}"
        return self.word(code) if code in self.exhibit.labels else (f"T{wave}" if wave else "")

    # numbers ---------------------------------------------------------------------------------
    def number(self, row: Row, name: str, digits: int | None = None) -> str:
        """Return one number of a row."""
        if row.hidden(name):
            return numbers.MASKED
        return numbers.number(row.real(name), self.language, digits=digits)

    def count(self, row: Row, name: str) -> str:
        """Return a count of a row."""
        return self.number(row, name, digits=0)

    def share(self, row: Row, count: str, total: str, percent: str) -> str:
        """Return ``9/21 (43%)``."""
        if not row.has(count):
            return numbers.NOT_GIVEN
        if row.hidden(count):
            return numbers.MASKED
        shown = f"{self.count(row, count)}/{self.count(row, total)}"
        if row.hidden(percent) or not row.has(percent):
            return shown
        return f"{shown} ({numbers.percent(row.real(percent), self.language)})"

    def with_interval(
        self, row: Row, value: str, low: str, high: str, *, digits: int | None = None
    ) -> str:
        """Return ``0.42 (0.12 to 0.71)``."""
        if row.hidden(value):
            return numbers.MASKED
        if row.hidden(low, high):
            return f"{self.number(row, value)} ({numbers.MASKED})"
        limits = (row.real(value), row.real(low), row.real(high))
        return numbers.with_interval(*limits, self.language, digits=digits)

    def p_value(self, row: Row, name: str = "p_value") -> str:
        """Return a p-value with its numerator and denominator."""
        if row.hidden(name):
            return numbers.MASKED
        return numbers.p_value(
            row.real(name),
            self.language,
            numerator=row.real("numerator") if name == "p_value" else math.nan,
            denominator=row.real("denominator") if name == "p_value" else math.nan,
        )


def rows_of(released: Released) -> list[Row]:
    """Return the released rows one by one."""
    values = released.rows.to_dict("records")
    masks = released.masked.to_dict("records")
    return [
        Row({str(k): v for k, v in value.items()}, {str(k): bool(v) for k, v in mask.items()})
        for value, mask in zip(values, masks, strict=True)
    ]
