"""How many have had each cause by each time: Aalen-Johansen and what each row adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nextome_eval.numerics.product_limit import Curve, curve, stopped_sum
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, divide
from nextome_eval.numerics.stopped import Stopped


@dataclass(frozen=True, eq=False)
class Incidence:
    """Cumulative incidence of one cause, on the cells of a risk set.

    Attributes
    ----------
    cause : code of the cause; value : (m,) F(t); n_event : (m,) weighted events of the cause
    curve : the all-cause curve, whose S(t-) says who is left
    """

    cause: int
    value: Floats
    n_event: Floats
    curve: Curve

    @cached_property
    def _jumps(self) -> tuple[Floats, Floats, Floats, Floats]:
        """What an event does to log S, and an event of the cause to F; and their rates at risk."""
        whole = self.curve
        left = whole.n_risk - whole.n_event
        gone = (whole.n_event > 0) & (left <= 1e-12 * whole.n_risk)
        fall = divide(np.ones_like(left), np.where(gone, 0.0, left))
        rise = divide(whole.before, whole.n_risk)
        return (
            fall,
            fall * divide(whole.n_event, whole.n_risk),
            rise,
            rise * divide(self.n_event, whole.n_risk),
        )

    def influence(self, cells: Ints) -> Floats:
        """Influence of each row on F at the given cells: (n, k).

        A change l_i(v) in log S at v changes F(t) by l_i(v) (F(t) - F(v)); to this adds the row's
        own event of the cause less its share of those expected.
        """
        risk, f = self.curve.risk, self.value
        fall, rate, rise, own_rate = self._jumps
        change = -stopped_sum(risk, fall, rate, cells) * f[cells]
        change += stopped_sum(risk, fall * f, rate * f, cells)
        mine = risk.event == self.cause
        change += stopped_sum(risk, rise, own_rate, cells, happened=mine)
        return risk.weights[:, None] * change

    def variance(self, cluster: Ints | None = None) -> Floats:
        """Variance of F(t) at every cell by influences: (m,), in time O(n log n).

        They are summed by ``cluster`` (n,) if given. The influence at t is F(t) P_i(t) + Q_i(t),
        two stopped processes whose products split into rows gone by t and rows still at risk.
        """
        risk, f = self.curve.risk, self.value
        fall, rate, rise, own_rate = self._jumps
        any_event, mine = risk.event > 0, risk.event == self.cause
        q_rate = rate * f + own_rate
        p = Stopped.of(risk, -np.where(any_event, fall[risk.last], 0.0), -rate)
        own = np.where(any_event, (fall * f)[risk.last], 0.0)
        q = Stopped.of(risk, own + np.where(mine, rise[risk.last], 0.0), q_rate)
        pp, pq, qq = (x.products(y, cluster) for x, y in ((p, p), (p, q), (q, q)))
        return np.maximum(f**2 * pp + 2.0 * f * pq + qq, 0.0)


def incidences(risk: RiskSet, causes: list[int]) -> list[Incidence]:
    """Estimate the cumulative incidence of each cause for each stratum of a risk set.

    F_k(t) = sum over u <= t of S(u-) dN_k(u) / Y(u); they and S(t) add to 1.
    Aalen and Johansen 1978; the variance is R survfit's.
    """
    whole = curve(risk)
    found = []
    for cause in causes:
        events = risk.at_exit(np.where(risk.event == cause, risk.weights, 0.0))
        value = risk.running(whole.before * divide(events, whole.n_risk))
        found.append(Incidence(cause, value, events, whole))
    return found
