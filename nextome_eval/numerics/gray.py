"""Do the groups differ in how many have had a cause by each time? Gray's test."""

from __future__ import annotations

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, divide


def gray_scores(
    risk: RiskSet, group: Ints, *, cause: int, rho: float = 0.0
) -> tuple[Floats, Floats]:
    """Score of each group but the last, and its covariance, summed over strata.

    Parameters
    ----------
    risk : with causes as events, nobody entering late
    group : (n,) codes 0..k-1

    Returns
    -------
    score : (k - 1,); covariance : (k - 1, k - 1)

    Notes
    -----
    Compares subdistribution hazards with R_g = Y_g / S_g(t-) (1 - F_g(t-)). Gray 1988, Annals of
    Statistics 16:1141; variance as in the R package cmprsk, its treatment of ties included.
    """
    k = int(group.max()) + 1
    score, covariance = np.zeros(k - 1), np.zeros((k - 1, k - 1))
    for s in range(len(risk.start) - 1):
        cells = np.arange(risk.start[s], risk.start[s + 1])
        counts = [_counts(risk, group == g, cause, cells) for g in range(k)]
        y, d1, d2 = (np.stack(column, axis=1) for column in zip(*counts, strict=True))
        keep = (d1 + d2).sum(axis=1) > 0
        if not keep.any():
            continue
        z, v = _one_stratum(y[keep], d1[keep], d2[keep], rho)
        score += z[:-1]
        covariance += v[:-1, :-1]
    return score, covariance


def _counts(risk: RiskSet, own: Ints, cause: int, cells: Ints) -> tuple[Floats, Floats, Floats]:
    one = own.astype(float)
    mine = risk.event == cause
    other = (risk.event > 0) & ~mine
    return (
        risk.at_risk(one)[cells],
        risk.at_exit(one * mine)[cells],
        risk.at_exit(one * other)[cells],
    )


def _one_stratum(y: Floats, d1: Floats, d2: Floats, rho: float) -> tuple[Floats, Floats]:
    """Score (k,) and covariance (k, k) from counts (T, k) at the times with any event."""
    k = y.shape[1]
    left, after = _left_and_right(
        np.asarray(np.cumprod(1.0 - divide(d1 + d2, y), axis=0), np.float64), 1.0
    )
    f_left, _ = _left_and_right(np.cumsum(left * divide(d1, y), axis=0), 0.0)
    present = y > 0
    r = np.where(present, divide(y, left), 0.0)  # all that would be at risk without other causes
    total, n1 = r.sum(axis=1), d1.sum(axis=1)
    q = (r * (1.0 - f_left)).sum(axis=1)
    pooled_left, pooled = _left_and_right(np.cumsum(divide(n1, total)), 0.0)
    fb = (1.0 - pooled_left) ** rho
    score = (fb[:, None] * (d1 - n1[:, None] * divide(r * (1.0 - f_left), q[:, None]))).sum(axis=0)
    share = divide(r, total[:, None])
    a = fb[:, None, None] * (np.eye(k) * r[:, :, None] - r[:, :, None] * share[:, None, :])
    steps = divide(n1, total * (1.0 - pooled_left))
    c = np.cumsum(a * steps[:, None, None], axis=0)
    t4 = np.where(after > 0, 1.0 - divide((1.0 - pooled)[:, None], after), 1.0)
    tie = np.where(n1[:, None] > 1, 1.0 - divide((n1 - 1)[:, None], total[:, None] * left - 1), 1.0)
    weight = np.where(present, tie * left * divide(n1[:, None], total[:, None] * y), 0.0)
    other = np.where(after > 0, divide((1.0 - pooled)[:, None], after), 0.0)
    tie2 = np.where(d2 > 1, 1.0 - divide(d2 - 1, y - 1), 1.0)
    weight2 = np.where(after > 0, tie2 * left**2 * divide(d2, y**2), 0.0)
    return score, _covariance(a, c, (t4, weight), (other, weight2))


def _covariance(
    a: Floats, c: Floats, mine: tuple[Floats, Floats], other: tuple[Floats, Floats]
) -> Floats:
    """Put together what each group's events of the cause and of others add to the variance."""
    (t4, w1), (t5, w2) = mine, other
    own = a - t4[:, None, :] * c
    far = t5[:, None, :] * c
    last = c[-1]
    v = np.einsum("tik,tjk,tk->ij", own, own, w1) + np.einsum("tik,tjk,tk->ij", far, far, w2)
    v2 = np.einsum("tik,tk->ik", own, t4 * w1) - np.einsum("tik,tk->ik", far, t5 * w2)
    v3 = (t4**2 * w1 + t5**2 * w2).sum(axis=0)
    cross = last @ v2.T
    return np.asarray(v + (last * v3) @ last.T + cross + cross.T)


def _left_and_right(after: Floats, start: float) -> tuple[Floats, Floats]:
    before = np.concatenate([np.full_like(after[:1], start), after[:-1]])
    return before, after
