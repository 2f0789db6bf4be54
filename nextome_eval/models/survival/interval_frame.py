"""The rows and knots that a model of interval-censored times is fitted to, and its fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.models.survival.turnbull import ends_of
from nextome_eval.numerics.interval_spline import (
    IntervalData,
    LogTimeSpline,
    SplineMoments,
    default_knots,
    fit_interval_spline,
)
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.study.durations import Durations

NO_TOP = 1e-7  # curvature, relative to the largest, below which a likelihood has no maximum


@dataclass(frozen=True, eq=False)
class FittedIntervals:
    """A fitted interval model: what profile limits are made from."""

    data: IntervalData
    theta: Floats
    information: Floats
    arm_columns: tuple[int, ...] = ()  # no linear fit: permutation fits again for each dealing

    def combined(self, matrix: Floats) -> None:
        """Linear combinations of coefficients are no model of their own."""
        del matrix


def interval_data(
    spells: Durations, known: Ints, x: Floats, knots: int | Sequence[float]
) -> IntervalData:
    """Read intervals, centred covariates and knots of the rows whose covariates are known."""
    left, right = (ends[known] for ends in ends_of(spells))
    if not np.isfinite(right).any():
        raise NotEstimable("no_event_left", n=len(known))
    if ((left <= 0) & (right == left)).any():
        raise DesignProblem("one_spell_from_zero", method="interval_hazard")
    weights = np.ones(len(known)) if spells.weights is None else spells.weights[known]
    if isinstance(knots, (int, np.integer)):
        places = default_knots(left, right, weights, int(knots))
    else:
        places = np.asarray(knots, dtype=np.float64)
    if len(places) < 2 or not (places > 0).all() or not (np.diff(places) > 1e-9 * places[1:]).all():
        raise DesignProblem("knots_not_apart", knots=[f"{place:.4g}" for place in places])
    times = np.concatenate([left[left > 0], right[np.isfinite(right)]])
    spline = LogTimeSpline.of(places, np.concatenate([times, places]))
    centred = x - weights @ x / weights.sum()
    return IntervalData(left, right, spells.entry[known], centred, weights, spline)


def searched_intervals(data: IntervalData, terms: list[str]) -> tuple[Floats, SplineMoments]:
    """Fit with covariates of one size; refuse what has no top, or a baseline that falls."""
    k = len(data.spline.knots)
    size = np.sqrt(data.weights @ data.x**2 / data.weights.sum())
    size = np.where(size > 0, size, 1.0)
    theta, top, converged = fit_interval_spline(replace(data, x=data.x / size))
    curved = np.linalg.eigvalsh(top.information)
    if not converged or curved[0] <= NO_TOP * curved[-1] or (np.abs(theta[k:]) > 15).any():
        raise NotEstimable("interval_no_maximum", terms=terms)
    theta[k:] /= size
    times = np.concatenate([data.left[data.left > 0], data.right[np.isfinite(data.right)]])
    looked = np.geomspace(times.min(), times.max(), 200)
    if not (data.pace(theta, looked) > 0).all():
        raise NotEstimable("interval_baseline_falls", knots=k - 2)
    return theta, data.moments(theta)
