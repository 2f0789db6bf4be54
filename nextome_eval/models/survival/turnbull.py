"""The survival curve where the event is known only to lie between two visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.curve_interval import OwnLimits
from nextome_eval.models.survival.rows_at_risk import groups_of
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.turnbull import Npmle, mass_influence, npmle
from nextome_eval.study.durations import Durations

SETTLED = 1e-6


def turnbull(
    spells: Durations,
    by: str | Sequence[str] | None = None,
    *,
    draws: int = 499,
    seed: int = 1,
) -> Estimates:
    """Estimate S(t) from intervals (left, right] that hold the event, without assuming where.

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``; exact and right-censored times are intervals too.
    by : str or list of str, optional
        Role or column: one curve each.
    draws, seed : int
        Bootstrap of households (clusters, where shared) behind the intervals, made when first
        asked for.

    Returns
    -------
    Estimates
        One row an innermost interval with mass: strata, left, time (its right end), n_risk (not
        known to have had the event by left), n_event (expected in it), n_censor (last seen without
        it since the row before), mass; the estimate is S(time). Within an interval the curve is not
        known. Limits are bootstrap percentiles; influences treat the intervals
        with mass as known.

    Raises
    ------
    DesignProblem
        Delayed entry, or several spells a household.
    NotEstimable
        The optimality conditions could not be met.

    Notes
    -----
    Turnbull 1976; Wellner and Zhan 1997; finished by Newton's steps to 1e-10 of the optimality
    conditions. On exact and right-censored times it is Kaplan-Meier.

    Examples
    --------
    >>> df = pd.DataFrame({"without": [0.0, 6, 6, 12, 12], "with": [6, 12, None, 18, None]})
    >>> spells = Durations.from_frame(df, time="without", event=None, upper="with")
    >>> turnbull(spells).tidy()[["left", "time", "estimate"]].round(3).to_dict("list")
    {'left': [0.0, 6.0, 12.0], 'time': [6.0, 12.0, 18.0], 'estimate': [0.8, 0.533, 0.0]}

    See METHODS.md: turnbull
    """
    if (spells.entry > 0).any() or len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_from_zero", method="turnbull")
    groups, labels = groups_of(spells, by)
    left, right = ends_of(spells)
    weights = np.ones(spells.n) if spells.weights is None else spells.weights
    tables, values, influences, curves = [], [], [], []
    for code, label in enumerate(labels):
        own = np.flatnonzero(groups == code)
        found = npmle(left[own], right[own], weights=weights[own])
        if found.gap > SETTLED:
            raise NotEstimable("npmle_not_settled", group=label)
        kept = np.flatnonzero(found.mass > 1e-9)
        influence = np.full((spells.n, len(kept)), np.nan)
        influence[own] = -np.cumsum(mass_influence(found, weights[own]), axis=1)[:, kept]
        tables.append(_table(found, kept, label, (left[own], right[own], weights[own])))
        values.append(found.survival[kept])
        influences.append(influence)
        curves.append((own, found.right[kept]))
    value = np.concatenate(values)
    est = Estimates(
        terms=pd.concat(tables, ignore_index=True),
        value=np.where(value < 1e-12, 0.0, value),
        influence=np.concatenate(influences, axis=1),
        units=spells.units,
        cluster=spells.cluster,
        method="NPMLE (Turnbull)",
        kind="curve",
        notes=(Note.of("npmle_within_intervals"),),
    )

    @cache
    def redrawn() -> Floats:
        return _redrawn(spells, curves, (left, right, weights), draws, seed)

    def limits(level: float) -> tuple[Floats, Floats]:
        low, high = np.quantile(redrawn(), [(1 - level) / 2, (1 + level) / 2], axis=0)
        return np.minimum(low, est.value), np.maximum(high, est.value)

    return replace(est, reference=OwnLimits(limits))


def ends_of(spells: Durations) -> tuple[Floats, Floats]:
    """Give the intervals of the events; exact and right-censored times become intervals."""
    if spells.upper is not None:
        return spells.time, spells.upper
    return spells.time, np.where(spells.event > 0, spells.time, np.inf)


def _table(
    found: Npmle, kept: Ints, label: object, rows: tuple[Floats, Floats, Floats]
) -> pd.DataFrame:
    begin, end = found.left[kept], found.right[kept]
    left, right, w = rows
    lost = np.where(np.isfinite(right), np.inf, left)
    gone = np.array([0.0] + [float(w[lost < moment].sum()) for moment in end])
    return pd.DataFrame(
        {
            "term": "survival",
            "strata": label,
            "left": begin,
            "time": end,
            "n_risk": [float(w[right > start].sum()) for start in begin],
            "n_event": found.mass[kept] * w.sum(),
            "n_censor": np.diff(gone),
            "mass": found.mass[kept],
        }
    )


def _redrawn(
    spells: Durations,
    curves: list[tuple[Ints, Floats]],
    data: tuple[Floats, Floats, Floats],
    draws: int,
    seed: int,
) -> Floats:
    """Curves of resampled clusters at the right ends of the curve's own intervals: (B, k)."""
    left, right, weights = data
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(spells.cluster == c) for c in np.unique(spells.cluster)]
    lines = []
    for _ in range(draws):
        drawn = rng.multinomial(len(members), np.full(len(members), 1 / len(members)))
        times = np.zeros(spells.n)
        for count, who in zip(drawn, members, strict=True):
            times[who] = count
        line = []
        for own, at in curves:
            again = own[times[own] > 0]
            if not len(again):
                line.append(np.full(len(at), np.nan))
                continue
            found = npmle(left[again], right[again], weights=weights[again] * times[again])
            step = np.searchsorted(found.right, at * (1 + 1e-12), side="right")
            line.append(np.concatenate([[1.0], found.survival])[step])
        lines.append(np.concatenate(line))
    table = np.array(lines)
    table = np.where(table < 1e-12, 0.0, table)
    return np.asarray(table[~np.isnan(table).any(axis=1)])
