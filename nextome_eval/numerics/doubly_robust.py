"""Each arm's curve, right if either the hazards or the chances of arm and entry are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.product_limit import Curve, curve
from nextome_eval.numerics.risk_set import Floats, risk_set
from nextome_eval.numerics.standardised_survival import ArmHazards, Standardised

SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class Entering:
    """Chance of having entered by then, given arm and covariates: G changes at late entries only.

    times : (V,) distinct entries above 0, rising
    reach : (n, V + 1) P(Q < times[k]) = P(Q <= times[k - 1]); the last column 1
    """

    times: Floats
    reach: Floats

    def before(self, times: Floats) -> Floats:
        """P(Q < t) at times (k,) for every row: (n, k)."""
        return np.asarray(self.reach[:, np.searchsorted(self.times, times * (1 - SLACK))])

    def own_before(self, times: Floats) -> Floats:
        """P(Q < t) at each row's own time: (n,)."""
        place = np.searchsorted(self.times, times * (1 - SLACK))
        return np.asarray(self.reach[np.arange(len(times)), place])


@dataclass(frozen=True, eq=False)
class Observed:
    """Who is seen when: entry, exit and whether it was the event (n,), chance of the arm (n, 2).

    staying : curve of censoring of each arm
    """

    entry: Floats
    time: Floats
    happened: Floats
    chance: Floats
    entering: Entering
    staying: tuple[Curve, ...]

    @classmethod
    def of(
        cls, model: ArmHazards, spells: tuple[Floats, Floats, Floats], chance: Floats, e: Entering
    ) -> Observed:
        """Estimate the curves of censoring, on (entry, exit] in each arm."""
        entry, time, happened = spells
        arm = model.fit.risk.stratum
        staying = tuple(
            curve(risk_set(time[arm == a], 1.0 - happened[arm == a], entry=entry[arm == a]))
            for a in range(len(model.base))
        )
        return cls(entry, time, happened, chance, e, staying)

    def stay(self, arm: int, times: Floats, *, before: bool) -> Floats:
        """K(t-) or K(t) of an arm: (k,)."""
        c = self.staying[arm]
        factor = 1 - SLACK if before else 1 + SLACK
        place = np.searchsorted(c.risk.time, times * factor, side="left" if before else "right")
        return np.concatenate([[1.0], c.survival])[place]


def standing(model: ArmHazards, seen: Observed) -> Floats:
    """How many households, seen or not, each row stands for, up to a factor: (n,).

    Notes
    -----
    1 / (S_X(Q) G(Q)) - sum over entries v in (Q, X) of (1 / G(v-) - 1 / G(v)) / S_X(v), with S_X
    the chance of neither the event nor censoring by then, given arm and covariates. On average it
    is 1 / S_X(Q) whatever G if S_X is right, and as good as 1 / G(X-) whatever S_X if G is right.
    The mapping of Wang, Ying and Xu 2024, Biometrika 111:1171, applied to a constant.
    """
    n, v = len(seen.time), seen.entering.times
    at_entry, at_late = np.empty(n), np.empty((n, len(v)))
    for a in range(len(model.base)):
        mine = model.fit.risk.stratum == a
        ratio = model.ratio[mine]
        at_entry[mine] = np.exp(-ratio * model.hazard(a, seen.entry[mine]))
        at_entry[mine] *= seen.stay(a, seen.entry[mine], before=False)
        at_late[mine] = np.exp(-ratio[:, None] * model.hazard(a, v))
        at_late[mine] *= seen.stay(a, v, before=False)
    reach = seen.entering.reach
    own = np.searchsorted(v, seen.entry * (1 + SLACK), side="right")
    between = (v > seen.entry[:, None] * (1 + SLACK)) & (v < seen.time[:, None] * (1 - SLACK))
    fall = (1 / reach[:, :-1] - 1 / reach[:, 1:]) / np.maximum(at_late, SLACK)
    first = 1 / (np.maximum(at_entry, SLACK) * reach[np.arange(n), own])
    return np.asarray(first - np.where(between, fall, 0.0).sum(axis=1))


def doubly_robust(model: ArmHazards, arm: int, seen: Observed, stands: Floats) -> Standardised:
    """Augment the averaged curve by the weighted residuals of those in the arm.

    Notes
    -----
    Row i gives S(t | x) [w_i - 1(A = a) / pi (sum over events <= t of 1 / (S K G) - sum over times
    at risk in (entry, t] of dH / (S K G))], w_i from `standing`, K the curve of censoring in the
    arm, G the chance of having entered before. Right if the Cox model is, or the chances of arm
    and of entry are. Robins and Rotnitzky 1992; Bai, Tsiatis, Lu and Song 2013, to which it comes
    back where nobody enters late; Wang, Ying and Xu 2024 for truncation.
    """
    n, base, time = len(seen.time), model.base[arm], seen.time
    mine = model.fit.risk.stratum == arm
    jump = np.diff(np.concatenate([[0.0], base.hazard]))
    seeing = np.exp(-model.ratio[:, None] * base.hazard) * seen.stay(arm, base.time, before=True)
    seeing = seeing * seen.entering.before(base.time)
    rate = model.ratio[:, None] * jump / np.maximum(seeing, SLACK)
    at_risk = (time[:, None] >= base.time * (1 - SLACK)) & (
        seen.entry[:, None] < base.time * (1 - SLACK)
    )
    lived = np.concatenate([np.zeros((n, 1)), np.cumsum(np.where(at_risk, rate, 0.0), axis=1)], 1)
    until = lived[:, model.positions(arm, model.grid) + 1]
    own = np.exp(-model.ratio * model.hazard(arm, time)) * seen.stay(arm, time, before=True)
    event = seen.happened / np.maximum(own * seen.entering.own_before(time), SLACK)
    over = (time[:, None] <= model.grid * (1 + SLACK)) * event[:, None]
    residual = np.where(mine, 1.0 / seen.chance[:, arm], 0.0)[:, None] * (over - until)
    psi = model.survival(arm) * (stands[:, None] - residual)
    total = float(stands.sum())
    value = psi.sum(axis=0) / total
    return Standardised(value, (psi - stands[:, None] * value) / total)
