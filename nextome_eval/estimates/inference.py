"""Which inference the design allows for a number, what stands beside it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.faces import FaceOfInference
from nextome_eval.estimates.notes import decimal_comma
from nextome_eval.estimates.test import Test
from nextome_eval.words import words

__all__ = ["Inference", "Reason"]


@dataclass(frozen=True)
class Reason:
    """A sentence of ``nextome_eval/words/reasons.toml`` with its values.

    Examples
    --------
    >>> Reason("few_df", {"df": 2.4}).text("it")
    'Solo 2,4 gradi di libertà: non fidarsi di questo intervallo.'
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """Return the sentence in ``"en"`` or ``"it"``."""
        sentence: str = words("reasons")[self.code][language]
        return sentence.format(**{k: _said(v, language) for k, v in self.values.items()})


def _said(value: Any, language: str) -> Any:
    """A number as the language writes it; a problem or a note in its own words."""
    if hasattr(value, "text"):
        return value.text(language)
    if isinstance(value, float):
        small = 0 < value < 0.0001
        shown = "< 0.0001" if small else f"{value:.2g}"
        return shown.replace(".", ",") if language == "it" else shown
    if isinstance(value, int) and abs(value) >= 1_000:
        return f"{value:,}".replace(",", "." if language == "it" else ",").replace("-", "\u2212")
    return decimal_comma(value) if language == "it" else value


@dataclass(frozen=True, eq=False, repr=False)
class Inference(FaceOfInference):
    """The number that leads, and all that must be read with it.

    Parameters
    ----------
    case : str
        The row of the design table that this study falls in.
    headline : Estimates or Test or None
        Leads, with its reference attached; None where the design supports no claim.
    beside : mapping
        Name -> Estimates or Test: always shown with the headline.
    reason : Reason
        Why this inference.
    refusals : tuple of Reason
        What was not given, and why.
    """

    case: str
    headline: Estimates | Test | None
    beside: Mapping[str, Estimates | Test]
    reason: Reason
    refusals: tuple[Reason, ...] = ()

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the headline's rows and those beside it; the column `role` says which is which."""
        parts = [] if self.headline is None else [_rows("headline", self.headline, level)]
        parts += [_rows(name, answer, level) for name, answer in self.beside.items()]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"term": []})


def _rows(role: str, answer: Estimates | Test, level: float) -> pd.DataFrame:
    rows = answer.tidy(level) if isinstance(answer, Estimates) else answer.tidy()
    rows.insert(1, "role", role)
    return rows
