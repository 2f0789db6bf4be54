"""The hazard under a Cox fit, for any covariates, with its variance and each row's influence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.cox_fit import CoxFit, inverse
from nextome_eval.numerics.cox_residuals import dfbeta
from nextome_eval.numerics.product_limit import stopped_sum
from nextome_eval.numerics.risk_set import Floats, Ints, summed


@dataclass(frozen=True, eq=False)
class PredictedHazard:
    """Cumulative hazard of one stratum for one covariate vector, at the stratum's cells.

    cells : (k,) the cells; time : (k,); hazard : (k,) H(t); variance : (k,) of H(t)
    spread : (k,) sum of w_j / S0_j^2; drift : (k, p) sum of (x0 - xbar_j) w_j / S0_j
    relative : the hazard ratio to the kernel's own scale
    """

    cells: Ints
    time: Floats
    hazard: Floats
    variance: Floats
    spread: Floats
    drift: Floats
    relative: float


def predicted_hazard(
    fit: CoxFit, x0: Floats, *, stratum: int = 0, offset: float = 0.0
) -> PredictedHazard:
    """Predict the cumulative hazard for covariates ``x0`` (p,), with delayed entry allowed.

    Notes
    -----
    H(t) = r0 sum w_j / S0_j; variance r0^2 (sum w_j / S0_j^2 + q' V q), q = sum (x0 - xbar_j)
    w_j / S0_j. Tsiatis 1981; Therneau and Grambsch 2000, eq. 10.8 and 10.14.
    """
    risk, at, steps = fit.risk, fit.at, fit.steps
    begin, end = int(risk.start[stratum]), int(risk.start[stratum + 1])
    here = (steps.cell >= begin) & (steps.cell < end)
    cell = steps.cell[here] - begin
    size = end - begin
    shifted = x0 - fit.centre
    relative = float(np.exp(shifted @ fit.beta + offset - at.scale[stratum]))
    hazard = np.cumsum(summed(cell, at.hazard[here], size))
    spread = np.cumsum(summed(cell, at.hazard[here] / at.total[here], size))
    pull = at.hazard[here, None] * (shifted - at.mean[here])
    drift = np.stack([np.bincount(cell, c, minlength=size) for c in pull.T], axis=1).cumsum(axis=0)
    variance = spread + np.einsum("ka,ab,kb->k", drift, inverse(fit.information), drift)
    return PredictedHazard(
        cells=np.arange(begin, end),
        time=risk.time[begin:end],
        hazard=relative * hazard,
        variance=relative**2 * variance,
        spread=spread,
        drift=drift,
        relative=relative,
    )


def hazard_influence(fit: CoxFit, predicted: PredictedHazard, at_cells: Ints) -> Floats:
    """Influence of each row on H(t) at some of the predicted cells (positions, (k,)): (n, k)."""
    risk, at, steps = fit.risk, fit.at, fit.steps
    spread = at.hazard / at.total
    many = np.maximum(np.bincount(steps.cell, minlength=risk.m), 1)
    own = np.bincount(steps.cell, 1.0 / at.total, minlength=risk.m) / many
    rate = summed(steps.cell, spread, risk.m)
    kept_out = summed(steps.cell, steps.fraction * spread, risk.m)  # Efron
    cells = predicted.cells[at_cells]
    nothing = np.zeros(risk.m)
    lived = -stopped_sum(risk, kept_out, rate, cells)
    part = stopped_sum(risk, own, nothing, cells) - at.relative[:, None] * lived
    through = dfbeta(fit) @ predicted.drift[at_cells].T
    return np.asarray(predicted.relative * (risk.weights[:, None] * part + through))
