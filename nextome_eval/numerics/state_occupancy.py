"""Which share is in each state at each time, when households move between states and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.distinct_times import distinct_times
from nextome_eval.numerics.risk_set import Floats, Ints


@dataclass(frozen=True, eq=False)
class Occupancy:
    """Aalen-Johansen estimate for moves between K states.

    time : (T,) times with a move or an exit; share : (T, K); influence : (n, T, K) by household;
    n_risk : (T, K) in each state just before; n_event : (T, K) moves into each state
    """

    time: Floats
    share: Floats
    influence: Floats
    n_risk: Floats
    n_event: Floats


@dataclass(frozen=True, eq=False)
class Stays:
    """Stays of households in states: (rows,) each.

    unit : household; entry, exit : at risk on (entry, exit]; state : in it; to : moved to, -1 =
    observation ends; weight ; n : households; states : how many
    """

    unit: Ints
    entry: Floats
    exit: Floats
    state: Ints
    to: Ints
    weight: Floats
    n: int
    states: int


def occupancy(stays: Stays) -> Occupancy:
    """Multiply out p(t) = p(0) prod (I + dA(u)), carrying each household's derivative along.

    p(0) is the share in each state of those under observation just before the first move: who
    enters later tells nothing about the beginning. Aalen and Johansen 1978; infinitesimal
    jackknife as R survfit for multi-state data, the share at the start included.
    """
    k, n = stays.states, stays.n
    time, (out, _) = distinct_times(stays.exit, stays.exit)
    moves = (stays.to >= 0) & (stays.to != stays.state)
    first = int(out[moves].min()) if moves.any() else 0
    early = np.flatnonzero((stays.entry < time[first] * (1 - 1e-9)) & (out >= first))
    began = np.zeros((n, k))
    np.add.at(began, (stays.unit[early], stays.state[early]), stays.weight[early])
    p = began.sum(axis=0) / began.sum()
    u = (began - began.sum(axis=1, keepdims=True) * p) / began.sum()
    shares, influences, risks, events = [], [], [], []
    for j, t in enumerate(time):
        there = (stays.entry < t * (1 - 1e-9)) & (out >= j)
        y = np.bincount(stays.state[there], stays.weight[there], minlength=k)
        moved = moves & (out == j)
        counts = np.zeros((k, k))
        np.add.at(counts, (stays.state[moved], stays.to[moved]), stays.weight[moved])
        rate = np.divide(counts, y[:, None], out=np.zeros((k, k)), where=y[:, None] > 0)
        step = np.eye(k) + rate - np.diag(rate.sum(axis=1))
        u = u @ step
        share = np.divide(p, y, out=np.zeros(k), where=y > 0)  # p_j(t-) / Y_j
        pull = step - np.eye(k)
        if moved.any():
            own = share[stays.state] * stays.weight
            change = -own[:, None] * there[:, None] * pull[stays.state]
            change += np.where(moved, own, 0.0)[:, None] * (
                np.eye(k)[np.maximum(stays.to, 0)] - np.eye(k)[stays.state]
            )
            np.add.at(u, stays.unit, change)
        p = p @ step
        shares.append(p)
        influences.append(u.copy())
        risks.append(y)
        events.append(counts.sum(axis=0))
    return Occupancy(
        time=time,
        share=np.array(shares),
        influence=np.stack(influences, axis=1),
        n_risk=np.array(risks),
        n_event=np.array(events),
    )
