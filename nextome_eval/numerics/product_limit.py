"""Kaplan-Meier and Nelson-Aalen curves, and what each row contributed to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, along, divide
from nextome_eval.numerics.stopped import Stopped

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Curve:
    """A step function a stratum, on the cells of a risk set.

    ``risk``: the risk set whose cells are the steps. What follows from it is computed when asked.
    """

    risk: RiskSet

    @property
    def n_risk(self) -> Floats:
        """Weighted number at risk just before each cell's time: (m,)."""
        return self.risk.n_risk

    @property
    def n_event(self) -> Floats:
        """Weighted events in each cell: (m,)."""
        return self.risk.n_event

    @cached_property
    def n_censor(self) -> Floats:
        """Weighted number censored: (m,)."""
        return self.risk.at_exit((self.risk.event == 0) * self.risk.weights)

    @cached_property
    def _share(self) -> Floats:
        return divide(self.n_event, self.n_risk)

    @cached_property
    def _left(self) -> Floats:
        """Number left after each cell; infinite where it is nobody, who is to weigh nothing."""
        left = self.n_risk - self.n_event
        left[left <= 1e-12 * self.n_risk] = np.inf
        return left

    @cached_property
    def survival(self) -> Floats:
        """Kaplan-Meier S(t): (m,)."""
        passed = 1.0 - self._share
        passed[(self._left == np.inf) & (self._share > 0)] = 0.0
        return _running_product(self.risk, passed)

    @cached_property
    def greenwood(self) -> Floats:
        """Sum of d / (Y (Y - d)), the variance of log S(t): (m,), as long as anyone is left."""
        return self.risk.running(self._share / self._left)

    @cached_property
    def hazard(self) -> Floats:
        """Nelson-Aalen H(t): (m,)."""
        return self.risk.running(self._share)

    @cached_property
    def hazard_variance(self) -> Floats:
        """Sum of d / Y^2: (m,)."""
        return self.risk.running(divide(self._share, self.n_risk))

    @property
    def before(self) -> Floats:
        """S(t-) at each cell: (m,)."""
        previous = np.concatenate([[1.0], self.survival[:-1]])
        previous[self.risk.start[:-1]] = 1.0
        return previous

    def survival_influence(self, cells: Ints) -> Floats:
        """Influence of each row on S at the given cells: (n, k).

        The derivative of S with respect to a row's weight, times the weight:
        -S(t) sum over u <= t of (dN_i - Y_i d / Y) / (Y - d). Without delayed entry its squares
        sum to Greenwood's variance.
        """
        jump, rate = self._log_survival_jumps()
        total = stopped_sum(self.risk, jump, rate, cells)
        return -self.survival[cells] * self.risk.weights[:, None] * total

    def hazard_influence(self, cells: Ints) -> Floats:
        """Influence of each row on the cumulative hazard at the given cells: (n, k)."""
        jump = divide(np.ones_like(self.n_risk), self.n_risk)
        rate = self.n_event * jump**2
        return self.risk.weights[:, None] * stopped_sum(self.risk, jump, rate, cells)

    def robust_variance(self, cluster: Ints | None = None) -> Floats:
        """Variance of S(t) at every cell by influences, summed by ``cluster`` (n,) if given."""
        jump, rate = self._log_survival_jumps()
        change = Stopped.of(self.risk, (self.risk.event > 0) * jump[self.risk.last], rate)
        return np.asarray(self.survival**2 * np.maximum(change.products(change, cluster), 0.0))

    def robust_hazard_variance(self, cluster: Ints | None = None) -> Floats:
        """Variance of H(t) at every cell by influences, summed by ``cluster`` (n,) if given."""
        jump = divide(np.ones_like(self.n_risk), self.n_risk)
        rate = self.n_event * jump**2
        change = Stopped.of(self.risk, (self.risk.event > 0) * jump[self.risk.last], rate)
        return np.maximum(change.products(change, cluster), 0.0)

    def _log_survival_jumps(self) -> tuple[Floats, Floats]:
        return 1.0 / self._left, self._share / self._left


def curve(risk: RiskSet) -> Curve:
    """Estimate S(t) and H(t) for each stratum of a risk set, any cause counting as the event.

    Kaplan and Meier 1958; Nelson 1972; Greenwood 1926; (entry, exit] risk sets.
    """
    return Curve(risk)


def cells_at(risk: RiskSet, stratum: int, times: Floats) -> Ints:
    """Give the cell of a stratum in force at each time, -1 before the first."""
    begin, end = int(risk.start[stratum]), int(risk.start[stratum + 1])
    here = risk.time[begin:end]
    slack = 1e-9 * np.abs(times)
    found = np.searchsorted(here, times + slack, side="right")
    return np.asarray(np.where(found == 0, -1, begin + found - 1), dtype=np.int64)


def _running_product(risk: RiskSet, factors: Floats) -> Floats:
    if risk.few_strata:
        return along(np.multiply, factors, risk.start)
    gone = risk.running((factors == 0).astype(float)) > 0
    return np.where(gone, 0.0, np.exp(risk.running(np.log(np.where(factors == 0, 1.0, factors)))))


def stopped_sum(
    risk: RiskSet, jump: Floats, rate: Floats, cells: Ints, *, happened: Bools | None = None
) -> Floats:
    """Sum over u <= cell of jump(u) dN_i(u) - rate(u) Y_i(u) for each row and cell: (n, k).

    ``jump``, ``rate``: (m,); ``happened``: (n,) which exits count as events (any, by default).
    """
    events = risk.event > 0 if happened is None else happened
    total = risk.running(rate)
    before_entry = (total - rate)[risk.first]
    at = cells[None, :]
    same = risk.stratum[:, None] == risk.cell_stratum[at]
    over = events[:, None] & (risk.last[:, None] <= at)
    until = total[np.minimum(risk.last[:, None], at)]
    entered = risk.first[:, None] <= at
    change = np.where(over, jump[risk.last][:, None], 0.0)
    change -= np.where(entered, until - before_entry[:, None], 0.0)
    return np.where(same, change, 0.0)
