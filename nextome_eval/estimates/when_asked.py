"""What an answer holds but few ask for, made when it is first read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


def when_asked(make: Callable[[], T]) -> T:
    """Stand for what a function makes, in a field that a `WhenAsked` holds."""
    return cast(T, make)


class WhenAsked:
    """Holds a field of a class: a value, or a function that makes it when it is first read."""

    def __init__(self, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, of: Any, owner: type | None = None) -> Any:
        if of is None:
            return self
        held = vars(of)[self._name]
        if callable(held):
            held = vars(of)[self._name] = held()
        return held

    def __set__(self, of: Any, value: Any) -> None:
        vars(of)[self._name] = value

    def waits(self, of: Any) -> bool:
        """Say whether nobody has read the field of an object yet."""
        return callable(vars(of)[self._name])
