"""How far a survival curve strays anywhere in a stretch of time: critical values of bands."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from nextome_eval.numerics.risk_set import Floats

NODES = 100


def hall_wellner_chance(c: float, a: float, b: float) -> float:
    """Probability that a Brownian bridge stays within -c and c on [a, b], 0 <= a < b <= 1.

    Given where it is at a and b it is a bridge between two walls: a sum over images; the ends are
    integrated by Gauss and Legendre. Hall and Wellner 1980, Biometrika 67:133.
    """
    u, weight = _nodes(min(c, 9 * np.sqrt(a * (1 - a)))) if a > 0 else (np.zeros(1), np.ones(1))
    v, weight_v = _nodes(min(c, 9 * np.sqrt(b * (1 - b)))) if b < 1 else (np.zeros(1), np.ones(1))
    length = b - a
    start = _normal(u, 0.0, a * (1 - a)) if a > 0 else np.ones(1)
    stay = (1 - b) / (1 - a)
    end = _normal(v[None, :], u[:, None] * stay, length * stay) if b < 1 else np.ones((len(u), 1))
    k = np.arange(-20, 21)[:, None, None]
    gap = v[None, None, :] - u[None, :, None]
    total = v[None, None, :] + u[None, :, None]
    images = np.exp((gap**2 - (gap + 4 * k * c) ** 2) / (2 * length))
    images -= np.exp((gap**2 - (total + 2 * c + 4 * k * c) ** 2) / (2 * length))
    inside = np.maximum(images.sum(axis=0), 0.0)
    return float((weight * start) @ (end * inside) @ weight_v)


def equal_precision_chance(c: float, a: float, b: float) -> float:
    """Probability that a Brownian bridge over its standard deviation stays within c on [a, b].

    0 < a < b < 1. In the time log(x / (1 - x)) / 2 it is a stationary Ornstein-Uhlenbeck process,
    killed at -c and c: its generator, made symmetric by exp(-u^2 / 4), is expanded in cosines that
    are 0 at both walls. Nair 1984, Technometrics 26:265, tabulates the values.
    """
    length = 0.5 * np.log(b * (1 - a) / (a * (1 - b)))
    u, weight = _nodes(c)
    k = np.arange(1, NODES, 2)
    wave = np.cos(np.outer(k, np.pi * u / (2 * c))) / np.sqrt(c)
    rest = np.exp(-(u**2) / 4)
    energy = (wave * (weight * (u**2 / 4 - 0.5))) @ wave.T + np.diag((k * np.pi / (2 * c)) ** 2)
    rate, axes = np.linalg.eigh(energy)
    along = axes.T @ (wave @ (weight * rest))
    return float((along**2 * np.exp(-rate * length)).sum() / np.sqrt(2 * np.pi))


def critical_value(kind: str, level: float, a: float, b: float) -> float:
    """Half width of a band that holds the process on [a, b] with probability ``level``."""
    chance = hall_wellner_chance if kind == "hall-wellner" else equal_precision_chance
    low = 0.05 if kind == "hall-wellner" else 0.5
    high = 4.0 if kind == "hall-wellner" else 6.0
    return float(brentq(lambda c: chance(c, a, b) - level, low, high, xtol=1e-10))


def _nodes(c: float) -> tuple[Floats, Floats]:
    x, w = np.polynomial.legendre.leggauss(NODES)
    return c * x, c * w


def _normal(x: Floats, mean: Floats | float, variance: float) -> Floats:
    spread = np.sqrt(2 * np.pi * variance)
    return np.asarray(np.exp(-((x - mean) ** 2) / (2 * variance)) / spread)
