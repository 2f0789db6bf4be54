"""Cox's partial likelihood: its value, slope and curvature at given coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, by_column, summed


@dataclass(frozen=True, eq=False)
class EventSteps:
    """The steps of the likelihood: an event cell once (Breslow), once a tied death (Efron).

    cell : (J,) cell of each step, sorted
    fraction : (J,) share of the tied deaths already taken out of the risk set
    weight : (J,) weight of the step
    """

    cell: Ints
    fraction: Floats
    weight: Floats


def event_steps(risk: RiskSet, ties: str) -> EventSteps:
    """List the likelihood's steps for ``ties`` "efron" or "breslow"."""
    died = risk.event > 0
    weight = risk.at_exit(np.where(died, risk.weights, 0.0))
    number = risk.at_exit((died & (risk.weights > 0)).astype(float)).astype(np.int64)
    cells = np.flatnonzero(number)
    if ties == "breslow":
        return EventSteps(cells, np.zeros(len(cells)), weight[cells])
    many = number[cells]
    cell = np.repeat(cells, many)
    place = np.arange(len(cell)) - np.repeat(np.cumsum(many) - many, many)
    return EventSteps(cell, place / number[cell], weight[cell] / number[cell])


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
    relative = np.exp(eta - scale[risk.stratum])
    own = risk.weights * relative
    died = risk.event > 0
    cell, fraction = steps.cell, steps.fraction
    leaving = np.where(died, own, 0.0)
    tied = bool(fraction.any())
    total = risk.at_risk(own)[cell]
    if tied:
        total = total - fraction * risk.at_exit(leaving)[cell]
    mean = np.empty((len(cell), x.shape[1]), order="F")
    for j in range(x.shape[1]):
        sums = risk.at_risk(own * x[:, j])[cell]
        if tied:
            sums = sums - fraction * risk.at_exit(leaving * x[:, j])[cell]
        np.divide(sums, total, out=mean[:, j])
    hazard = steps.weight / total
    exposure = exposure_to(risk, steps, hazard)
    weighted = np.where(died, risk.weights, 0.0)
    level = scale[risk.cell_stratum[cell]]
    log_likelihood = float(weighted @ eta - steps.weight @ (np.log(total) + level))
    lived = own * exposure
    return Moments(
        log_likelihood=log_likelihood,
        score=(weighted - lived) @ x,
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
    amounts_by_cell = _by_cell(risk, steps, amounts)
    lived = risk.over_time_at_risk(amounts_by_cell)
    if steps.fraction.any():
        share = steps.fraction if amounts.ndim == 1 else steps.fraction[:, None]
        given_up = _by_cell(risk, steps, share * amounts)[risk.last]
        died = risk.event > 0
        lived = lived - np.where(died if amounts.ndim == 1 else died[:, None], given_up, 0.0)
    return lived


def _gram(columns: Floats, weight: Floats) -> Floats:
    """Weighted cross-products columns' diag(weight) columns: (p, p), a column at a time."""
    p = columns.shape[1]
    product = np.empty((p, p))
    for j in range(p):
        product[j] = (weight * columns[:, j]) @ columns
    return product


def _by_cell(risk: RiskSet, steps: EventSteps, amounts: Floats) -> Floats:
    if amounts.ndim == 1:
        return summed(steps.cell, amounts, risk.m)
    return by_column(lambda one: _by_cell(risk, steps, one), amounts, risk.m)


def _level(risk: RiskSet, eta: Floats) -> Floats:
    """Largest linear predictor of each stratum, so that exp never overflows: (S,)."""
    n_strata = len(risk.start) - 1
    if n_strata == 1:
        return np.array([eta.max() if len(eta) else 0.0])
    highest = np.full(n_strata, -np.inf)
    np.maximum.at(highest, risk.stratum, eta)
    return np.where(np.isfinite(highest), highest, 0.0)
