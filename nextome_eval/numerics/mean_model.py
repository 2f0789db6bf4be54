"""A log or logit mean fitted by quasi-likelihood, with each row's pull on the coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats

Link = Literal["log", "logit"]
_STEPS = 100


@dataclass(frozen=True)
class MeanModel:
    """Coefficients (p,) and rows' influence on them (rows, p), which sums to their error."""

    coefficients: Floats
    influence: Floats


def mean_model(y: Floats, x: Floats, link: Link, weights: Floats | None = None) -> MeanModel:
    """Fit E(y) = exp(x b) or 1 / (1 + exp(-x b)) by Newton's method on the canonical score.

    Parameters
    ----------
    y : (rows,) at least zero for "log", between 0 and 1 for "logit"
    x : (rows, p) linearly independent
    weights : (rows,)

    Notes
    -----
    Right for any outcome with that mean (quasi-Poisson, quasi-binomial): Gourieroux, Monfort and
    Trognon (1984).

    Raises
    ------
    NotEstimable
        ``mean_model_diverges``: some cell is all zero, or all one.
    """
    w = np.ones(len(y)) if weights is None else weights
    beta = np.asarray(np.linalg.lstsq(x, _start(y, link), rcond=None)[0])
    for _ in range(_STEPS):
        mean, slope = _mean(x @ beta, link)
        information = (x * (w * slope)[:, None]).T @ x
        score = x.T @ (w * (y - mean))
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError as error:
            raise NotEstimable("mean_model_diverges") from error
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 3.0 / max(longest, 1e-300))
        if not np.abs(x @ beta).max() < 100:
            raise NotEstimable("mean_model_diverges")
        if longest < 1e-11 * (1 + np.abs(beta).max()):
            mean, slope = _mean(x @ beta, link)
            inverse = np.asarray(np.linalg.inv((x * (w * slope)[:, None]).T @ x))
            if not _settled(x, slope, inverse):
                break
            return MeanModel(beta, (x * (w * (y - mean))[:, None]) @ inverse)
    raise NotEstimable("mean_model_diverges")


def _start(y: Floats, link: Link) -> Floats:
    if link == "log":
        return np.log(y + max(float(y.mean()), 1e-12))
    inner = (y + 0.5) / 2
    return np.asarray(np.log(inner / (1 - inner)))


def _mean(line: Floats, link: Link) -> tuple[Floats, Floats]:
    clipped = np.clip(line, -200, 200)
    if link == "log":
        mean = np.exp(clipped)
        return mean, mean
    mean = 1 / (1 + np.exp(-clipped))
    return mean, mean * (1 - mean)


def _settled(x: Floats, slope: Floats, inverse: Floats) -> bool:
    """Whether no row's mean has run off to the edge (its own line would have a huge variance)."""
    return bool(np.einsum("mi,ij,mj->m", x, inverse, x).max() < 1e7 and slope.max() > 0)
