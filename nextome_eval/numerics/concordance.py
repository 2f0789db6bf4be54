"""How often the row expected to have the event first does: pairs counted without pairing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet


@dataclass(frozen=True, eq=False)
class Concordance:
    """Share of comparable pairs in which the higher score had the event first, ties half.

    ``concordant``, ``discordant``, ``tied``: weighted pairs (tied: equal scores);
    ``influence``: (n,) of each row on the share.
    """

    value: float
    concordant: float
    discordant: float
    tied: float
    influence: Floats


def concordance(risk: RiskSet, score: Floats) -> Concordance:
    """Compare each event with those at risk then who outlive it, within strata.

    Parameters
    ----------
    risk : RiskSet
    score : (n,) higher = the event expected sooner

    Notes
    -----
    Rows i, j are comparable if i has an event at t, j is at risk at t and does not have its event
    at t (censored at t counts as later). Harrell et al. 1982; with delayed entry and weights as R
    survival's concordance. Sums below a rank and up to a time come from sorting: O(n log^2 n).
    """
    rank = np.unique(score, return_inverse=True)[1]
    gone = np.where(risk.event > 0, risk.last, risk.last + 1)
    events = np.flatnonzero(risk.event > 0)
    point_cell = np.concatenate([risk.first, gone])
    point_rank = np.concatenate([rank, rank])
    signed = np.concatenate([risk.weights, -risk.weights])
    # seen from the event: who of those at risk has a lower score, and who an equal one
    lower, up_to, everyone = (
        _below(point_cell, point_rank, signed, risk.last[events], r)
        for r in (rank[events], rank[events] + 1, np.full(len(events), rank.max() + 1))
    )
    # seen from those at risk: the events that they outlived and their scores
    after = np.concatenate([gone - 1, risk.first - 1])
    sign = np.repeat([1.0, -1.0], risk.n)
    own = [
        (sign * _below(risk.last[events], rank[events], risk.weights[events], after, r))
        for r in (np.tile(rank, 2), np.tile(rank + 1, 2), np.full(2 * risk.n, rank.max() + 1))
    ]
    events_lower, events_up_to, events_all = (one[: risk.n] + one[risk.n :] for one in own)
    won = events_all - events_up_to + 0.5 * (events_up_to - events_lower)
    pairs = events_all.copy()
    won[events] += lower + 0.5 * (up_to - lower)
    pairs[events] += everyone
    w = risk.weights[events]
    total = float(w @ everyone)
    concordant, tied = float(w @ lower), float(w @ (up_to - lower))
    value = (concordant + 0.5 * tied) / total if total > 0 else float("nan")
    influence = risk.weights * (won - value * pairs) / total if total > 0 else 0.0 * risk.weights
    return Concordance(value, concordant, total - concordant - tied, tied, influence)


def _below(cell: Ints, rank: Ints, weight: Floats, asked_cell: Ints, asked_rank: Ints) -> Floats:
    """Sum the weights of points with cell <= asked and rank < asked, for each question: (q,).

    Points and questions lie in one line by cell. At each of log2 levels the line is cut in blocks;
    a question collects the points of lower rank from the block just before its own.
    """
    n, q = len(cell), len(asked_cell)
    asks = np.concatenate([np.zeros(n, bool), np.ones(q, bool)])
    cells, ranks = np.concatenate([cell, asked_cell]), np.concatenate([rank, asked_rank])
    place = np.empty(n + q, np.int64)
    place[np.lexsort((asks, cells))] = np.arange(n + q)
    by_rank = np.lexsort((~asks, ranks))  # a question before the points of its own rank
    position = place[by_rank]
    amount = np.concatenate([weight, np.zeros(q)])[by_rank]
    question = asks[by_rank]
    total = np.zeros(n + q)
    for level in range(max(int(n + q - 1).bit_length(), 1)):
        block = position >> (level + 1)
        order = np.argsort(block, kind="stable")
        right = ((position >> level) & 1)[order].astype(bool)
        left_amount = np.where(right, 0.0, amount[order])
        running = np.cumsum(left_amount)
        start = np.searchsorted(block[order], block[order])
        so_far = running - (running[start] - left_amount[start])
        take = right & question[order]
        total[order[take]] += so_far[take]
    answer = np.zeros(n + q)
    answer[by_rank] = total
    return answer[n:]
