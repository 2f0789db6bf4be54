"""The log-rank family: are events spread over the groups as their numbers at risk say?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nextome_eval.numerics.product_limit import curve
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, divide, summed


@dataclass(frozen=True, eq=False)
class RankTest:
    """Observed and expected weighted events by group, and the chi-square they make.

    ``observed``, ``expected``: (k,); ``covariance``: (k, k) of observed - expected;
    ``scores``: (n,) each row's weighted event minus its expectation; ``df`` the rank.
    """

    statistic: float
    df: int
    observed: Floats
    expected: Floats
    covariance: Floats
    risk: RiskSet
    weight: Floats

    @cached_property
    def scores(self) -> Floats:
        """Give each row's score, computed when asked for."""
        return row_scores(self.risk, self.weight)


def row_scores(risk: RiskSet, weight: Floats) -> Floats:
    """Weighted event of each row minus its expectation: (n,)."""
    at_risk, events = risk.n_risk, risk.n_event
    rate = divide(weight * events, at_risk)
    happened = np.where(risk.event > 0, weight[risk.last], 0.0)
    return risk.weights * (happened - risk.over_time_at_risk(rate))


def time_weights(
    risk: RiskSet, *, rho: float = 0.0, gamma: float = 0.0, kind: str = "fleming-harrington"
) -> Floats:
    """Weight of each cell: (m,), from the pooled curve of its stratum just before the time.

    ``fleming-harrington`` S(t-)^rho (1 - S(t-))^gamma; ``gehan`` Y; ``tarone-ware`` sqrt(Y);
    ``peto`` the Peto-Peto-Prentice survival with d / (Y + 1), the event included.
    """
    if kind == "gehan":
        return risk.n_risk
    if kind == "tarone-ware":
        return np.sqrt(risk.n_risk)
    if kind == "peto":
        at_risk, events = risk.n_risk, risk.n_event
        return np.exp(risk.running(np.log1p(-events / (at_risk + 1.0))))
    if rho == 0 and gamma == 0:
        return np.ones(risk.m)
    before = curve(risk).before
    weight = before**rho if rho else np.ones(risk.m)
    return weight * (1.0 - before) ** gamma if gamma else weight


def rank_test(
    risk: RiskSet, group: Ints, *, weight: Floats | None = None, trend: Floats | None = None
) -> RankTest:
    """Compare k groups within the strata of a risk set.

    Parameters
    ----------
    group : (n,) codes 0..k-1
    weight : (m,) weight of each cell (see `time_weights`); None = log-rank
    trend : (k,) scores for the one-df trend test; None = k - 1 df

    Notes
    -----
    U_g = sum of w (O_g - d Y_g / Y); hypergeometric covariance
    w^2 d (Y - d) / (Y - 1) (Y_g / Y)(1[g = h] - Y_h / Y). Fleming and Harrington 1991, ch. 7.
    """
    k = int(group.max()) + 1
    w = np.ones(risk.m) if weight is None else weight
    at_risk, events = risk.n_risk, risk.n_event
    share = np.empty((k, risk.m))
    for g in range(1, k):
        share[g] = divide(risk.at_risk((group == g) * risk.weights), at_risk)
    share[0] = (at_risk > 0) - share[1:].sum(axis=0)
    spread = w**2 * divide(events * (at_risk - events), np.where(at_risk > 1, at_risk - 1, 0.0))
    observed = summed(group, (risk.event > 0) * risk.weights * w[risk.last], k)
    expected = share @ (w * events)
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    difference = observed - expected
    if trend is not None:
        variance = float(trend @ covariance @ trend)
        statistic = float(trend @ difference) ** 2 / variance if variance > 0 else np.nan
        return RankTest(statistic, 1, observed, expected, covariance, risk, w)
    statistic, df = quadratic(difference, covariance)
    return RankTest(statistic, df, observed, expected, covariance, risk, w)


def quadratic(difference: Floats, covariance: Floats) -> tuple[float, int]:
    """Chi-square of (k,) sums with their covariance (k, k), and its rank."""
    size, axes = np.linalg.eigh(covariance)
    keep = size > 1e-10 * max(float(size[-1]), 1e-300)
    df = int(keep.sum())
    along = axes[:, keep].T @ difference
    return (float((along**2 / size[keep]).sum()) if df else np.nan), df


def logrank_permuted(
    risk: RiskSet, arms: Floats, *, weight: Floats | None = None, block: int = 4096
) -> tuple[Floats, Floats]:
    """Score many re-assignments of two arms at once.

    Parameters
    ----------
    arms : (B, n) 1 where the row is in the treated arm, one line a re-assignment
    weight : (m,) weight of each cell

    Returns
    -------
    difference, variance : (B,) observed - expected in the treated arm, and its hypergeometric
        variance under that assignment; difference^2 / variance is the log-rank chi-square.

    Notes
    -----
    Observed - expected is linear in the arms: one matrix product with the rows' scores. The
    variance needs the treated number at risk at the m' cells with events: O(B (n + m')).
    """
    w = np.ones(risk.m) if weight is None else weight
    at_risk, events = risk.n_risk, risk.n_event
    scores = row_scores(risk, w)
    spread = w**2 * divide(events * (at_risk - events), np.where(at_risk > 1, at_risk - 1, 0.0))
    linear = risk.weights * risk.over_time_at_risk(divide(spread, at_risk))
    quadratic = divide(spread, at_risk**2)
    cells = np.flatnonzero(quadratic)
    difference = arms @ scores
    variance = arms @ linear
    for begin in range(0, len(arms), block):
        lines = arms[begin : begin + block]
        treated = treated_at_risk(risk, lines, cells)
        variance[begin : begin + block] -= treated**2 @ quadratic[cells]
    return difference, variance


def treated_at_risk(risk: RiskSet, arms: Floats, cells: Ints) -> Floats:
    """Weighted number at risk in the treated arm at given cells, by re-assignment: (B, k)."""
    weighted = arms * risk.weights
    order = np.argsort(risk.last, kind="stable")
    left = _before(
        weighted[:, order], risk.last[order], risk.start[risk.cell_stratum[cells]], cells
    )
    if not risk.delayed:
        ends = risk.start[risk.cell_stratum[cells] + 1]
        return _before(weighted[:, order], risk.last[order], cells, ends)
    order_in = np.argsort(risk.first, kind="stable")
    stratum_start = risk.start[risk.cell_stratum[cells]]
    entered = _before(weighted[:, order_in], risk.first[order_in], stratum_start, cells + 1)
    return entered - left


def _before(sorted_values: Floats, sorted_cells: Ints, low: Ints, high: Ints) -> Floats:
    """Sum the values of rows whose cell lies in [low, high): (B, k)."""
    total = np.zeros((len(sorted_values), sorted_values.shape[1] + 1))
    np.cumsum(sorted_values, axis=1, out=total[:, 1:])
    return np.asarray(
        total[:, np.searchsorted(sorted_cells, high)] - total[:, np.searchsorted(sorted_cells, low)]
    )


def robust_statistic(
    risk: RiskSet, group: Ints, unit: Ints, *, weight: Floats | None = None
) -> float:
    """Chi-square with the variance of the rows' influences, summed within units.

    For weights that are not counts, such as inverse probabilities (Xie and Liu 2005).
    """
    k = int(group.max()) + 1
    w = np.ones(risk.m) if weight is None else weight
    at_risk, events = risk.n_risk, risk.n_event
    happened = np.where(risk.event > 0, w[risk.last], 0.0)
    rate = divide(w * events, at_risk)
    lived = risk.over_time_at_risk(rate)
    columns = []
    for g in range(k - 1):
        own = (group == g).astype(float)
        share = divide(risk.at_risk(own * risk.weights), at_risk)
        drift = risk.over_time_at_risk(rate * share)
        part = happened * (own - share[risk.last]) - (own * lived - drift)
        columns.append(summed(unit, risk.weights * part, 0))
    influence = np.stack(columns, axis=1)
    return quadratic(influence.sum(axis=0), influence.T @ influence)[0]
