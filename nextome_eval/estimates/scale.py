"""The scale on which an estimate is near normal, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextome_eval.errors import DesignProblem

__all__ = ["SCALES", "Scale", "scale_named"]

Transform = Callable[[Any], Any]


@dataclass(frozen=True)
class Scale:
    """Values are kept on the scale of `shown`'s argument; people read ``shown(value)``."""

    name: str
    shown: Transform
    null: Any


def _same(value: Any) -> Any:
    return value


SCALES = {
    "identity": Scale("identity", _same, 0.0),
    "log": Scale("log", np.exp, 0.0),
    "logit": Scale("logit", lambda v: 1 / (1 + np.exp(-v)), 0.0),
}


def scale_named(name: str | Sequence[str]) -> Scale:
    """Return a scale by name, or the scale of rows that each have their own.

    Examples
    --------
    >>> scale_named(("identity", "log")).shown(np.array([2.0, 0.0]))
    array([2., 1.])
    """
    if not isinstance(name, str):
        return _by_row([scale_named(one) for one in name])
    if name not in SCALES:
        raise DesignProblem("scale_unknown", scale=name, found=list(SCALES))
    return SCALES[name]


def _by_row(each: Sequence[Scale]) -> Scale:
    def shown(value: Any) -> Any:
        return np.array([scale.shown(v) for scale, v in zip(each, value, strict=True)])

    return Scale("by row", shown, np.array([scale.null for scale in each]))
