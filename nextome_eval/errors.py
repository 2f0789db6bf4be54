"""The three ways of saying no, each a sentence that a researcher can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nextome_eval.words import problem_text

__all__ = ["DataProblem", "DesignProblem", "NextomeProblem", "NotEstimable"]

_SHOWN = 5


class NextomeProblem(Exception):
    """A refusal with a code, the values it speaks of, and its sentence in two languages.

    Parameters
    ----------
    code : str
        The key of the sentence in ``nextome_eval/words/problems``.
    **values : object
        What the sentence names: files, rows, columns, pseudonyms. Lists are cut after five.

    Examples
    --------
    >>> problem = DataProblem("column_missing", column="mese", found=["a", "b"])
    >>> print(problem)
    There is no column "mese". The columns are: a, b.
    >>> print(problem.text("it"))
    La colonna «mese» non c'è. Le colonne sono: a, b.
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code)

    def text(self, language: str = "en") -> str:
        """Return the sentence in ``"en"`` or ``"it"``."""
        shown = {name: _shown(value, language) for name, value in self.values.items()}
        return problem_text(self.code, language).format(**shown)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.values)


class DataProblem(NextomeProblem, ValueError):
    """What the files or the table hold cannot be used as it stands."""


class DesignProblem(NextomeProblem, ValueError):
    """What the plan or the call asks does not fit the study."""


class NotEstimable(NextomeProblem):
    """The data are in order, but the method asked cannot give an honest answer from them."""


def _rebuild(kind: type[NextomeProblem], code: str, values: dict[str, Any]) -> NextomeProblem:
    return kind(code, **values)


def _shown(value: object, language: str) -> object:
    if isinstance(value, Mapping):  # words in both languages
        return value[language]
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    items = [str(item) for item in value]
    more = len(items) - _SHOWN
    tail = {"en": f" and {more} more", "it": f" e altri {more}"}[language] if more > 0 else ""
    return ", ".join(items[:_SHOWN]) + tail
