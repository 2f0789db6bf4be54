"""Cox's partial likelihood: its value, slope and curvature at given coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, by_column, summed


@dataclass(frozen=True, eq=False)
class Ties:
    """Steps of which part of the cell's deaths have left already, and the rows that die there.

    step : (T,) which steps; cell : (T,) code of the cell of each, among the cells with ties
    row : (R,) which rows; row_cell : (R,) code of the cell of each; many : how many such cells
    """

    step: Ints
    cell: Ints
    row: Ints
    row_cell: Ints
    many: int


@dataclass(frozen=True, eq=False)
class EventSteps:
    """The steps of the likelihood: an event cell once (Breslow), once a tied death (Efron).

    cell : (J,) cell of each step, sorted
    fraction : (J,) share of the tied deaths already taken out of the risk set
    weight : (J,) weight of the step
    died : (n,) weight of each row that dies, 0 of the others
    ties : the steps with a fraction above 0
    """

    cell: Ints
    fraction: Floats
    weight: Floats
    died: Floats
    ties: Ties

    def at_risk(self, risk: RiskSet, values: Floats) -> Floats:
        """Sum values (n,) or (n, p) over the rows at risk at each step: (J,) or (J, p)."""
        if values.ndim == 2:
            return by_column(lambda one: self.at_risk(risk, one), values, len(self.cell))
        total, ties = risk.at_risk(values, self.cell), self.ties
        if ties.many:
            leaving = summed(ties.row_cell, values[ties.row], ties.many)
            total[ties.step] -= self.fraction[ties.step] * leaving[ties.cell]
        return total


def event_steps(risk: RiskSet, ties: str) -> EventSteps:
    """List the likelihood's steps for ``ties`` "efron" or "breslow"."""
    died = (risk.event > 0) * risk.weights
    weight = risk.at_exit(died)
    number = risk.at_exit((died > 0).astype(float)).astype(np.int64)
    cells = np.flatnonzero(number)
    if ties == "breslow":
        fraction = np.zeros(len(cells))
        return EventSteps(cells, fraction, weight[cells], died, _ties(risk, cells, fraction, died))
    many = number[cells]
    cell = np.repeat(cells, many)
    place = np.arange(len(cell)) - np.repeat(np.cumsum(many) - many, many)
    fraction = place / number[cell]
    shared = weight[cell] / number[cell]
    return EventSteps(cell, fraction, shared, died, _ties(risk, cell, fraction, died))


def _ties(risk: RiskSet, cell: Ints, fraction: Floats, died: Floats) -> Ties:
    step = np.flatnonzero(fraction)
    code = np.full(risk.m, -1)
    cells = cell[step][np.diff(cell[step], prepend=-1) > 0]
    code[cells] = np.arange(len(cells))
    row = np.flatnonzero((died > 0) & (code[risk.last] >= 0)) if len(cells) else step
    return Ties(step, code[cell[step]], row, code[risk.last[row]], len(cells))


@dataclass(frozen=True, eq=False)
class Moments:
    """The risk set's weighted means at a coefficient vector, one line a step of the likelihood.

    log_likelihood : scalar; score : (p,); information : (p, p)
    relative : (n,) exp(offset + x b) up to a factor a stratum; own : (n,) weights * relative
    scale : (S,) the logarithm taken out of each stratum's relative risks
    total : (J,) S0; mean : (J, p) S1 / S0; hazard : (J,) weight / S0
    exposure : (n,) cumulative hazard of relative risk 1 that each row lived through
    """

    log_likelihood: float
    score: Floats
    information: Floats
    relative: Floats
    own: Floats
    scale: Floats
    total: Floats
    mean: Floats
    hazard: Floats
    exposure: Floats


def moments(
    risk: RiskSet, x: Floats, beta: Floats, *, steps: EventSteps, offset: Floats | None = None
) -> Moments:
    """Evaluate the partial likelihood at ``beta``.

    Parameters
    ----------
    x : (n, p) covariates, best centred
    beta : (p,)
    steps : from `event_steps`
    offset : (n,) added to the linear predictor

    Notes
    -----
    The information is sum_i r_i x_i x_i' L_i - sum_j w_j xbar_j xbar_j', with L_i the hazard that
    row i lived through: one (p, n)(n, p) product instead of p^2 cumulative sums.
    Therneau and Grambsch 2000, ch. 3; Efron 1977.
    """
    eta = x @ beta if offset is None else x @ beta + offset
    scale = _level(risk, eta)
    eta -= scale[0] if len(scale) == 1 else scale[risk.stratum]
    relative = np.exp(eta)
    own = relative if risk.given is None else risk.given * relative
    total = steps.at_risk(risk, own)
    mean = np.empty((len(total), x.shape[1]), order="F")
    for j in range(x.shape[1]):
        np.divide(steps.at_risk(risk, own * x[:, j]), total, out=mean[:, j])
    hazard = steps.weight / total
    exposure = exposure_to(risk, steps, hazard)
    lived = own * exposure
    return Moments(
        log_likelihood=float(steps.died @ eta - steps.weight @ np.log(total)),
        score=(steps.died - lived) @ x,
        information=_gram(x, lived) - _gram(mean, steps.weight),
        relative=relative,
        own=own,
        scale=scale,
        total=total,
        mean=mean,
        hazard=hazard,
        exposure=exposure,
    )


def exposure_to(risk: RiskSet, steps: EventSteps, amounts: Floats) -> Floats:
    """Sum amounts (J,) or (J, p) over the steps in which each row stands at risk: (n,) or (n, p).

    A row that dies in a tied cell counts 1 - fraction of each of the cell's steps (Efron).
    """
    if amounts.ndim == 2:
        return by_column(lambda one: exposure_to(risk, steps, one), amounts, risk.n)
    lived, ties = risk.over_time_at_risk(summed(steps.cell, amounts, risk.m)), steps.ties
    if ties.many:
        given_up = summed(ties.cell, (steps.fraction * amounts)[ties.step], ties.many)
        lived[ties.row] -= given_up[ties.row_cell]
    return lived


def _gram(columns: Floats, weight: Floats) -> Floats:
    """Weighted cross-products columns' diag(weight) columns: (p, p), a column at a time."""
    p = columns.shape[1]
    product = np.empty((p, p))
    for j in range(p):
        product[j] = (weight * columns[:, j]) @ columns
    return product


def _level(risk: RiskSet, eta: Floats) -> Floats:
    """Largest linear predictor of each stratum, so that exp never overflows: (S,)."""
    n_strata = len(risk.start) - 1
    if n_strata == 1:
        return np.array([eta.max() if len(eta) else 0.0])
    highest = np.full(n_strata, -np.inf)
    np.maximum.at(highest, risk.stratum, eta)
    return np.where(np.isfinite(highest), highest, 0.0)
