"""Fine and Gray's model: covariates and the risk of a cause, those gone otherwise still counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from nextome_eval.numerics.cox_fit import climb, collinear, inverse, running_away, widths
from nextome_eval.numerics.distinct_times import TIE
from nextome_eval.numerics.product_limit import Curve, curve
from nextome_eval.numerics.risk_set import Floats, RiskSet, divide, risk_set


@dataclass(frozen=True, eq=False)
class SubdistributionMoments:
    """The weighted partial likelihood at a coefficient vector, on the cells of the risk set.

    ``relative`` (n,); ``hazard`` (m,) dN_1 / S0; ``mean`` (m, p)
    """

    log_likelihood: float
    score: Floats
    information: Floats
    relative: Floats
    hazard: Floats
    mean: Floats


@dataclass(frozen=True, eq=False)
class Subdistribution:
    """What Fine and Gray's likelihood is made of.

    risk : one stratum; x : (n, p) centred; cause : code
    staying : censoring as the event; entering : entry as the event in reversed time, or None
    reach : (m,) G(t-) H(t-), chance of being neither censored before t nor not yet entered
    gone : (n,) 1 / reach(X-) for rows with another cause, else 0
    """

    risk: RiskSet
    x: Floats
    cause: int
    staying: Curve
    entering: Curve | None
    reach: Floats
    gone: Floats

    @classmethod
    def of(cls, risk: RiskSet, x: Floats, cause: int, entry: Floats, exit: Floats) -> Self:
        """Estimate the curves of censoring and of entry, and weigh those who left otherwise.

        Ties of an event and a censoring: as cmprsk reads them (both at risk of censoring) where
        nobody enters late; otherwise events come first, as in R's finegray.
        """
        lost = risk.event == 0
        entering = None
        if risk.delayed:
            entering = curve(risk_set(-entry, np.ones(risk.n), entry=-exit, weights=risk.weights))
            last = np.where(lost, 2 * risk.last, 2 * risk.last - 1)
            flipped = risk_set(last + 2.0, lost, entry=2.0 * risk.first + 0.5, weights=risk.weights)
            staying = curve(flipped)
            places = np.searchsorted(flipped.time, 2.0 * np.arange(risk.m) + 1.5, side="right")
            g = np.concatenate([[1.0], staying.survival])[places]
            back = np.searchsorted(entering.risk.time, -risk.time * (1 - TIE), side="right")
            reach = g * np.concatenate([[1.0], entering.survival])[back]
        else:
            staying = curve(risk_set(risk.time[risk.last], lost, weights=risk.weights))
            reach = staying.before
        other = (risk.event > 0) & (risk.event != cause)
        centre = risk.weights @ x / risk.weights.sum()
        gone = np.where(other, divide(np.ones(risk.n), reach[risk.last]), 0)
        return cls(risk, x - centre, cause, staying, entering, reach, gone)

    @property
    def unreachable(self) -> Floats:
        """Times at which somebody left otherwise who cannot be weighed against later events."""
        risk = self.risk
        other = (risk.event > 0) & (risk.event != self.cause)
        latest = risk.last[risk.event == self.cause].max(initial=-1)
        lost = other & (self.reach[risk.last] <= 0) & (risk.last < latest)
        return np.asarray(risk.time[risk.last[lost]])

    def earlier(self, values: Floats) -> Floats:
        """Sum over rows that left otherwise before each cell, over G(X-): (m,) or (m, p)."""
        gone = self.gone if values.ndim == 1 else self.gone[:, None]
        exits = self.risk.at_exit(gone * values)
        return np.asarray(np.cumsum(exits, axis=0) - exits)

    def moments(self, beta: Floats) -> SubdistributionMoments:
        """Evaluate the weighted partial likelihood at ``beta`` (p,)."""
        risk, x, g = self.risk, self.x, self.reach
        eta = x @ beta
        relative = np.exp(eta)
        own = risk.weights * relative
        mine = np.where(risk.event == self.cause, risk.weights, 0.0)
        events = risk.at_exit(mine)
        some = events > 0
        total = risk.at_risk(own) + g * self.earlier(own)
        sums = risk.at_risk(own[:, None] * x) + g[:, None] * self.earlier(own[:, None] * x)
        mean = divide(sums, np.where(some, total, 0.0)[:, None])
        hazard = divide(events, total)
        lived = own * self.exposure(hazard)
        return SubdistributionMoments(
            log_likelihood=float(mine @ eta - events[some] @ np.log(total[some])),
            score=mine @ x - events @ mean,
            information=(x * lived[:, None]).T @ x - (mean * events[:, None]).T @ mean,
            relative=relative,
            hazard=hazard,
            mean=mean,
        )

    def exposure(self, amounts: Floats) -> Floats:
        """Sum amounts (m,) or (m, p) over the cells a row counts in, weighted: (n,) or (n, p)."""
        one = amounts.ndim == 1
        weighted = amounts * (self.reach if one else self.reach[:, None])
        after = self.risk.upward(weighted) - weighted
        gone = self.gone if one else self.gone[:, None]
        return np.asarray(self.risk.over_time_at_risk(amounts) + gone * after[self.risk.last])


def fit_subdistribution(
    model: Subdistribution,
) -> tuple[Floats, Floats, bool, SubdistributionMoments]:
    """Fit; give coefficients, each row's influence on them (n, p), success, and moments there.

    The influence includes that of the estimated curves of censoring and of entry: without late
    entry the sandwich variance is cmprsk's. Fine and Gray 1999, JASA 94:496; with late entry
    Geskus 2011, Biometrics 67:39.
    """
    x = model.x
    null = model.moments(np.zeros(x.shape[1]))
    beta, top, _, converged = climb(model.moments, null)
    events = float(model.risk.weights[model.risk.event == model.cause].sum())
    lost = collinear(null.information, widths(model.x, x.mean(axis=0)), events)
    runs = running_away(null.information, top.information)
    if lost.any() or runs.any():
        return beta, np.where(lost, -1.0, np.where(runs, 1.0, 0.0)), False, top
    return beta, _influence(model, top), converged, top


def _influence(model: Subdistribution, top: SubdistributionMoments) -> Floats:
    risk, x = model.risk, model.x
    mine = (risk.event == model.cause)[:, None]
    pulled = top.hazard[:, None] * top.mean
    lived = x * model.exposure(top.hazard)[:, None] - model.exposure(pulled)
    eta = np.where(mine, x - top.mean[risk.last], 0.0) - top.relative[:, None] * lived
    through = (_through_weights if model.entering else _through_censoring)(model, top, pulled)
    return np.asarray(risk.weights[:, None] * (eta + through) @ inverse(top.information))


def _through_censoring(
    model: Subdistribution, top: SubdistributionMoments, pulled: Floats
) -> Floats:
    """Share of each row in the error of the weights: (n, p); X < u <= s, as cmprsk reads ties."""
    risk, g = model.risk, model.reach
    own = risk.weights * top.relative
    after, after_mean = risk.upward(g * top.hazard), risk.upward(g[:, None] * pulled)
    before = model.earlier(own)[:, None]
    q = model.earlier(own[:, None] * model.x) * after[:, None] - before * after_mean
    at_risk = risk.at_risk(risk.weights)
    censored = risk.at_exit(np.where(risk.event == 0, risk.weights, 0.0))
    share = divide(q, at_risk[:, None])
    rate = share * divide(censored, at_risk)[:, None]
    jump = np.where((risk.event == 0)[:, None], share[risk.last], 0.0)
    return np.asarray(jump - risk.over_time_at_risk(rate))


def _through_weights(model: Subdistribution, top: SubdistributionMoments, pulled: Floats) -> Floats:
    """Share of each row in the errors of both curves, the derivative of the product limits: (n, p).

    A factor of either curve at u changes the weight at s of those gone at X <= u < s.
    """
    risk, reach, entering = model.risk, model.reach, model.entering
    assert entering is not None
    own, nothing = risk.weights * top.relative, np.zeros((1, model.x.shape[1]))
    left = np.concatenate([[0.0], np.cumsum(risk.at_exit(model.gone * own))])[:, None]
    left_x = risk.at_exit((model.gone * own)[:, None] * model.x)
    left_x = np.concatenate([nothing, np.cumsum(left_x, axis=0)])
    after = np.append(risk.upward(reach * top.hazard), 0.0)[:, None]
    after_x = np.concatenate([risk.upward(reach[:, None] * pulled), nothing])
    q = left_x * after - left * after_x  # by the number of cells that have passed
    entries = -entering.risk.time
    passed = np.searchsorted(risk.time, entries + TIE * np.abs(entries), side="right")
    passed_censoring = np.floor(model.staying.risk.time / 2).astype(np.int64)
    return _stirred(model.staying, q[passed_censoring]) - _stirred(entering, q[passed])


def _stirred(c: Curve, q: Floats) -> Floats:
    """Sum over cells of q times each row's share in -log of the curve's factors: (n, p)."""
    left = c.n_risk - c.n_event
    share = divide(q, np.where(left > 1e-12 * c.n_risk, left, 0.0)[:, None])
    rate = share * divide(c.n_event, c.n_risk)[:, None]
    jump = np.where((c.risk.event > 0)[:, None], share[c.risk.last], 0.0)
    return np.asarray(jump - c.risk.over_time_at_risk(rate))
