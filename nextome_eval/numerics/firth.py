"""Cox coefficients that stay finite under separation: Firth's penalised partial likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.cox_fit import CoxFit, climb, fit_cox, inverse
from nextome_eval.numerics.partial_likelihood import Moments, moments
from nextome_eval.numerics.risk_set import Floats, RiskSet


@dataclass(frozen=True, eq=False)
class Penalised:
    """The penalised likelihood at a coefficient vector, and the plain moments beneath it."""

    log_likelihood: float
    score: Floats
    information: Floats
    plain: Moments


def penalised_moments(fit: CoxFit, beta: Floats) -> Penalised:
    """Evaluate log L + log det I / 2 for the data of a plain fit (Efron or Breslow ties).

    Notes
    -----
    The slope of the penalty is tr(I^-1 dI/db) / 2, from third central moments of the risk sets.
    Firth 1993; Heinze and Schemper 2001.
    """
    risk, x, steps = fit.risk, fit.x, fit.steps
    at = moments(risk, x, beta, steps=steps, offset=fit.offset)
    size, log_det = np.linalg.slogdet(at.information)
    if size <= 0:
        return Penalised(-np.inf, at.score, at.information, at)
    a = inverse(at.information)
    second = _second_moments(fit, at)
    along = np.einsum("ia,ab,ib->i", x, a, x)
    lived = x.T @ (at.own * at.exposure * along)
    trace = np.einsum("jab,ab->j", second, a)
    mean_a = at.mean @ a
    bent = np.einsum("jab,jb->ja", second, mean_a)
    square = (mean_a * at.mean).sum(axis=1)
    cumulant = (trace - 2.0 * square)[:, None] * at.mean + 2.0 * bent
    slope = lived - steps.weight @ cumulant
    return Penalised(
        at.log_likelihood + 0.5 * float(log_det), at.score + 0.5 * slope, at.information, at
    )


def fit_firth(
    risk: RiskSet, x: Floats, *, ties: str = "efron", offset: Floats | None = None
) -> tuple[CoxFit, Floats, Penalised, bool]:
    """Fit the penalised likelihood; give the plain fit's frame, the coefficients, their moments.

    The last value says whether the climb reached its top.
    """
    frame = fit_cox(risk, x, ties=ties, offset=offset, limit=1)

    def evaluate(b: Floats) -> Penalised:
        return penalised_moments(frame, b)

    null = evaluate(np.zeros(x.shape[1]))
    beta, top, _, converged = climb(evaluate, null, limit=500, settled=1e-26)
    return frame, beta, top, converged


def _second_moments(fit: CoxFit, at: Moments) -> Floats:
    risk, x, steps = fit.risk, fit.x, fit.steps
    n, p = x.shape
    squares = (at.own[:, None, None] * x[:, :, None] * x[:, None, :]).reshape(n, p * p)
    total = steps.at_risk(risk, squares)
    return np.asarray((total / at.total[:, None]).reshape(-1, p, p))
