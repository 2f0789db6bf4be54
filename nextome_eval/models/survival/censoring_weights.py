"""Those who stay stand for those like them who were lost: weights against informative loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nextome_eval.errors import DesignProblem
from nextome_eval.models.survival.cox_frame import CoxModel, cox_data
from nextome_eval.models.survival.cox_search import searched
from nextome_eval.models.survival.rows_at_risk import groups_of, refuse_intervals
from nextome_eval.numerics.product_limit import curve
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, risk_set
from nextome_eval.numerics.standardised_survival import ArmHazards
from nextome_eval.study.durations import Durations


def censoring_weights(spells: Durations, *, adjust: Sequence[str], by: str = "arm") -> Durations:
    """Weigh households, month by month, by the inverse of their chance of not being lost yet.

    Parameters
    ----------
    spells : Durations
        One spell a household.
    adjust : sequence of str
        Covariates that loss may depend on.
    by : str
        Role or column with a baseline hazard of loss each.

    Returns
    -------
    Durations
        The spells cut at every event time, each piece with its weight: the group's chance of
        staying over the household's own (stabilised). Any method takes them; curves and robust
        models then use each household's influence. Estimate them inside what is resampled:
        ``bootstrap(lambda d: rmst(censoring_weights(d, adjust=[...]), tau=24), spells)``.

    Raises
    ------
    DesignProblem
        Several spells a household, or a covariate missing.

    Notes
    -----
    Robins and Finkelstein 2000, Biometrics 56:779. Loss that depends on what is not in ``adjust``
    is not met: read `leaver_bounds` beside.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(5)
    >>> df = pd.DataFrame({"group": list("ab") * 30, "z": rng.normal(size=60)})
    >>> df["months"], df["housed"] = rng.integers(1, 20, 60), rng.random(60) < 0.6
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> weighted = censoring_weights(spells, adjust=["z"])
    >>> weighted.n, len(weighted.time) > 60, bool((weighted.weights > 0).all())
    (60, True, True)

    See METHODS.md: censoring_weights
    """
    refuse_intervals(spells, "censoring_weights")
    if len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_a_household", method="censoring_weights")
    grid = np.unique(spells.time[spells.event > 0])
    rows, begin, end = _cut(spells, grid)
    weight = np.ones(len(rows)) if spells.weights is None else spells.weights[rows]
    lost = (spells.event == 0).astype(np.int64)
    if lost.any():
        weight = weight * _staying(spells, lost, adjust, by, rows, end)
    return replace(
        spells,
        frame=spells.frame.take(rows),
        unit=spells.unit[rows],
        entry=begin,
        time=end,
        event=np.where(end == spells.time[rows], spells.event[rows], 0),
        weights=weight,
    )


def _cut(spells: Durations, grid: Floats) -> tuple[Ints, Floats, Floats]:
    """Cut each spell at the grid's times inside it: rows, begins, ends of the pieces."""
    low = np.searchsorted(grid, spells.entry, side="right")
    high = np.searchsorted(grid, spells.time, side="left")
    pieces = np.maximum(high - low, 0) + 1
    rows = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    at = low[rows] + place
    inside = place < (pieces[rows] - 1)
    padded = np.append(grid, np.inf)
    end = np.where(inside, padded[np.minimum(at, len(grid))], spells.time[rows])
    begin = np.where(place > 0, padded[np.maximum(at - 1, 0)], spells.entry[rows])
    return rows.astype(np.int64), begin, end


def _staying(
    spells: Durations, lost: Ints, adjust: Sequence[str], by: str, rows: Ints, end: Floats
) -> Floats:
    """Chance of staying until just before each piece's end: the group's over the household's."""
    flipped = replace(spells, event=lost, causes={1: "lost"})
    data = cox_data(flipped, list(adjust), strata=by, method="censoring_weights")
    if len(data.rows) < len(spells.unit):
        missing = np.setdiff1d(np.arange(len(spells.unit)), data.rows)
        raise DesignProblem("covariates_missing", units=spells.units[missing].tolist())
    model = ArmHazards.of(searched(CoxModel(data, None), ties="efron"), np.array([0.0]))
    place = np.empty(len(data.rows), np.int64)
    place[data.rows] = np.arange(len(data.rows))
    groups, _ = groups_of(spells, by)
    whole = curve(risk_set(spells.time, lost, entry=spells.entry, strata=groups))
    before = end * (1 - 1e-7)  # events come before losses at the same time
    ratio = np.empty(len(rows))
    for code in range(len(data.strata_labels)):
        mine = groups[rows] == code
        own = model.ratio[place[rows[mine]]] * model.hazard(code, before[mine])
        ratio[mine] = _at(whole.risk, whole.survival, code, before[mine]) * np.exp(own)
    return ratio


def _at(risk: RiskSet, survival: Floats, stratum: int, times: Floats) -> Floats:
    begin, stop = int(risk.start[stratum]), int(risk.start[stratum + 1])
    step = np.searchsorted(risk.time[begin:stop], times, side="right")
    return np.concatenate([[1.0], survival[begin:stop]])[step]
