"""Cox's model where households of a flat share a hidden factor, gamma distributed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, gammaln

from nextome_eval.numerics.cox_fit import climb, inverse
from nextome_eval.numerics.partial_likelihood import EventSteps, Moments, event_steps, moments
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, summed

NONE, MOST = -9.0, 4.0  # logarithms of the variance between which it is looked for


@dataclass(frozen=True, eq=False)
class PenalisedFit:
    """The penalised likelihood at (log factors, beta): value, slope and curvature."""

    log_likelihood: float
    score: Floats
    information: Floats


@dataclass(frozen=True, eq=False)
class FrailtyFit:
    """A fitted shared gamma frailty.

    beta : (p,); covariance : (p, p) from the penalised information, the variance held
    variance : of the factor (mean 1); factors : (G,) log factors
    log_likelihood : marginal, without the factor and with it
    """

    beta: Floats
    covariance: Floats
    variance: float
    factors: Floats
    log_likelihood: tuple[float, float]
    converged: bool


def fit_gamma_frailty(
    risk: RiskSet, x: Floats, cluster: Ints, *, ties: str = "efron"
) -> FrailtyFit:
    """Fit by the penalised partial likelihood, the factor's variance by the marginal one.

    Parameters
    ----------
    x : (n, p) covariates; cluster : (n,) codes 0..G-1 of who shares a factor

    Notes
    -----
    log factors w have the penalty sum (exp(w) - w) / theta; the marginal likelihood adds
    nu + d - (nu + d) log(nu + d) + nu log nu + log G(nu + d) / G(nu), nu = 1 / theta, d the events
    of a cluster. Therneau and Grambsch 2000, ch. 9; the EM of Klein 1992 has the same top.
    """
    groups = int(cluster.max()) + 1
    centre = risk.weights @ x / risk.weights.sum()
    both = np.asfortranarray(np.column_stack([np.eye(groups)[cluster], x - centre]))
    steps = event_steps(risk, ties)
    events = summed(cluster, np.where(risk.event > 0, risk.weights, 0.0), groups)
    last = np.zeros(both.shape[1])

    def at(theta: float) -> tuple[Floats, PenalisedFit, bool]:
        def evaluate(b: Floats) -> PenalisedFit:
            there = moments(risk, both, b, steps=steps)
            w = b[:groups]
            push = np.concatenate([(np.exp(w) - 1.0) / theta, np.zeros(len(b) - groups)])
            bend = np.concatenate([np.exp(w) / theta, np.zeros(len(b) - groups)])
            return PenalisedFit(
                there.log_likelihood - float((np.exp(w) - w).sum()) / theta,
                there.score - push,
                there.information + np.diag(bend),
            )

        b, top, _, ok = climb(evaluate, evaluate(last), start=last, limit=100)
        return b, top, ok

    def rising(log_theta: float) -> float:
        """Slope of the marginal log likelihood against 1 / theta, reversed."""
        nonlocal last
        nu = float(np.exp(-log_theta))
        last = at(1.0 / nu)[0]
        w = last[:groups]
        by_penalty = float((w - np.exp(w)).sum())
        own = 1.0 + np.log(nu / (nu + events)) + digamma(nu + events) - digamma(nu)
        return -(by_penalty + float(own.sum()))

    plain = _without(risk, both[:, groups:], steps)
    root = _root(rising)
    if root == NONE:  # the likelihood only falls as the variance leaves 0
        same = (plain[1].log_likelihood, plain[1].log_likelihood)
        covariance = inverse(plain[1].information)
        return FrailtyFit(plain[0], covariance, 0.0, np.zeros(groups), same, plain[2])
    theta = float(np.exp(root))
    b, top, ok = at(theta)
    return FrailtyFit(
        beta=b[groups:],
        covariance=inverse(top.information)[groups:, groups:],
        variance=theta,
        factors=b[:groups],
        log_likelihood=(
            plain[1].log_likelihood,
            top.log_likelihood + _correction(1.0 / theta, events),
        ),
        converged=ok,
    )


def _root(rising: Callable[[float], float]) -> float:
    """Where a falling function crosses 0, from 0 outwards; NONE where there is no sign of it."""
    low = high = 0.0
    if rising(0.0) > 0:
        while rising(high) > 0 and high < MOST:
            low, high = high, high + 0.75
    else:
        while rising(low) <= 0:
            low, high = low - 1.5, low
            if low < NONE:
                return NONE
    return float(brentq(rising, low, high, xtol=1e-10))


def _correction(nu: float, events: Floats) -> float:
    each = nu + events - (nu + events) * np.log(nu + events) + nu * np.log(nu)
    return float((each + gammaln(nu + events) - gammaln(nu)).sum())


def _without(risk: RiskSet, x: Floats, steps: EventSteps) -> tuple[Floats, Moments, bool]:
    """Fit without the factor."""
    null = moments(risk, x, np.zeros(x.shape[1]), steps=steps)
    b, top, _, ok = climb(lambda b: moments(risk, x, b, steps=steps), null)
    return b, top, ok
