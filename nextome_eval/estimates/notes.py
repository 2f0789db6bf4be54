"""What a reader must know beside a number, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

from nextome_eval.words import words

__all__ = ["Note", "decimal_comma"]

_DECIMAL = re.compile(r"-?\d+\.\d+(e[+-]?\d+)?")


class Note(str):
    """A sentence of ``nextome_eval/words/notes.toml``: a plain English string that knows Italian.

    Examples
    --------
    >>> note = Note.of("left_out_no_before", count=2, outcome="cost")
    >>> print(note)
    Households left out: 2; "cost" was not observed before the beginning.
    >>> print(note.text("it"))
    Nuclei esclusi: 2; «cost» non è stato rilevato prima dell'inizio.
    """

    code: str
    values: dict[str, Any]

    @classmethod
    def of(cls, code: str, **values: Any) -> Self:
        """Make the note of a code with its values."""
        note = cls(_sentence(code, "en", values))
        note.code, note.values = code, values
        return note

    def text(
        self, language: str = "en", called: Mapping[str, Mapping[str, str]] | None = None
    ) -> str:
        """Return the sentence in ``"en"`` or ``"it"``; `called` gives names to codes met in it."""
        names = called or {}
        values = {
            key: names[value][language] if isinstance(value, str) and value in names else value
            for key, value in self.values.items()
        }
        return _sentence(self.code, language, values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.code, self.values)


def _again(code: str, values: dict[str, Any]) -> Note:
    return Note.of(code, **values)


def _sentence(code: str, language: str, values: dict[str, Any]) -> str:
    sentence: str = words("notes")[code][language]
    if language == "it":
        values = {key: decimal_comma(value) for key, value in values.items()}
    return sentence.format(**values)


def decimal_comma(value: Any) -> Any:
    """Return a number with its decimal comma; anything else as it is."""
    number = isinstance(value, float) or (isinstance(value, str) and _DECIMAL.fullmatch(value))
    return str(value).replace(".", ",") if number else value
