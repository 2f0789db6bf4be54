"""The same comparison where different people are seen at the two times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.logit import Logit, logit
from nextome_eval.numerics.two_periods import OVERLAP, EstMethod


@dataclass(frozen=True)
class _Line:
    """Expected outcome of one group (treated or not, after or before), and its coefficients'
    influence."""

    expected: Floats
    influence: Floats

    @classmethod
    def of(cls, y: Floats, x: Floats, w: Floats) -> _Line:
        gram = (x * w[:, None]).T @ x
        scale = np.sqrt(np.diag(gram))
        if (scale <= 0).any() or np.linalg.cond(gram / np.outer(scale, scale)) > 1e12:
            raise NotEstimable("controls_collinear")
        inverse = np.linalg.inv(gram / np.outer(scale, scale)) / np.outer(scale, scale)
        expected = x @ (inverse @ (x.T @ (w * y)))
        return cls(expected, (x * (w * (y - expected))[:, None]) @ inverse)


@dataclass(frozen=True)
class _Mean:
    """A weighted mean, its rows' influence, and the mean of the covariates under its weights."""

    value: float
    influence: Floats
    at: Floats

    @classmethod
    def of(cls, z: Floats, x: Floats, w: Floats) -> _Mean:
        total = w.sum()
        value = float(w @ z) / total
        return cls(value, w * (z - value) / total, w @ x / total)


def cross_section_effect(
    y: Floats, treated: Floats, after: Floats, x: Floats, weights: Floats, method: EstMethod
) -> tuple[float, Floats]:
    """Effect on the treated from two cross-sections, and each person's influence (m,).

    Parameters
    ----------
    y, treated, after : (m,)
    x : (m, q), the constant first
    weights : (m,)
    method : "dr" locally efficient doubly robust, "ipw" normalised, "reg"

    Source
    ------
    Sant'Anna and Zhao (2020), equation 3.4; arithmetic of R DRDID ``drdid_rc``,
    ``std_ipw_did_rc``, ``reg_did_rc``.
    """
    odds = _odds(treated, x, weights) if method != "reg" and x.shape[1] > 1 else None
    w = weights
    t1, t0 = w * treated * after, w * treated * (1 - after)
    c1, c0 = w * (1 - treated) * after, w * (1 - treated) * (1 - after)
    if odds is not None:
        ratio = odds.fitted / (1 - odds.fitted)
        p1, p0 = c1 * ratio, c0 * ratio
    else:
        p1, p0 = c1, c0
    if method == "ipw":
        return _weighted(y, x, (t1, t0, p1, p0), odds)
    lines = [_Line.of(y, x, cell) for cell in (c1, c0)]
    if method == "reg":
        return _regression(y, x, (t1, t0, w * treated), lines)
    lines += [_Line.of(y, x, cell) for cell in (t1, t0)]
    return _doubly_robust(y, x, (t1, t0, p1, p0, w * treated), lines, odds, after)


def _odds(treated: Floats, x: Floats, weights: Floats) -> Logit:
    fit = logit(treated, x, weights)
    if fit.fitted.max() >= OVERLAP:
        raise NotEstimable("no_overlap", chance=OVERLAP)
    return fit


def _weighted(
    y: Floats, x: Floats, cells: tuple[Floats, ...], odds: Logit | None
) -> tuple[float, Floats]:
    t1, t0, p1, p0 = (_Mean.of(y, x, w) for w in cells)
    value = t1.value - t0.value - (p1.value - p0.value)
    influence = t1.influence - t0.influence - (p1.influence - p0.influence)
    if odds is not None:
        influence = influence - odds.influence @ ((p1.influence - p0.influence) @ x)
    return value, influence


def _regression(
    y: Floats, x: Floats, cells: tuple[Floats, ...], lines: list[_Line]
) -> tuple[float, Floats]:
    t1, t0 = (_Mean.of(y, x, w) for w in cells[:2])
    course = _Mean.of(lines[0].expected - lines[1].expected, x, cells[2])
    influence = t1.influence - t0.influence - course.influence
    influence = influence - (lines[0].influence - lines[1].influence) @ course.at
    return t1.value - t0.value - course.value, influence


def _doubly_robust(
    y: Floats,
    x: Floats,
    cells: tuple[Floats, ...],
    lines: list[_Line],
    odds: Logit | None,
    after: Floats,
) -> tuple[float, Floats]:
    t1, t0, p1, p0, d = cells
    control1, control0, treated1, treated0 = lines
    rest = y - np.where(after > 0, control1.expected, control0.expected)
    gap1 = treated1.expected - control1.expected
    gap0 = treated0.expected - control0.expected
    m_t1, m_t0 = _Mean.of(rest, x, t1), _Mean.of(rest, x, t0)
    m_p1, m_p0 = _Mean.of(rest, x, p1), _Mean.of(rest, x, p0)
    d1, at1 = _Mean.of(gap1, x, d), _Mean.of(gap1, x, t1)
    d0, at0 = _Mean.of(gap0, x, d), _Mean.of(gap0, x, t0)
    signed = [(m_t1, 1), (m_t0, -1), (m_p1, -1), (m_p0, 1), (d1, 1), (at1, -1), (d0, -1), (at0, 1)]
    value = sum(sign * mean.value for mean, sign in signed)
    influence = np.sum([sign * mean.influence for mean, sign in signed], axis=0)
    influence = influence + control1.influence @ (m_p1.at - d1.at)
    # drdid_rc subtracts what the earlier controls' line does to the treated's and controls' earlier
    # means where the derivative adds it; that tends to 0 where the propensity is right
    influence = influence + control0.influence @ (d1.at + m_p0.at - 2 * m_t0.at)
    influence = influence + treated1.influence @ (d1.at - m_t1.at)
    influence = influence + treated0.influence @ (m_t0.at - d1.at)
    if odds is not None:
        influence = influence - odds.influence @ ((m_p1.influence - m_p0.influence) @ x)
    return float(value), influence
