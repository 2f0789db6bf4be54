"""A logit that stays finite where covariates tell the groups apart (Firth)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable

__all__ = ["firth_logit"]

Floats = NDArray[np.float64]
_STEPS = 200


def firth_logit(outcome: Floats, covariates: Floats, weights: Floats | None = None) -> Floats:
    """Maximise log L + log det(I) / 2 and return the fitted chances (m,).

    Parameters
    ----------
    outcome : (m,) 0/1
    covariates : (m, q) with the constant among them, linearly independent
    weights : (m,) positive; a weight of 2 counts as two rows

    Raises
    ------
    NotEstimable
        ``firth_no_top``: no top was found in 200 steps.

    Source
    ------
    Firth (1993), Biometrika 80, 27-38; Heinze and Schemper (2002), Statistics in Medicine 21,
    2409-2419: score X'(w (y - p) + h (1/2 - p)), h the diagonal of the weighted hat matrix.

    Examples
    --------
    >>> x = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    >>> firth_logit(np.array([0.0, 0, 1, 1]), x).round(6).tolist()
    [0.166667, 0.166667, 0.833333, 0.833333]
    """
    scale = np.sqrt((covariates**2).mean(axis=0))
    x = covariates / np.where(scale > 0, scale, 1.0)
    w = np.ones(len(outcome)) if weights is None else weights
    beta = np.zeros(x.shape[1])
    height, step = _at(x, outcome, w, beta)
    for _ in range(_STEPS):
        size = 1.0
        while size > 1e-8:
            new_height, new_step = _at(x, outcome, w, beta + size * step)
            if new_height >= height - 1e-12 * abs(height):
                break
            size /= 2
        beta, height = beta + size * step, new_height
        if np.abs(size * step).max() < 1e-11 * (1 + np.abs(beta).max()):
            return _chance(x, beta)
        step = new_step
    raise NotEstimable("firth_no_top", rows=len(outcome))


def _at(x: Floats, outcome: Floats, w: Floats, beta: Floats) -> tuple[float, Floats]:
    """The penalised log likelihood, and the Newton step from there."""
    chance = _chance(x, beta)
    root = np.sqrt(w * chance * (1 - chance))
    q, r = np.linalg.qr(x * root[:, None])
    lever = (q**2).sum(axis=1)
    likely = np.where(outcome > 0, chance, 1 - chance)
    size = np.abs(np.diag(r))
    height = float(w @ np.log(likely) + np.log(np.maximum(size, 1e-300)).sum())
    score = x.T @ (w * (outcome - chance) + lever * (0.5 - chance))
    return height, np.asarray(np.linalg.lstsq(r.T @ r, score, rcond=None)[0])


def _chance(x: Floats, beta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ beta, -30, 30))))
