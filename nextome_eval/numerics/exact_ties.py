"""The exact partial likelihood when several events share one time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet


@dataclass(frozen=True, eq=False)
class ExactMoments:
    """The exact likelihood at a coefficient vector: value, slope (p,), curvature (p, p)."""

    log_likelihood: float
    score: Floats
    information: Floats


def exact_moments(
    risk: RiskSet, x: Floats, beta: Floats, *, offset: Floats | None = None
) -> ExactMoments:
    """Evaluate the discrete partial likelihood: d deaths among all subsets of size d at risk.

    Notes
    -----
    The sum over subsets is the coefficient of z^d in the product of (1 + z r_i) over the risk
    set; it is built by halves, with its first and second derivatives. Weights are not used.
    Cox 1972; Gail, Lubin and Rubinstein 1981.
    """
    eta = x @ beta if offset is None else x @ beta + offset
    p = x.shape[1]
    value, score, information = 0.0, np.zeros(p), np.zeros((p, p))
    for members, dead in event_risk_sets(risk):
        lifted = eta[members] - eta[members].max()
        e, g, h = _elementary(np.exp(lifted), x[members], int(dead.sum()))
        mean = g / e
        value += float(lifted[dead].sum()) - float(np.log(e))
        score += x[members][dead].sum(axis=0) - mean
        information += h / e - np.outer(mean, mean)
    return ExactMoments(value, score, information)


def event_risk_sets(risk: RiskSet) -> list[tuple[Ints, np.ndarray]]:
    """List, for each cell with events, the rows at risk and which of them have the event."""
    died = risk.event > 0
    cells = np.flatnonzero(risk.at_exit(died.astype(float)))
    sets = []
    for cell in cells:
        members = np.flatnonzero((risk.first <= cell) & (cell <= risk.last))
        sets.append((members, died[members] & (risk.last[members] == cell)))
    return sets


def exact_scores(risk: RiskSet, x: Floats, beta: Floats, *, offset: Floats | None = None) -> Floats:
    """Share of the score that each row brings, (1[event] - P(event))(x_i - xbar): (n, p).

    P(event) is the chance that the row is among the d that have the event, given d and the risk
    set; the shares sum to the score.
    """
    eta = x @ beta if offset is None else x @ beta + offset
    shares = np.zeros_like(x)
    for members, dead in event_risk_sets(risk):
        d = int(dead.sum())
        theta = np.exp(eta[members] - eta[members].max())
        chance = _inclusion(theta, d)
        mean = chance @ x[members] / d
        shares[members] += (dead - chance)[:, None] * (x[members] - mean)
    return shares


def _elementary(theta: Floats, x: Floats, d: int) -> tuple[float, Floats, Floats]:
    """Elementary symmetric polynomial of degree d with gradient and Hessian in beta."""
    n, p = x.shape
    if d == 1:
        weighted = theta[:, None] * x
        return float(theta.sum()), weighted.sum(axis=0), weighted.T @ x
    width = p * p + p + 1
    jet = np.zeros((n, 2, width))
    jet[:, 0, 0] = 1.0
    jet[:, 1, 0] = theta
    jet[:, 1, 1 : p + 1] = theta[:, None] * x
    jet[:, 1, p + 1 :] = (theta[:, None, None] * x[:, :, None] * x[:, None, :]).reshape(n, -1)
    while len(jet) > 1:
        if len(jet) % 2:
            one = np.zeros((1, jet.shape[1], width))
            one[0, 0, 0] = 1.0
            jet = np.concatenate([jet, one])
        jet = _multiply(jet[::2], jet[1::2], p, d)
    top = jet[0, d]
    return float(top[0]), top[1 : p + 1], top[p + 1 :].reshape(p, p)


def _multiply(a: Floats, b: Floats, p: int, d: int) -> Floats:
    """Multiply pairs of polynomials in z, cut after degree d, with derivatives in beta."""
    size = min(a.shape[1] + b.shape[1] - 1, d + 1)
    out = np.zeros((len(a), size, a.shape[2]))
    for i in range(a.shape[1]):
        stop = min(b.shape[1], size - i)
        if stop <= 0:
            continue
        left, right = a[:, i, None, :], b[:, :stop, :]
        la, lb = left[..., :1], right[..., :1]
        ga, gb = left[..., 1 : p + 1], right[..., 1 : p + 1]
        out[:, i : i + stop, :1] += la * lb
        out[:, i : i + stop, 1 : p + 1] += la * gb + ga * lb
        cross = ga[..., :, None] * gb[..., None, :]
        both = (cross + np.swapaxes(cross, -1, -2)).reshape(*cross.shape[:-2], p * p)
        out[:, i : i + stop, p + 1 :] += la * right[..., p + 1 :] + left[..., p + 1 :] * lb + both
    return out


def _inclusion(theta: Floats, d: int) -> Floats:
    """Chance that each member is among the d chosen, from products before and after it."""
    n = len(theta)
    if d == 1:
        return np.asarray(theta / theta.sum())
    before, after = np.zeros((n + 1, d + 1)), np.zeros((n + 1, d + 1))
    before[0, 0] = after[n, 0] = 1.0
    for i in range(n):
        before[i + 1] = before[i]
        before[i + 1, 1:] += theta[i] * before[i, :-1]
        j = n - 1 - i
        after[j] = after[j + 1]
        after[j, 1:] += theta[j] * after[j + 1, :-1]
    without = (before[:-1, :d] * after[1:, d - 1 :: -1][:, :d]).sum(axis=1)
    return np.asarray(theta * without / before[n, d])
