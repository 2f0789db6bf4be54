"""Tests of linear inequalities on normal means with nuisance, for many hypothesised values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.extreme_rays import TooManyRays, extreme_rays


@dataclass(frozen=True)
class MomentTest:
    """Test that some tau has E(y) <= X tau: the statistic is the largest of v'y over vertices v.

    Vertices are those of {v >= 0, v' sd = 1, v' X = 0}, the dual of
    min eta such that y - X tau <= sd eta.

    Parameters
    ----------
    vertices : (nv, rows)
    sigma : (rows, rows) covariance of y
    first : critical value of the least favourable first stage
    first_size : its size
    cap : where the second stage's normal is cut off above: at ``first``; nowhere without nuisance,
        where R HonestDiD leaves the first stage out of the second (a little wider, and valid)
    """

    vertices: Floats
    sigma: Floats
    first: float
    first_size: float
    cap: float

    @classmethod
    def of(
        cls,
        nuisance: Floats,
        sigma: Floats,
        alpha: float,
        rng: np.random.Generator,
        draws: int = 20_000,
    ) -> MomentTest:
        """Find the vertices and simulate the least favourable critical value at size alpha / 10."""
        sd = np.sqrt(np.diag(sigma))
        vertices = _vertices(nuisance, sd)
        roots, axes = np.linalg.eigh(sigma)
        root = axes * np.sqrt(np.clip(roots, 0, None))
        largest = np.concatenate(
            [
                (vertices @ (root @ rng.standard_normal((len(sigma), 2000)))).max(axis=0)
                for _ in range(max(1, draws // 2000))
            ]
        )
        size = alpha / 10
        first = float(np.quantile(largest, 1 - size))
        return cls(vertices, sigma, first, size, first if nuisance.shape[1] else np.inf)

    def rejects(self, y: Floats, alpha: float) -> NDArray[np.bool_]:
        """Hybrid conditional and least favourable test of each column of y (rows, m), (m,).

        Source
        ------
        Andrews, Roth and Pakes (2023), section 5; R HonestDiD's C-LF.
        """
        scores = self.vertices @ y
        top = scores.argmax(axis=0)
        eta = scores[top, np.arange(y.shape[1])]
        level = 1 - (alpha - self.first_size) / (1 - self.first_size)
        out = eta > self.first
        for best in np.unique(top[~out]):
            which = np.flatnonzero((top == best) & ~out)
            out[which] = self._conditional(best, eta[which], scores[:, which], level)
        return np.asarray(out)

    def _conditional(
        self, best: int, eta: Floats, scores: Floats, level: float
    ) -> NDArray[np.bool_]:
        """Against the normal truncated to where this vertex is the largest and stage one passes."""
        along = self.sigma @ self.vertices[best]
        variance = float(self.vertices[best] @ along)
        if variance < 1e-14:
            return np.asarray(eta > 0)
        slope = self.vertices @ along / variance
        fixed = scores - slope[:, None] * eta
        room = 1 - slope
        with np.errstate(divide="ignore", invalid="ignore"):
            limit = fixed / room[:, None]
        low = np.where((room > 1e-9)[:, None], limit, -np.inf).max(axis=0)
        high = np.where((room < -1e-9)[:, None], limit, np.inf).min(axis=0)
        sd = np.sqrt(variance)
        critical = _truncated_quantile(level, low / sd, np.minimum(high, self.cap) / sd)
        return np.asarray(eta / sd > np.maximum(critical, 0.0))


def _vertices(nuisance: Floats, sd: Floats) -> Floats:
    try:
        rays = extreme_rays(nuisance)
    except TooManyRays as many:
        raise NotEstimable("honest_too_many_waves", waves=nuisance.shape[1] + 1) from many
    return np.asarray(rays / (rays @ sd)[:, None])


def _truncated_quantile(p: float, low: Floats, high: Floats) -> Floats:
    """Quantile of the standard normal truncated to [low, high], from the nearer tail."""
    up = low > 0
    a, b = np.where(up, -high, low), np.where(up, -low, high)
    q = np.where(up, 1 - p, p)
    inside = ndtri(ndtr(a) + q * (ndtr(b) - ndtr(a)))
    return np.asarray(np.where(up, -inside, inside))
