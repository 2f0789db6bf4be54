"""Several outcomes under the same dealings: which effects stand when all are looked at?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.answer import Method
from nextome_eval.estimates.dealings import ENUMERATED, admissible
from nextome_eval.estimates.permutation import TIE, permute
from nextome_eval.estimates.test import Test

__all__ = ["romano_wolf"]


def romano_wolf(
    fns: Mapping[str, Method],
    door: Any,
    *,
    within: str | None = None,
    draws: int = 9999,
    seed: int = 1,
) -> dict[str, Test]:
    """Adjust a family of permutation tests by stepping down through their joint distribution.

    The largest statistic is compared with the largest of the family in each dealing, the next
    with the largest of those left, and so on; dependence between outcomes is used, so this loses
    less than Holm.

    Parameters
    ----------
    fns : mapping
        Name -> function from a door to Estimates or Test, as for `permute`.
    door : Panel or Durations
    within, draws, seed
        As `permute`; all outcomes see the same dealings.

    Returns
    -------
    dict
        Name -> the Test with adjusted ``p_value``, ``numerator`` and ``denominator``.

    Raises
    ------
    DesignProblem
        An empty family.

    Source
    ------
    Romano and Wolf (2005, 2016); Westfall and Young (1993), algorithm 2.8.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.models.did.did import did
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 2), "t": [0, 6] * 6,
    ...                    "arm": ["pilot"] * 6 + ["current"] * 6,
    ...                    "y": [1.0, 5, 2, 9, 3, 8, 1, 2, 3, 4, 2, 4],
    ...                    "z": [1.0, 2, 2, 2, 3, 3, 1, 2, 3, 4, 2, 2]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> tests = romano_wolf({"y": lambda p: did(p, "y"), "z": lambda p: did(p, "z")}, panel)
    >>> {name: (test.numerator, test.denominator) for name, test in tests.items()}
    {'y': (4, 20), 'z': (20, 20)}

    See METHODS.md: Multiplicity
    """
    if not fns:
        raise DesignProblem("empty_family")
    tests = {
        name: permute(fn, door, within=within, draws=draws, seed=seed) for name, fn in fns.items()
    }
    names = sorted(tests, key=lambda name: -abs(tests[name].statistic))
    ranked = {name: _extreme(tests[name]) for name in names}
    extra = 0 if admissible(door, within).count <= ENUMERATED else 1
    adjusted: dict[str, Test] = {}
    least = 0
    for place, name in enumerate(names):
        largest = np.max([ranked[other] for other in names[place:]], axis=0)
        count = int((largest >= abs(tests[name].statistic) * (1 - TIE)).sum()) + extra
        least = max(least, count)
        total = len(largest) + extra
        adjusted[name] = replace(
            tests[name],
            p_value=least / total,
            numerator=least,
            denominator=total,
            method=f"{tests[name].method}, Romano-Wolf over {len(fns)}",
        )
    return {name: adjusted[name] for name in fns}


def _extreme(test: Test) -> np.ndarray:
    assert test.draws is not None
    return np.nan_to_num(np.abs(test.draws), nan=np.inf)
