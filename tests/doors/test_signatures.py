"""A public function takes at most two things by place and seven in all."""

from __future__ import annotations

import inspect

import pytest

import nextome_eval

BY_PLACE, IN_ALL = 2, 7
PLACED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def public_functions() -> list[str]:
    """The front door's functions; a noun's makers name columns, one argument each."""
    return [name for name in nextome_eval.__all__ if name[0].islower()]


@pytest.mark.parametrize("name", public_functions())
def test_few_arguments(name: str) -> None:
    arguments = list(inspect.signature(getattr(nextome_eval, name)).parameters.values())
    assert len(arguments) <= IN_ALL
    assert sum(one.kind in PLACED for one in arguments) <= BY_PLACE


@pytest.mark.parametrize("name", public_functions())
def test_every_argument_has_a_type(name: str) -> None:
    signature = inspect.signature(getattr(nextome_eval, name))
    untyped = [
        one.name
        for one in signature.parameters.values()
        if one.annotation is inspect.Parameter.empty
    ]
    assert untyped == []
    assert signature.return_annotation is not inspect.Signature.empty
