"""How much hazard has added up by each time: the Nelson-Aalen curve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.when_asked import when_asked
from nextome_eval.models.survival.curve_interval import HazardInterval, known_interval
from nextome_eval.models.survival.curve_rows import curve_rows, long_covariance
from nextome_eval.models.survival.rows_at_risk import (
    groups_of,
    refuse_intervals,
    shares_clusters,
    whole_weights,
)
from nextome_eval.numerics.step_influence import hazard_covariance
from nextome_eval.study.durations import Durations


def nelson_aalen(
    spells: Durations,
    by: str | Sequence[str] | None = None,
    *,
    interval: str = "log",
    begin: float | None = None,
) -> Estimates:
    """Estimate the cumulative hazard H(t) at each exit time.

    Parameters
    ----------
    spells : Durations
    by : str or list of str, optional
        Role ("arm", "strata", "cluster") or column: one curve each.
    interval : str
        "log" or "plain".
    begin : float, optional
        Start counting here.

    Returns
    -------
    Estimates
        Rows hazard, strata, time, n_risk, n_event, n_censor; variance sum of d / Y^2, or from
        the influences with shared clusters or weights that are not counts.

    Notes
    -----
    Nelson 1972; Aalen 1978. With several causes any of them is the event.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9], "housed": [1, 1, 0, 1, 0]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> nelson_aalen(spells).tidy()["estimate"].round(3).tolist()
    [0.2, 0.45, 0.95, 0.95]

    See METHODS.md: nelson_aalen
    """
    refuse_intervals(spells, "nelson_aalen")
    known_interval(interval, ("log", "plain"))
    by_influence = shares_clusters(spells) or not whole_weights(spells)
    return added_hazard(spells, by, begin=begin, interval=interval, by_influence=by_influence)


def added_hazard(
    spells: Durations,
    by: str | Sequence[str] | None,
    *,
    by_influence: bool,
    interval: str,
    begin: float | None = None,
    term: str = "hazard",
) -> Estimates:
    """Add up events over numbers at risk, with the variance of influences or of independence."""
    groups, labels = groups_of(spells, by)
    rows = curve_rows(spells, groups, labels, begin=begin)
    curve = rows.curve
    influence = rows.influence(curve.hazard_influence)
    if by_influence:
        covariance = long_covariance(rows, influence, curve.robust_hazard_variance)
    else:
        covariance = hazard_covariance(curve)
    return Estimates(
        terms=when_asked(partial(rows.terms, term)),
        value=curve.hazard,
        influence=influence,
        units=spells.units,
        cluster=spells.cluster,
        method="Nelson-Aalen",
        kind="curve",
        model_covariance=covariance,
        reference=HazardInterval(interval),
    )
