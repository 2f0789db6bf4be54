"""Does a covariate's effect change with time? The score test of Cox's assumption."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from nextome_eval.numerics.cox_fit import CoxFit, inverse
from nextome_eval.numerics.partial_likelihood import exposure_to
from nextome_eval.numerics.product_limit import curve
from nextome_eval.numerics.risk_set import Floats, RiskSet, risk_set


@dataclass(frozen=True, eq=False)
class HazardTest:
    """Chi-squares of adding x g(t): one a term, then all together.

    ``statistic``, ``df``, ``p_value``: (terms + 1,).
    """

    statistic: Floats
    df: Floats
    p_value: Floats


def transformed_time(risk: RiskSet, transform: str, entry: Floats | None) -> Floats:
    """Give g(exit) of each row: "km" (1 - S(t-), all strata together), "rank", "identity", "log".

    The weights are not used, as in R.
    """
    exit_time = risk.time[risk.last]
    if transform == "identity":
        return np.asarray(exit_time)
    if transform == "log":
        return np.log(exit_time)
    if transform == "rank":
        _, codes, counts = np.unique(exit_time, return_inverse=True, return_counts=True)
        return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[codes])
    pooled = risk_set(exit_time, (risk.event > 0).astype(np.int64), entry=entry)
    return np.asarray(1.0 - curve(pooled).before[pooled.last])


def hazard_test(fit: CoxFit, g: Floats, *, terms: list[list[int]] | None = None) -> HazardTest:
    """Test proportional hazards with time scale ``g`` (n,), the transform at each row's exit.

    Parameters
    ----------
    terms : columns tested together; one column each by default

    Notes
    -----
    Score test of coefficients on x g(t), with the information of both blocks at the fit.
    Grambsch and Therneau 1994; the exact score form of R survival >= 3.0.
    """
    risk, at, steps, x = fit.risk, fit.at, fit.steps, fit.x
    died = (risk.event > 0) & (risk.weights > 0)
    g = g - g[died].mean()
    by_cell = np.zeros(risk.m)
    by_cell[risk.last[died]] = g[died]
    g_step = by_cell[steps.cell]
    score = np.where(died, risk.weights * g, 0.0) @ x - (steps.weight * g_step) @ at.mean
    first, second = (_information(fit, g_step**k) for k in (1, 2))
    groups = terms if terms is not None else [[j] for j in range(x.shape[1])]
    everything = [j for group in groups for j in group]
    kept = inverse(fit.information)
    statistic = np.array(
        [_chi_square(score, first, second, kept, group) for group in [*groups, everything]]
    )
    df = np.array([float(len(group)) for group in [*groups, everything]])
    return HazardTest(statistic, df, np.asarray(chdtrc(df, statistic)))


def _information(fit: CoxFit, amounts: Floats) -> Floats:
    at, x = fit.at, fit.x
    lived = at.own * exposure_to(fit.risk, fit.steps, at.hazard * amounts)
    weight = fit.steps.weight * amounts
    return np.asarray((x * lived[:, None]).T @ x - (at.mean * weight[:, None]).T @ at.mean)


def _chi_square(
    score: Floats, first: Floats, second: Floats, kept: Floats, group: list[int]
) -> float:
    cross = first[:, group]
    variance = second[np.ix_(group, group)] - cross.T @ kept @ cross
    return float(score[group] @ np.linalg.solve(variance, score[group]))
