"""A survival comparison repeated for many dealings of the arms at once, for permutation tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nextome_eval.estimates.answer import row_compared
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.rows_at_risk import shares_clusters, whole_weights
from nextome_eval.numerics.rank_test import logrank_permuted
from nextome_eval.numerics.restricted_mean import permuted_restricted_means
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet
from nextome_eval.study.durations import Durations

Redeal = Callable[[Any], Floats]


@dataclass(frozen=True, eq=False, repr=False)
class RedealtTest(Test):
    """A test that knows its statistic under other dealings of the arms, (B, n) -> (B,)."""

    redeal: Redeal | None = None


@dataclass(frozen=True, eq=False, repr=False)
class RedealtEstimates(Estimates):
    """Estimates whose comparison, studentised, is known under other dealings of the arms."""

    redealt: dict[str, Redeal] | None = None

    @property
    def redeal(self) -> Redeal | None:
        """The row compared over its error for dealings (B, n), where there is a fast way."""
        return (self.redealt or {}).get(str(self.terms["term"].iloc[row_compared(self)]))


def redealt_logrank(spells: Durations, rows: Ints, risk: RiskSet, weight: Floats) -> Redeal | None:
    """Give the two-arm log-rank chi-square of re-dealt arms; None where it has no fast way."""
    if len(spells.arm_labels) != 2 or not whole_weights(spells):
        return None

    def redeal(arms: Any) -> Floats:
        dealt = np.asarray(arms, dtype=np.float64)
        difference, variance = logrank_permuted(risk, dealt[:, spells.unit[rows]], weight=weight)
        floor = 1e-12 * max(float(np.abs(variance).max(initial=0.0)), 1e-300)
        possible = variance > floor
        return np.where(possible, difference**2 / np.where(possible, variance, 1.0), np.nan)

    return redeal


def redealt_restricted_means(
    spells: Durations, risk: RiskSet, tau: float
) -> dict[str, Redeal] | None:
    """Give the studentised difference and log ratio of restricted means of re-dealt arms.

    None with weights, delayed entry, several rows a household, or clusters that hold both arms.
    """
    plain = spells.weights is None and not risk.delayed and len(spells.unit) == spells.n
    shared = shares_clusters(spells)
    if not plain or len(spells.arm_labels) != 2 or (shared and _hold_both(spells)):
        return None
    followed = followed_months(spells)
    cluster = np.unique(spells.cluster, return_inverse=True)[1] if shared else None

    def of(which: str) -> Redeal:
        def redeal(arms: Any) -> Floats:
            value, variance = permuted_restricted_means(
                risk, np.asarray(arms), tau, cluster=cluster, followed=followed
            )
            first, second = value[0], value[1]
            if which == "difference":
                return np.asarray((second - first) / np.sqrt(variance.sum(axis=0)))
            spread = variance[0] / first**2 + variance[1] / second**2
            return np.asarray(np.log(second / first) / np.sqrt(spread))

        return redeal

    return {which: of(which) for which in ("difference", "ratio")}


def _hold_both(spells: Durations) -> bool:
    pairs = np.unique(np.column_stack([spells.cluster, spells.arm]), axis=0)
    return len(pairs) > len(np.unique(spells.cluster))


def followed_months(spells: Durations) -> Floats | None:
    """How long each household was known about, whatever happened before; None where unsaid."""
    return spells.column("followed_months") if "followed_months" in spells.frame else None
