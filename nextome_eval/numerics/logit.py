"""The chance of being treated given covariates, and how each row moved its estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats

_STEPS = 60
_GIVEN_UP = 30.0
_SURE = 1.0


@dataclass(frozen=True)
class Logit:
    """A fitted logit: coefficients (q,), fitted chances (m,), influence of rows (m, q).

    The influences sum to the error of the coefficients: score times inverse information.
    """

    coefficients: Floats
    fitted: Floats
    influence: Floats


def logit(treated: Floats, covariates: Floats, weights: Floats | None = None) -> Logit:
    """Fit by Newton's method to machine accuracy.

    Parameters
    ----------
    treated : (m,) 0/1
    covariates : (m, q) with the constant among them, linearly independent
    weights : (m,) positive

    Raises
    ------
    NotEstimable
        ``separated``: some combination of covariates tells the arms apart.
    """
    w = np.ones(len(treated)) if weights is None else weights
    scale = np.sqrt((covariates**2).mean(axis=0))
    x = covariates / np.where(scale > 0, scale, 1.0)
    beta = np.zeros(x.shape[1])
    chance = _chance(x, beta)
    for _ in range(_STEPS):
        information = (x * (w * chance * (1 - chance))[:, None]).T @ x
        step = _solved(information, x.T @ (w * (treated - chance)))
        beta, chance = _damped(x, treated, w, beta, step, chance)
        if not np.abs(x @ beta).max() < _GIVEN_UP:
            raise NotEstimable("separated")
        if np.abs(step).max() < 1e-12 * (1 + np.abs(beta).max()):
            break
    information = (x * (w * chance * (1 - chance))[:, None]).T @ x
    influence = _solved(information, (x * (w * (treated - chance))[:, None]).T).T
    return Logit(beta / scale, chance, influence / scale)


def _chance(x: Floats, beta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ beta, -500, 500))))


def _damped(
    x: Floats, treated: Floats, w: Floats, beta: Floats, step: Floats, chance: Floats
) -> tuple[Floats, Floats]:
    """Take the step; a long one is halved until the likelihood does not fall."""
    if np.abs(step).max() < _SURE:
        return beta + step, _chance(x, beta + step)
    before = _likelihood(treated, chance, w)
    for _ in range(20):
        new = _chance(x, beta + step)
        if _likelihood(treated, new, w) >= before - 1e-10 * abs(before):
            return beta + step, new
        step = step / 2
    return beta, chance


def _likelihood(treated: Floats, chance: Floats, w: Floats) -> float:
    right = np.where(treated > 0, chance, 1 - chance)
    return float(w @ np.log(np.maximum(right, 1e-300)))


def _solved(information: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(information, right))
    except np.linalg.LinAlgError as error:
        raise NotEstimable("separated") from error
