"""The exact chance of a sum of scores as far out as the one observed, over all dealings of arms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import comb

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints

LARGEST = 4_000_000  # distinct partial sums kept on either side
TIE = 1e-9


@dataclass(frozen=True, eq=False)
class PartialSums:
    """Distinct partial sums: treated so far by block (coded), value, number of ways: (s,) each."""

    code: Ints
    value: Floats
    ways: Floats


def exact_sum_p_value(scores: Floats, treated: Ints, block: Ints) -> tuple[int, int] | None:
    """Count the dealings within blocks whose treated sum lies as far from its mean as observed.

    Parameters
    ----------
    scores : (n,); treated : (n,) 0/1; block : (n,) codes

    Returns
    -------
    far, all : numbers of dealings (two-sided, ties within 1e-9 counted), or None where there are
        too many distinct sums.

    Notes
    -----
    Tied scores are dealt together; the sums of two halves of the households are listed apart and
    matched by sorting (Streitberg and Rohmel 1986 in spirit), which is exact far beyond the
    dealings that could be listed one by one.
    """
    _, blocks = np.unique(block, return_inverse=True)
    chosen = np.bincount(blocks, weights=treated).astype(np.int64)
    sizes = np.bincount(blocks)
    radix = np.concatenate([[1], np.cumprod(chosen[:-1] + 1)]).astype(np.int64)
    means = np.bincount(blocks, weights=scores) / sizes
    centred = scores - means[blocks]
    slack = TIE * max(float(np.abs(centred).max()), 1e-300)
    sides: list[PartialSums] = []
    for items in _shared_out(centred, blocks, slack):
        side = _sums(items, chosen, radix, slack)
        if side is None:
            return None
        sides.append(side)
    observed = abs(float(centred[treated == 1].sum()))
    far = _pairs_beyond(sides, int(chosen @ radix), max(observed - slack, 0.0))
    every = 1
    for size, count in zip(sizes, chosen, strict=True):
        every *= comb(int(size), int(count))
    return min(round(far), every), every


Item = tuple[float, int, int]  # score, how many rows share it, block


def _shared_out(scores: Floats, blocks: Ints, slack: float) -> tuple[list[Item], list[Item]]:
    """Group tied scores within blocks and share them out over two sides of like richness."""
    items: list[Item] = []
    for b in range(int(blocks.max()) + 1):
        own = np.sort(scores[blocks == b])
        start = np.concatenate([[True], np.diff(own) > slack])
        values, counts = own[start], np.diff(np.append(np.flatnonzero(start), len(own)))
        items += [(float(v), int(c), b) for v, c in zip(values, counts, strict=True)]
    left: list[Item] = []
    right: list[Item] = []
    weigh = [0.0, 0.0]
    for item in sorted(items, key=lambda one: -one[1]):
        lighter = int(weigh[1] < weigh[0])
        (right if lighter else left).append(item)
        weigh[lighter] += float(np.log(item[1] + 1))
    return left, right


def _sums(items: list[Item], chosen: Ints, radix: Ints, slack: float) -> PartialSums | None:
    sums = PartialSums(np.zeros(1, np.int64), np.zeros(1), np.ones(1))
    for score, count, b in items:
        here = (sums.code // radix[b]) % (chosen[b] + 1)
        parts = []
        for j in range(count + 1):
            fits = here + j <= chosen[b]
            parts.append(
                (
                    sums.code[fits] + j * radix[b],
                    sums.value[fits] + j * score,
                    sums.ways[fits] * comb(count, j),
                )
            )
        code, value, ways = (np.concatenate(column) for column in zip(*parts, strict=True))
        sums = _merged(code, value, ways, slack)
        if len(sums.code) > LARGEST:
            return None
    return sums


def _merged(code: Ints, value: Floats, ways: Floats, slack: float) -> PartialSums:
    order = np.lexsort((value, code))
    code, value, ways = code[order], value[order], ways[order]
    new = np.concatenate([[True], (np.diff(code) != 0) | (np.diff(value) > slack)])
    starts = np.flatnonzero(new)
    return PartialSums(code[starts], value[starts], np.add.reduceat(ways, starts))


def _pairs_beyond(sides: list[PartialSums], whole: int, observed: float) -> float:
    """Number of ways in which a left and a right sum complete each other beyond the observed."""
    left, right = sides
    far = 0.0
    edges_left = np.flatnonzero(np.concatenate([[True], np.diff(left.code) != 0, [True]]))
    for begin, end in pairwise(edges_left):
        wanted = whole - left.code[begin]
        low, high = np.searchsorted(right.code, [wanted, wanted + 1])
        if low == high:
            continue
        values = right.value[low:high]
        total = np.concatenate([[0.0], np.cumsum(right.ways[low:high])])
        own, ways = left.value[begin:end], left.ways[begin:end]
        above = np.searchsorted(values, observed - own, side="left")
        below = np.searchsorted(values, -observed - own, side="right")
        beyond = total[-1] - total[np.maximum(above, below)] + total[below]
        far += float(ways @ beyond)
    return far
