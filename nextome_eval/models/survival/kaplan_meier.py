"""How many are still without the event, month by month: the Kaplan-Meier curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.when_asked import when_asked
from nextome_eval.models.survival.curve_interval import (
    OwnLimits,
    SurvivalInterval,
    known_interval,
)
from nextome_eval.models.survival.curve_rows import (
    CurveRows,
    curve_rows,
    long_covariance,
    refuse_empty_beginning,
)
from nextome_eval.models.survival.rows_at_risk import (
    goes_on,
    groups_of,
    refuse_intervals,
    shares_clusters,
    whole_weights,
)
from nextome_eval.numerics.beta_product import beta_product
from nextome_eval.numerics.curve_limits import SURVIVAL_INTERVALS
from nextome_eval.numerics.product_limit import Curve
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.step_influence import greenwood_covariance
from nextome_eval.study.durations import Durations

FEW_AT_RISK = 5


def kaplan_meier(
    spells: Durations,
    by: str | Sequence[str] | None = None,
    *,
    interval: str = "log-log",
    begin: float | None = None,
    reverse: bool = False,
) -> Estimates:
    """Estimate the probability of being without the event, S(t), at each exit time.

    With several causes any of them is the event (event-free survival); `cumulative_incidence`
    tells them apart.

    Parameters
    ----------
    spells : Durations
    by : str or list of str, optional
        Role ("arm", "strata", "cluster") or column: one curve each.
    interval : str
        "log-log", "log", "plain", "logit", "arcsine", or "beta-product" (exact in the sense of
        Fay, Brittain and Proschan; right with few at risk; no delayed entry, whole weights).
    begin : float, optional
        Start the curve here, given no event by then; needed where early risk sets are empty.
    reverse : bool
        Ask instead how long households were followed: the end of observation is what is waited
        for, and an event cuts it short. Its median is the median follow-up.

    Returns
    -------
    Estimates
        Rows survival, strata, time, n_risk (just before), n_event, n_censor. Greenwood's
        covariance; with shared clusters or weights that are not counts, from the influences.

    Raises
    ------
    NotEstimable
        The curve falls to zero early because nobody else had entered yet.

    Notes
    -----
    Kaplan and Meier 1958, JASA 53:457; Greenwood 1926. Weights repeat rows. Reversed: Schemper and
    Smith 1996, Controlled Clinical Trials 17:343.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9], "housed": [1, 1, 0, 1, 0]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> kaplan_meier(spells).tidy()[["time", "n_risk", "estimate"]].round(3).to_dict("list")
    {'time': [2.0, 4.0, 6.0, 9.0], 'n_risk': [5.0, 4.0, 2.0, 1.0], 'estimate': [0.8, 0.6, 0.3, 0.3]}

    See METHODS.md: kaplan_meier
    """
    refuse_intervals(spells, "kaplan_meier")
    known_interval(interval, (*SURVIVAL_INTERVALS, "beta-product"))
    groups, labels = groups_of(spells, by)
    if reverse:
        ended = (spells.event == 0) & ~goes_on(spells, groups)
        spells = replace(spells, event=ended.astype(np.int64))
    rows = curve_rows(spells, groups, labels, begin=begin)
    refuse_empty_beginning(rows.curve, labels)
    by_influence = shares_clusters(spells) or not whole_weights(spells)
    curve = rows.curve
    terms = when_asked(partial(rows.terms, "survival"))
    influence = rows.influence(curve.survival_influence)
    if by_influence:
        covariance = long_covariance(rows, influence, curve.robust_variance)
    else:
        covariance = greenwood_covariance(curve)
    est = Estimates(
        terms=terms,
        value=curve.survival,
        influence=influence,
        units=spells.units,
        cluster=spells.cluster,
        method="Kaplan-Meier of follow-up" if reverse else "Kaplan-Meier",
        kind="curve",
        model_covariance=covariance,
        notes=_notes(rows, begin),
    )
    return replace(est, terms=terms, reference=_reference(spells, rows, interval, est))


def numbers_at_risk(
    spells: Durations, times: Sequence[float], *, by: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Count who is at risk just before given times, and what happened up to them.

    Parameters
    ----------
    spells : Durations
    times : sequence of float
    by : str or list of str, optional

    Returns
    -------
    DataFrame
        strata, time, n_risk, n_event, n_censor (both so far), one row a stratum and time.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9], "housed": [1, 1, 0, 1, 0]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> numbers_at_risk(spells, [0, 4, 8])["n_risk"].tolist()
    [5.0, 4.0, 1.0]

    See METHODS.md: kaplan_meier
    """
    refuse_intervals(spells, "numbers_at_risk")
    groups, labels = groups_of(spells, by)
    weights = np.ones(len(spells.time)) if spells.weights is None else spells.weights
    happened, gone = spells.event > 0, (spells.event == 0) & ~goes_on(spells, groups)
    lines: list[dict[str, Any]] = []
    for code, label in enumerate(labels):
        own = groups == code
        for moment in times:
            slack = 1e-9 * abs(moment)
            past = spells.time[own] <= moment + slack
            begun = spells.entry[own] < moment - slack if moment else spells.entry[own] <= 0
            there = begun & (spells.time[own] >= moment - slack)
            w = weights[own]
            lines.append(
                {
                    "strata": label,
                    "time": float(moment),
                    "n_risk": float(w[there].sum()),
                    "n_event": float(w[past & happened[own]].sum()),
                    "n_censor": float(w[past & gone[own]].sum()),
                }
            )
    return pd.DataFrame(lines)


def _reference(spells: Durations, rows: CurveRows, interval: str, est: Estimates) -> Any:
    if interval != "beta-product":
        return SurvivalInterval(interval, _fallen(rows.curve, est))
    if rows.curve.risk.delayed:
        raise DesignProblem("beta_product_delayed_entry")
    if not whole_weights(spells):
        raise DesignProblem("beta_product_weights")
    return OwnLimits(beta_product(rows.curve).limits)


def _fallen(curve: Curve, est: Estimates) -> tuple[Ints, Floats, Floats]:
    """Steps at 0, with S and its standard error at the last step above, 1 and 0 if none."""
    gone = np.flatnonzero(curve.survival == 0)
    start = curve.risk.start
    begins = start[np.searchsorted(start, gone, side="right") - 1]
    above = gone[np.searchsorted(gone, begins)] - 1
    some = above >= begins
    model = est.model_covariance
    error = est.std_error[above] if model is None else np.sqrt(model.diagonal()[above])
    return gone, np.where(some, curve.survival[above], 1.0), np.where(some, error, 0.0)


def _notes(rows: CurveRows, begin: float | None) -> tuple[str, ...]:
    curve, risk = rows.curve, rows.curve.risk
    notes: list[str] = []
    if begin is not None:
        notes.append(Note.of("curve_given_free_until", time=begin))
    if risk.delayed:
        for code, label in enumerate(rows.labels):
            cells = np.arange(risk.start[code], risk.start[code + 1])
            enough = np.flatnonzero(curve.n_risk[cells] >= FEW_AT_RISK)
            early = cells[: enough[0]] if len(enough) else cells
            if len(early) and curve.n_event[early].any():
                first = float(risk.time[cells[enough[0]]]) if len(enough) else float("nan")
                notes.append(Note.of("few_at_risk_early", group=label, few=FEW_AT_RISK, time=first))
    return tuple(notes)
