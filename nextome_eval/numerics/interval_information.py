"""How much a score test of intervals knows: the curvature left once the curve has been fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.turnbull import Npmle

HELD = 1e-9  # mass below which an innermost interval counts as empty


@dataclass(frozen=True, eq=False)
class CurveModel:
    """The curve at its K - 1 falls above 0 and how group effects b and its own parameters move it.

    s, by_b, by_bb : (m,) S and its derivatives in b at 0; by_g, by_bg : (q, m) in the parameters
    """

    s: Floats
    by_b: Floats
    by_bb: Floats
    by_g: Floats
    by_bg: Floats


def interval_information(found: Npmle, group: Ints, *, kind: str) -> tuple[Floats, Floats]:
    """Sums of the scores by group (k,), and their covariance from the information: (k, k).

    Notes
    -----
    The observed information on the groups' effects less what the curve's own parameters take:
    "finkelstein" S^exp(b), parameters log(-log S) (Finkelstein 1986); "sun" odds of the discrete
    hazards times exp(b); "wilcoxon" odds of S. Fay 1999, Statistics in Medicine 18:273, where
    innermost intervals without mass are left out.
    """
    kept = np.concatenate([[0], np.cumsum(found.mass > HELD)])
    falls = found.mass[found.mass > HELD]
    rows = np.column_stack([kept[found.first], kept[found.last + 1]])
    kinds, code = np.unique(rows, axis=0, return_inverse=True)
    k = int(group.max()) + 1
    many = np.zeros((k, len(kinds)))
    np.add.at(many, (group, np.ravel(code)), 1.0)
    model = _model(1.0 - np.cumsum(falls)[:-1] / falls.sum(), kind)
    begin, end = kinds.T

    def differences(values: Floats, first: float = 0.0) -> Floats:
        """Value at a kind's beginning less at its end: (..., kinds)."""
        edge = np.zeros((*values.shape[:-1], 1))
        padded = np.concatenate([edge + first, values, edge], axis=-1)
        return np.asarray(padded[..., begin] - padded[..., end])

    g, own = differences(model.s, 1.0), differences(model.by_b)
    score = own / g
    curve = differences(model.by_g) / g
    bb = differences(model.by_bb) / g - score**2
    bg = differences(model.by_bg) / g - score * curve
    total = many.sum(axis=0)
    gg = -(curve * total) @ curve.T + _bent(model, begin, end, total / g, kind)
    cross = many @ bg.T
    left = np.linalg.solve(gg, cross.T) if len(gg) else np.zeros((0, k))
    return many @ score, cross @ left - np.diag(many @ bb)


def _model(s: Floats, kind: str) -> CurveModel:
    if kind == "sun":
        hazard = 1.0 - s / np.concatenate([[1.0], s[:-1]])
        lived = np.cumsum(hazard)
        spread = hazard * (1 - hazard)
        after = np.triu(np.ones((len(s), len(s))))  # parameter j moves S from j on
        return CurveModel(
            s,
            -s * lived,
            s * (lived**2 - np.cumsum(spread)),
            -hazard[:, None] * s * after,
            (hazard[:, None] * (s * lived) - spread[:, None] * s) * after,
        )
    if kind == "finkelstein":
        log_s = np.log(s)
        first, second = s * log_s, s * log_s * (1 + log_s)
    else:
        first, second = -s * (1 - s), s * (1 - s) * (1 - 2 * s)
    return CurveModel(s, first, second, np.diag(first), np.diag(second))


def _bent(model: CurveModel, begin: Ints, end: Ints, share: Floats, kind: str) -> Floats:
    """Sum over rows of the second derivatives of S in the curve's parameters, over g: (q, q)."""
    m = len(model.s)
    edge = np.bincount(begin, share, m + 2)[1 : m + 1] - np.bincount(end, share, m + 2)[1 : m + 1]
    if kind != "sun":
        return np.diag(edge * np.diag(model.by_bg))
    hazard = 1.0 - model.s / np.concatenate([[1.0], model.s[:-1]])
    onward = np.cumsum((edge * model.s)[::-1])[::-1]
    later = np.maximum.outer(np.arange(m), np.arange(m))
    return np.asarray(
        np.outer(hazard, hazard) * onward[later] - np.diag(hazard * (1 - hazard) * onward)
    )
