"""Fine and Gray's model: covariates and the risk of a cause, those gone otherwise still counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.cox_fit import climb, collinear, inverse, running_away, widths
from nextome_eval.numerics.product_limit import curve
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

    risk : one stratum, nobody entering late; x : (n, p) centred; cause : code
    censoring : (m,) G(t-), chance of not being censored before t
    gone : (n,) 1 / G(X-) for rows with another cause, else 0
    """

    risk: RiskSet
    x: Floats
    cause: int
    censoring: Floats
    gone: Floats

    @classmethod
    def of(cls, risk: RiskSet, x: Floats, cause: int) -> Subdistribution:
        """Estimate the censoring curve and weigh those who left otherwise."""
        time = risk.time[risk.last]
        flipped = curve(risk_set(time, (risk.event == 0).astype(np.int64), weights=risk.weights))
        g = flipped.before
        other = (risk.event > 0) & (risk.event != cause)
        centre = risk.weights @ x / risk.weights.sum()
        return cls(
            risk, x - centre, cause, g, np.where(other, divide(np.ones(risk.n), g[risk.last]), 0)
        )

    def earlier(self, values: Floats) -> Floats:
        """Sum over rows that left otherwise before each cell, over G(X-): (m,) or (m, p)."""
        gone = self.gone if values.ndim == 1 else self.gone[:, None]
        exits = self.risk.at_exit(gone * values)
        return np.asarray(np.cumsum(exits, axis=0) - exits)

    def moments(self, beta: Floats) -> SubdistributionMoments:
        """Evaluate the weighted partial likelihood at ``beta`` (p,)."""
        risk, x, g = self.risk, self.x, self.censoring
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
        weighted = amounts * (self.censoring if one else self.censoring[:, None])
        after = self.risk.upward(weighted) - weighted
        gone = self.gone if one else self.gone[:, None]
        return np.asarray(self.risk.over_time_at_risk(amounts) + gone * after[self.risk.last])


def fit_subdistribution(
    risk: RiskSet, x: Floats, *, cause: int
) -> tuple[Floats, Floats, bool, Subdistribution, SubdistributionMoments]:
    """Fit; give coefficients, each row's influence on them (n, p), success, and what was used.

    The influence includes that of the estimated censoring curve: with it the sandwich variance is
    cmprsk's. Fine and Gray 1999, JASA 94:496.
    """
    model = Subdistribution.of(risk, x, cause)
    null = model.moments(np.zeros(x.shape[1]))
    beta, top, _, converged = climb(model.moments, null)
    lost = collinear(null.information, widths(model.x, x.mean(axis=0)))
    runs = running_away(null.information, top.information)
    if lost.any() or runs.any():
        return beta, np.where(lost, -1.0, np.where(runs, 1.0, 0.0)), False, model, top
    return beta, _influence(model, top), converged, model, top


def _influence(model: Subdistribution, top: SubdistributionMoments) -> Floats:
    risk, x = model.risk, model.x
    mine = (risk.event == model.cause)[:, None]
    pulled = top.hazard[:, None] * top.mean
    lived = x * model.exposure(top.hazard)[:, None] - model.exposure(pulled)
    eta = np.where(mine, x - top.mean[risk.last], 0.0) - top.relative[:, None] * lived
    through = _through_censoring(model, top, pulled)
    return np.asarray(risk.weights[:, None] * (eta + through) @ inverse(top.information))


def _through_censoring(
    model: Subdistribution, top: SubdistributionMoments, pulled: Floats
) -> Floats:
    """Share of each row in the error of the weights: (n, p)."""
    risk, g = model.risk, model.censoring
    own = risk.weights * top.relative
    after, after_mean = risk.upward(g * top.hazard), risk.upward(g[:, None] * pulled)
    before = model.earlier(own)[:, None]  # X < u <= s, as cmprsk reads the ties
    q = model.earlier(own[:, None] * model.x) * after[:, None] - before * after_mean
    at_risk = risk.at_risk(risk.weights)
    censored = risk.at_exit(np.where(risk.event == 0, risk.weights, 0.0))
    share = divide(q, at_risk[:, None])
    rate = share * divide(censored, at_risk)[:, None]
    jump = np.where((risk.event == 0)[:, None], share[risk.last], 0.0)
    return np.asarray(jump - risk.over_time_at_risk(rate))
