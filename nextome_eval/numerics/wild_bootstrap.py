"""The wild cluster bootstrap from cluster scores alone: every draw is one matrix product."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from nextome_eval.numerics.cluster_blocks import Floats, cluster_sums
from nextome_eval.numerics.least_squares import LinearFit

WildWeights = Literal["rademacher", "mammen", "webb"]

_POINTS: dict[str, tuple[Floats, Floats | None]] = {
    "rademacher": (np.array([-1.0, 1.0]), None),
    "mammen": (
        np.array([(1 - 5**0.5) / 2, (1 + 5**0.5) / 2]),
        np.array([(5**0.5 + 1) / (2 * 5**0.5), (5**0.5 - 1) / (2 * 5**0.5)]),
    ),
    "webb": (np.array([-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5]), None),
}


def wild_multipliers(
    kind: WildWeights, clusters: int, draws: int, rng: np.random.Generator, *, most: int = 20_000
) -> tuple[Floats, bool]:
    """Multipliers (B, G), and whether they are all there are.

    Rademacher signs are enumerated (all 2^G, the data as they are included) where 2^G <= most.

    Examples
    --------
    >>> wild_multipliers("rademacher", 2, 9, np.random.default_rng(1))[0].tolist()
    [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    """
    points, chance = _POINTS[kind]
    if kind == "rademacher" and clusters < 60 and 2**clusters <= most:
        return np.array(list(product(points, repeat=clusters))), True
    return rng.choice(points, size=(draws, clusters), p=chance), False


@dataclass(frozen=True)
class WildScores:
    """Cluster scores of one reported term, linear in the hypothesised value.

    For the residuals restricted to term = null, e = y - X b(null): ``pull`` (G, 2) are
    l' U_g' W_g e_g, ``spill`` (G, G, 2) what cluster h's residuals do to cluster g's score through
    the re-fit, each as constant and slope in ``null``.

    Source
    ------
    Cameron, Gelbach and Miller (2008); MacKinnon (2023), "Fast cluster bootstrap methods".
    """

    value: float
    cr0: float
    pull: Floats
    spill: Floats
    clusters: int

    @classmethod
    def of(cls, fit: LinearFit, term: int = 0, *, restricted: bool = True) -> WildScores:
        """Gather the scores of a fit's term."""
        u, direction, groups, count = fit.basis, fit.direction[:, term], fit.groups, fit.clusters
        w = np.ones(len(u)) if fit.weights is None else fit.weights
        value, line = float(fit.value[term]), float(direction @ direction)
        back = u @ direction / line
        constant = fit.residuals + value * back * restricted
        residuals = (constant, -back * restricted)
        share = u * w[:, None]
        blocks = np.stack([cluster_sums(share * e[:, None], groups, count) for e in residuals], 2)
        pull = np.einsum("gpo,p->go", blocks, direction)
        fitted = u @ direction
        across = cluster_sums(share * fitted[:, None], groups, count)
        spill = np.einsum("gp,hpo->gho", across, blocks)
        score = cluster_sums(fit.scores[:, [term]], groups, count)[:, 0]
        return cls(value, float(np.sqrt(score @ score)), pull, spill, count)

    def statistic(self, null: float) -> float:
        """Observed t under the null, with the CR0 standard error (its factor cancels)."""
        return (self.value - null) / self.cr0

    def draws(self, multipliers: Floats, null: float) -> Floats:
        """Bootstrap t for multipliers (B, G), (B,)."""
        pull = self.pull[:, 0] + null * self.pull[:, 1]
        spill = self.spill[..., 0] + null * self.spill[..., 1]
        moved = multipliers @ pull
        scores = multipliers * pull - multipliers @ spill.T
        spread = np.sqrt((scores**2).sum(axis=1))
        size = np.abs(pull).sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(spread > 1e-12 * size, moved / spread, np.sign(moved) * np.inf)
        return np.where(np.abs(moved) <= 1e-14 * size, 0.0, t)
