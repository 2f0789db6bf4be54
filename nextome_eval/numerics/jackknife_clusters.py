"""The estimate again without each cluster in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats, blocks_by_size

if TYPE_CHECKING:
    from nextome_eval.numerics.least_squares import LinearFit

_SINGULAR = 1e-9


def leave_one_cluster_out(fit: LinearFit, *, strict: bool = True) -> Floats:
    """Reported combinations without cluster g, (G, k).

    Parameters
    ----------
    fit : the least-squares fit
    strict : refuse where a reported term cannot be computed without some cluster; False uses the
        Moore-Penrose inverse of the design's own columns there (Hansen 2022): the effect of a
        column that nobody else carries is then nothing, whatever the outcome's level.

    Raises
    ------
    NotEstimable
        ``term_needs_cluster``, giving the number of the cluster.

    Notes
    -----
    A column that only one cluster carries (that firm's own level) drops out with the cluster and
    does not touch the other coefficients.  clubSandwich inverts I - H_gg even then, where it is
    singular, and prints rounding error (Grunfeld: .0558 instead of .0552).
    """
    u, direction = fit.basis, fit.direction
    w = np.ones(len(u)) if fit.weights is None else fit.weights
    beta = (u * w[:, None]).T @ fit.outcome
    out = np.empty((fit.clusters, direction.shape[1]))
    for which, rows in blocks_by_size(fit.groups):
        block, weighted = u[rows], u[rows] * w[rows][..., None]
        gram = np.eye(u.shape[1]) - np.swapaxes(block, 1, 2) @ weighted
        moment = beta - np.einsum("msp,ms->mp", weighted, fit.outcome[rows])
        roots, vectors = np.linalg.eigh((gram + np.swapaxes(gram, 1, 2)) / 2)
        null = roots <= _SINGULAR
        lost = (np.abs(np.swapaxes(vectors, 1, 2) @ direction) > 1e-7) & null[..., None]
        if strict and lost.any():
            raise NotEstimable("term_needs_cluster", cluster=int(which[lost.any((1, 2))][0]) + 1)
        power = np.where(null, 0.0, 1 / np.where(null, 1.0, roots))
        solved = np.einsum("mpq,mq,mrq,mr->mp", vectors, power, vectors, moment)
        out[which] = solved @ direction
        for m in np.flatnonzero(lost.any((1, 2))):
            out[which[m]] = fit.pick @ _shortest(fit, solved[m], vectors[m][:, null[m]])
    return out


def _shortest(fit: LinearFit, turned: Floats, unseen: Floats) -> Floats:
    """The shortest coefficients (p,) among those that fit alike.

    Parameters
    ----------
    turned : (p,) some that fit, on the basis U
    unseen : (p, m) moves, on the basis U, that change no fitted value
    """
    coefficients, moves = fit.unturned(turned), fit.unturned(unseen)
    return np.asarray(coefficients - moves @ np.linalg.lstsq(moves, coefficients, rcond=None)[0])
