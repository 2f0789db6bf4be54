"""CR2: how each cluster's residuals are inflated, and the degrees of freedom that remain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.cluster_blocks import Codes, Floats, blocks_by_size

_SINGULAR = 1e-10


@dataclass(frozen=True)
class Adjusted:
    """What CR2 and its degrees of freedom need from each cluster.

    With A_g the adjustment matrix, e_g residuals, l the reported directions and U'WU = I:
    ``scores`` (G, k) = l' U_g' W_g A_g e_g; with v_g = A_g W_g U_g l, ``own`` (G, k, k) =
    v_g' v_g, ``plain`` (G, p, k) = U_g' v_g, ``weighted`` (G, p, k) = U_g' W_g v_g, and
    ``spread`` (p, p) = U' W^2 U.
    """

    scores: Floats
    own: Floats
    plain: Floats
    weighted: Floats
    spread: Floats


def inverse_root(matrix: Floats) -> Floats:
    """Symmetric inverse square root of stacked (m, s, s) matrices; null directions stay null."""
    roots, vectors = np.linalg.eigh((matrix + np.swapaxes(matrix, -1, -2)) / 2)
    safe = np.where(roots > _SINGULAR, roots, 1.0)
    power = np.where(roots > _SINGULAR, safe**-0.5, 0.0)
    return np.asarray((vectors * power[..., None, :]) @ np.swapaxes(vectors, -1, -2))


def adjusted_scores(
    basis: Floats,
    residuals: Floats,
    cluster: Codes,
    direction: Floats,
    *,
    weights: Floats | None = None,
) -> Adjusted:
    """Adjust every cluster's score so that CR2 is unbiased under independent equal variances.

    Parameters
    ----------
    basis : (rows, p) with basis' W basis = I
    residuals : (rows,)
    cluster : (rows,) codes 0..G-1
    direction : (p, k)
    weights : (rows,) or None

    Source
    ------
    Pustejovsky and Tipton (2018), equations 5-8 with working model Phi = I.  With weights,
    B_g = [(I - H)(I - H)']_gg for H = U U' W, as clubSandwich does for weighted ``lm``.
    """
    count, columns, terms = int(cluster.max()) + 1, basis.shape[1], direction.shape[1]
    scores = np.zeros((count, terms))
    own = np.zeros((count, terms, terms))
    plain = np.zeros((count, columns, terms))
    heavy = np.zeros((count, columns, terms))
    w = np.ones(len(residuals)) if weights is None else weights
    spread = (basis * (w**2)[:, None]).T @ basis
    for which, rows in blocks_by_size(cluster):
        u, weight = basis[rows], w[rows][..., None]
        v = _inflated(u, weight, spread, direction, weights is None)
        scores[which] = np.einsum("msk,ms->mk", v, residuals[rows])
        own[which] = np.swapaxes(v, 1, 2) @ v
        plain[which] = np.swapaxes(u, 1, 2) @ v
        heavy[which] = np.swapaxes(u * weight, 1, 2) @ v
    return Adjusted(scores, own, plain, heavy, spread)


def _inflated(
    u: Floats, weight: Floats, spread: Floats, direction: Floats, unweighted: bool
) -> Floats:
    """A_g W_g U_g l for stacked clusters of one size: (m, s, k)."""
    size, columns = u.shape[1:]
    if unweighted and size > columns:
        # f(U U') U = U f(U'U): the p x p side is the smaller one
        inner = np.eye(columns) - np.swapaxes(u, 1, 2) @ u
        return np.asarray(u @ (inverse_root(inner) @ direction))
    target = (u * weight) @ direction
    if unweighted:
        return np.asarray(inverse_root(np.eye(size) - u @ np.swapaxes(u, 1, 2)) @ target)
    if size > 2 * columns:
        return _inflated_low_rank(u, weight, spread, target)
    cross = u @ np.swapaxes(u * weight, 1, 2)
    block = np.eye(size) - cross - np.swapaxes(cross, 1, 2) + u @ spread @ np.swapaxes(u, 1, 2)
    return np.asarray(inverse_root(block) @ target)


def _inflated_low_rank(u: Floats, weight: Floats, spread: Floats, target: Floats) -> Floats:
    columns = u.shape[2]
    q, r = np.linalg.qr(np.concatenate([u, u * weight], axis=2))
    middle = np.block(
        [[spread, -np.eye(columns)], [-np.eye(columns), np.zeros((columns, columns))]]
    )
    inner = np.eye(2 * columns) + r @ middle @ np.swapaxes(r, 1, 2)
    part = np.swapaxes(q, 1, 2) @ target
    return np.asarray(target + q @ (inverse_root(inner) @ part - part))


def satterthwaite(adjusted: Adjusted, contrasts: Floats) -> Floats:
    """Degrees of freedom of each contrast of the reported terms, (m, k) -> (m,).

    (sum of P_gg)^2 / (sum of all P_gh^2), P_gh = p_g' p_h and p_g = (I - H)_g' A_g W_g U_g l.
    """
    columns = adjusted.spread.shape[0]
    eye, zero = np.eye(columns), np.zeros((columns, columns))
    middle = np.block([[-adjusted.spread, eye], [eye, zero]])
    out = np.empty(len(contrasts))
    for i, contrast in enumerate(contrasts):
        own = np.einsum("gkl,k,l->g", adjusted.own, contrast, contrast)
        c = np.concatenate([adjusted.plain @ contrast, adjusted.weighted @ contrast], axis=1)
        diagonal = np.einsum("gi,ij,gj->g", c, middle, c)
        turned = middle @ (c.T @ c)
        squares = float((own**2 - 2 * own * diagonal).sum() + np.trace(turned @ turned))
        out[i] = float((own - diagonal).sum()) ** 2 / squares if squares > 0 else np.nan
    return out
