"""Processes of rows that stop at their exits, and sums of their products, in time O(n log n)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet


@dataclass(frozen=True, eq=False)
class Stopped:
    """Processes of rows that fall at a common rate while at risk and jump at their own exit.

    ``final`` (n,) value from the exit on; ``rate`` (m,) running sum of the common rate; ``begun``
    (n,) that sum before the row's first cell. Influences on curves are of this kind.
    """

    risk: RiskSet
    final: Floats
    rate: Floats
    begun: Floats

    @classmethod
    def of(cls, risk: RiskSet, jump: Floats, rate: Floats) -> Stopped:
        """Make the processes from jumps (n,) at exit and the rate (m,) lost at each cell."""
        total = risk.running(rate)
        begun = (total - rate)[risk.first] if risk.delayed else np.zeros(risk.n)
        return cls(risk, jump - (total[risk.last] - begun), total, begun)

    def products(self, other: Stopped, cluster: Ints | None = None) -> Floats:
        """Sum over rows of weight^2 times the product of two processes, at each cell: (m,).

        With ``cluster`` (n,), codes 0..G-1, over clusters of the product of their weighted sums.
        """
        if cluster is not None:
            return self._of_clusters(other, cluster)
        risk, w2 = self.risk, self.risk.weights**2
        gone = risk.running(risk.at_exit(w2 * self.final * other.final))

        def staying(values: Floats) -> Floats:
            return risk.at_risk(values) - risk.at_exit(values)

        total = self.rate * other.rate * staying(w2)
        if risk.delayed:
            total = total - self.rate * staying(w2 * other.begun)
            total = total - other.rate * staying(w2 * self.begun)
            total = total + staying(w2 * self.begun * other.begun)
        return gone + total

    def _of_clusters(self, other: Stopped, cluster: Ints) -> Floats:
        """Follow each cluster's sum A - R N, which changes only as its rows come and go.

        A is what its rows brought along or ended with, N their number at risk, R the common rate:
        the sums over clusters of AA, AN and NN change by one product at each coming and going.
        """
        risk, w = self.risk, self.risk.weights
        cell = np.concatenate([risk.first, risk.last])
        order = np.argsort(np.concatenate([cluster, cluster]) * risk.m + cell)
        cell = cell[order]
        group = cluster[order % risk.n] * len(risk.start) + risk.cell_stratum[cell]
        heads = np.flatnonzero(np.diff(group, prepend=-1))
        lengths = np.diff(heads, append=len(order))

        def held(coming: Floats, going: Floats) -> Floats:
            change = np.concatenate([w * coming, w * going])[order]
            total = np.cumsum(change)
            return np.asarray(total - np.repeat((total - change)[heads], lengths))

        def over_clusters(product: Floats) -> Floats:
            change = np.diff(product, prepend=0.0)
            change[heads] = product[heads]
            return risk.running(np.bincount(cell, change, risk.m).astype(np.float64))

        a, b = (held(one.begun, one.final - one.begun) for one in (self, other))
        n = held(np.ones(risk.n), -np.ones(risk.n))
        crossed = other.rate * over_clusters(a * n) + self.rate * over_clusters(b * n)
        return over_clusters(a * b) - crossed + self.rate * other.rate * over_clusters(n * n)
