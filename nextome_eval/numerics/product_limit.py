"""Kaplan-Meier and Nelson-Aalen curves, and what each row contributed to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, divide

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Curve:
    """A step function a stratum, on the cells of a risk set.

    Attributes
    ----------
    risk : the risk set whose cells are the steps
    n_risk, n_event, n_censor : (m,) weighted counts; at risk is just before the time
    survival : (m,) Kaplan-Meier S(t)
    hazard : (m,) Nelson-Aalen H(t)
    greenwood : (m,) sum of d / (Y (Y - d)), the variance of log S(t); inf once S = 0
    hazard_variance : (m,) sum of d / Y^2
    """

    risk: RiskSet
    n_risk: Floats
    n_event: Floats
    n_censor: Floats
    survival: Floats
    hazard: Floats
    greenwood: Floats
    hazard_variance: Floats

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

    def robust_variance(self, unit: Ints) -> Floats:
        """Variance of S(t) at every cell from the influence summed within units: (m,).

        Blocks of cells are worked through so that memory stays at about 10 million numbers.
        """
        n_units = int(unit.max()) + 1
        block = max(1, 10_000_000 // max(self.risk.n, 1))
        pieces = []
        for begin in range(0, self.risk.m, block):
            cells = np.arange(begin, min(begin + block, self.risk.m))
            rows = self.survival_influence(cells)
            folded = np.stack([np.bincount(unit, r, minlength=n_units) for r in rows.T], axis=1)
            pieces.append((folded**2).sum(axis=0))
        return np.concatenate(pieces)

    def _log_survival_jumps(self) -> tuple[Floats, Floats]:
        left = self.n_risk - self.n_event
        jump = divide(np.ones_like(left), np.where(_nobody_left(self), 0.0, left))
        return jump, jump * divide(self.n_event, self.n_risk)


def curve(risk: RiskSet) -> Curve:
    """Estimate S(t) and H(t) for each stratum of a risk set, any cause counting as the event.

    Kaplan and Meier 1958; Nelson 1972; Greenwood 1926; (entry, exit] risk sets.
    """
    n_risk, n_event, n_censor = risk.counts()
    share = divide(n_event, n_risk)
    left = n_risk - n_event
    none_left = (n_event > 0) & (left <= 1e-12 * n_risk)
    with np.errstate(divide="ignore"):
        terms = np.where(none_left, np.inf, divide(share, np.where(none_left, 1.0, left)))
    survival = _running_product(risk, np.where(none_left, 0.0, 1.0 - share))
    return Curve(
        risk=risk,
        n_risk=n_risk,
        n_event=n_event,
        n_censor=n_censor,
        survival=survival,
        hazard=risk.running(share),
        greenwood=_running_with_infinity(risk, terms),
        hazard_variance=risk.running(divide(share, n_risk)),
    )


def cells_at(risk: RiskSet, stratum: int, times: Floats) -> Ints:
    """Give the cell of a stratum in force at each time, -1 before the first."""
    begin, end = int(risk.start[stratum]), int(risk.start[stratum + 1])
    here = risk.time[begin:end]
    slack = 1e-9 * np.abs(times)
    found = np.searchsorted(here, times + slack, side="right")
    return np.asarray(np.where(found == 0, -1, begin + found - 1), dtype=np.int64)


def _nobody_left(curve: Curve) -> np.ndarray:
    return (curve.n_event > 0) & (curve.n_risk - curve.n_event <= 1e-12 * curve.n_risk)


def _running_product(risk: RiskSet, factors: Floats) -> Floats:
    if len(risk.start) == 2:
        return np.asarray(np.cumprod(factors), dtype=np.float64)
    if len(risk.start) < 64:
        blocks = zip(risk.start[:-1], risk.start[1:], strict=True)
        return np.concatenate([np.cumprod(factors[a:b]) for a, b in blocks])
    gone = risk.running((factors == 0).astype(float)) > 0
    return np.where(gone, 0.0, np.exp(risk.running(np.log(np.where(factors == 0, 1.0, factors)))))


def _running_with_infinity(risk: RiskSet, terms: Floats) -> Floats:
    infinite = ~np.isfinite(terms)
    total = risk.running(np.where(infinite, 0.0, terms))
    if infinite.any():
        total = np.where(risk.running(infinite.astype(float)) > 0, np.inf, total)
    return total


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
