"""The curve each arm would have if everybody were in it, by averaging predicted curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.cox_fit import CoxFit
from nextome_eval.numerics.cox_hazard import PredictedHazard, hazard_influence, predicted_hazard
from nextome_eval.numerics.cox_residuals import dfbeta
from nextome_eval.numerics.product_limit import cells_at
from nextome_eval.numerics.risk_set import Floats, Ints


@dataclass(frozen=True, eq=False)
class Standardised:
    """S(t) of one arm on a grid of times: value (T,), influence of each row (n, T)."""

    value: Floats
    influence: Floats


@dataclass(frozen=True, eq=False)
class ArmHazards:
    """Cox's model with a baseline hazard an arm, seen at a grid of times.

    fit : stratified by arm, one row a household, no offset
    grid : (T,) times; base : baseline hazards of the arms
    ratio : (n,) exp((x - centre) b)
    """

    fit: CoxFit
    grid: Floats
    base: tuple[PredictedHazard, ...]
    ratio: Floats

    @classmethod
    def of(cls, fit: CoxFit, grid: Floats) -> ArmHazards:
        """Predict both arms' baseline hazards at the mean covariates."""
        arms = len(fit.risk.start) - 1
        base = tuple(predicted_hazard(fit, fit.centre, stratum=a) for a in range(arms))
        return cls(fit, grid, base, np.exp(fit.x @ fit.beta))

    def positions(self, arm: int, times: Floats) -> Ints:
        """Place of each time among the arm's cells, -1 before the first."""
        start = int(self.fit.risk.start[arm])
        return np.maximum(cells_at(self.fit.risk, arm, times) - start, -1)

    def hazard(self, arm: int, times: Floats) -> Floats:
        """Baseline hazard of an arm at times (k,)."""
        return np.concatenate([[0.0], self.base[arm].hazard])[self.positions(arm, times) + 1]

    def hazard_influence(self, arm: int, times: Floats) -> Floats:
        """Influence of rows on it: (n, k)."""
        places, back = np.unique(self.positions(arm, times), return_inverse=True)
        columns = np.zeros((self.fit.risk.n, len(places)))
        some = places >= 0
        if some.any():
            columns[:, some] = hazard_influence(self.fit, self.base[arm], places[some])
        return columns[:, back]

    def survival(self, arm: int) -> Floats:
        """S(t | x_i, arm) on the grid: (n, T)."""
        return np.exp(-self.ratio[:, None] * self.hazard(arm, self.grid))


def standardised(model: ArmHazards, arm: int, entry: Floats, weights: Floats) -> Standardised:
    """Average the predicted curves of an arm over everybody.

    Those who entered late stand for those who had the event before they could: each household
    counts 1 / S(entry | own arm, own covariates), and the error of that weight is counted.

    Notes
    -----
    g-computation; Zhang, Loberiza, Klein and Zhang 2007 for the variance without delayed entry.
    """
    fit, x = model.fit, model.fit.x
    own_arm = fit.risk.stratum
    late = np.flatnonzero(entry > 0)
    before = np.zeros(fit.risk.n)
    for a in range(len(model.base)):
        mine = late[own_arm[late] == a]
        before[mine] = model.hazard(a, entry[mine])
    v = weights * np.exp(before * model.ratio)
    total = float(v.sum())
    each = model.survival(arm)
    value = v @ each / total
    pulled = (v * model.ratio)[:, None] * each / total
    influence = v[:, None] * (each - value) / total
    influence -= model.hazard_influence(arm, model.grid) * pulled.sum(axis=0)
    through = dfbeta(fit)
    influence -= through @ (x.T @ pulled * model.hazard(arm, model.grid))
    for a in range(len(model.base)):
        mine = late[own_arm[late] == a]
        if not len(mine):
            continue
        change = (v * model.ratio)[mine, None] * (each[mine] - value) / total  # dS by dH(entry)
        influence += model.hazard_influence(a, entry[mine]) @ change
        influence += through @ (x[mine].T @ (before[mine, None] * change))
    return Standardised(value, influence)


def area(grid: Floats, answer: Standardised, tau: float) -> tuple[float, Floats]:
    """Area under a standardised curve up to tau, and its influences (n,)."""
    width = np.diff(np.append(np.minimum(grid, tau), tau))
    first = min(float(grid[0]), tau)
    return first + float(answer.value @ width), answer.influence @ width
