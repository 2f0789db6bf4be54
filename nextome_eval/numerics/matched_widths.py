"""Are the intervals that hold events longer in one group than others' around the same moment?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints

BLOCK = 2_000_000  # pairs looked at together
TIE = 1e-9


@dataclass(frozen=True, eq=False)
class MatchedWidths:
    """What pairs of intervals around the same moment say.

    scores : (n,) how often a row's interval is the longer of a pair, less how often the shorter;
        they sum to 0
    own, others : (k,) mean width of a group's intervals and of those matched to them
    pairs : (k,) pairs behind these
    """

    scores: Floats
    own: Floats
    others: Floats
    pairs: Floats


def matched_widths(left: Floats, right: Floats, group: Ints) -> MatchedWidths:
    """Compare each interval (left, right] with those whose middle it holds or that hold its own.

    Lengths are compared only around one moment: where visits become rarer with time for
    everybody, a group whose events come later has longer intervals without being visited
    otherwise. A pair counts for each of the two middles that lies within the other interval, so
    long and short intervals have the same say. Rows that are alike are worked through together.

    Parameters
    ----------
    left, right : (n,) finite; equal = an exact date
    group : (n,) codes 0..k-1
    """
    k = int(group.max()) + 1
    kinds, code = np.unique(np.column_stack([left, right]), axis=0, return_inverse=True)
    code = np.ravel(code)
    many = np.zeros((len(kinds), k))
    np.add.at(many, (code, group), 1.0)
    low, high = kinds.T
    middle, width = (low + high) / 2, high - low
    score = np.zeros(len(kinds))
    weight, longer = np.zeros((len(kinds), k)), np.zeros((len(kinds), k))
    step = max(1, BLOCK // len(kinds))
    for begin in range(0, len(kinds), step):
        these = slice(begin, begin + step)
        holds = ((low[these, None] < middle) & (middle <= high[these, None])).astype(np.float64)
        held = (low < middle[these, None]) & (middle[these, None] <= high)
        pair = holds + held
        gap = width[these, None] - width
        sign = np.sign(np.where(np.abs(gap) <= TIE * np.maximum(width, 1e-300), 0.0, gap))
        score[these] = (pair * sign) @ many.sum(axis=1)
        weight[these] = pair @ many
        longer[these] = (pair * width) @ many
    everybody, everywidth = weight.sum(axis=1), longer.sum(axis=1)
    apart = many * (everybody[:, None] - weight)  # pairs with other groups
    pairs = apart.sum(axis=0)
    some = np.maximum(pairs, 1e-300)
    return MatchedWidths(
        scores=score[code],
        own=(apart * width[:, None]).sum(axis=0) / some,
        others=(many * (everywidth[:, None] - longer)).sum(axis=0) / some,
        pairs=pairs,
    )
