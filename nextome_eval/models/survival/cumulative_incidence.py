"""How many have had each cause by each month, the other causes being there too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_interval import SurvivalInterval, known_interval
from nextome_eval.models.survival.curve_rows import (
    curve_rows,
    long_covariance,
    refuse_empty_beginning,
)
from nextome_eval.models.survival.rows_at_risk import (
    groups_of,
    refuse_intervals,
)
from nextome_eval.numerics.cumulative_incidence import incidences
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.study.durations import Durations


def cumulative_incidence(
    spells: Durations,
    by: str | Sequence[str] | None = None,
    *,
    interval: str = "log-log",
    begin: float | None = None,
) -> Estimates:
    """Estimate the probability of each cause having happened by each exit time.

    Parameters
    ----------
    spells : Durations
        With ``causes`` declared.
    by : str or list of str, optional
        Role or column: one curve each.
    interval : str
        "log-log", "log" or "plain".
    begin : float, optional
        Start here, given nothing before; for delayed entry with empty early risk sets.

    Returns
    -------
    Estimates
        Rows incidence, strata, cause, time, n_risk, n_event (of the cause), n_censor. The
        incidences and the event-free survival add to 1. Infinitesimal-jackknife variance, summed
        by household, or by cluster where households share them.

    Raises
    ------
    NotEstimable
        All who had entered had an event before others came.

    Notes
    -----
    Aalen and Johansen 1978, with delayed entry. 1 - Kaplan-Meier for one cause, others censored,
    answers another question and is always higher.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9], "end": [1, 2, 1, 0, 1]})
    >>> spells = Durations.from_frame(df, time="months", event="end",
    ...                               causes={1: "housed", 2: "left the area"})
    >>> est = cumulative_incidence(spells).where(time=9.0)
    >>> est.tidy()[["cause", "estimate"]].round(2).to_dict("list")
    {'cause': ['housed', 'left the area'], 'estimate': [0.8, 0.2]}

    See METHODS.md: cumulative_incidence
    """
    refuse_intervals(spells, "cumulative_incidence")
    known_interval(interval, ("log-log", "log", "plain"))
    groups, labels = groups_of(spells, by)
    rows = curve_rows(spells, groups, labels, begin=begin)
    refuse_empty_beginning(rows.curve, labels)
    risk = rows.curve.risk
    found = incidences(risk, list(spells.causes))
    whole = rows.terms("incidence")
    terms = []
    for one in found:
        part = whole.assign(n_event=one.n_event)
        part.insert(2, "cause", spells.causes[one.cause])
        terms.append(part)
    m = risk.m
    order = np.argsort(_place(risk.cell_stratum, len(found), m), kind="stable")

    def of_rows(columns: Ints) -> Floats:
        picked = order[columns]
        influence = np.empty((risk.n, len(columns)))
        for k, one in enumerate(found):
            own = picked // m == k
            influence[:, own] = one.influence(picked[own] % m)
        return influence

    def variance(cluster: Ints | None) -> Floats:
        return np.concatenate([one.variance(cluster) for one in found])[order]

    influence = rows.influence(of_rows, cells=order % m)
    return Estimates(
        terms=pd.concat(terms, ignore_index=True).iloc[order].reset_index(drop=True),
        value=np.concatenate([one.value for one in found])[order],
        influence=influence,
        units=spells.units,
        cluster=spells.cluster,
        method="Aalen-Johansen",
        kind="curve",
        model_covariance=long_covariance(rows, influence, variance),
        reference=SurvivalInterval(interval),
    )


def _place(stratum: Ints, causes: int, m: int) -> Ints:
    """Rank rows by stratum, then cause."""
    cause = np.repeat(np.arange(causes), m)
    return np.asarray(np.tile(stratum, causes) * causes + cause)
