"""How many events a household has had by each month, when events can come again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_interval import known_interval
from nextome_eval.models.survival.nelson_aalen import added_hazard
from nextome_eval.models.survival.rows_at_risk import refuse_intervals
from nextome_eval.study.durations import Durations


def mean_count(
    spells: Durations, by: str | Sequence[str] | None = None, *, interval: str = "log"
) -> Estimates:
    """Estimate the mean number of events a household has had by each time.

    Parameters
    ----------
    spells : Durations
        A household's spells follow one another; it stays at risk after an event as long as its
        next spell lasts.
    by : str or list of str, optional
        Role or column: one curve each.
    interval : str
        "log" or "plain".

    Returns
    -------
    Estimates
        Rows count, strata, time, n_risk, n_event, n_censor. The variance is that of each
        household's whole history, summed by cluster, never Poisson's.

    Notes
    -----
    Nelson 1995; Lawless and Nadeau 1995; the cumulative hazard of R survfit with ``id``.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"id": [1, 1, 2, 3], "from": [0.0, 3, 0, 0], "to": [3.0, 8, 5, 8],
    ...                    "lost": [1, 1, 0, 0]})
    >>> spells = Durations.from_frame(df, time="to", entry="from", event="lost", unit="id")
    >>> mean_count(spells).tidy()["estimate"].round(3).tolist()
    [0.333, 0.333, 0.833]

    See METHODS.md: mean_count
    """
    refuse_intervals(spells, "mean_count")
    known_interval(interval, ("log", "plain"))
    est = added_hazard(spells, by, interval=interval, by_influence=True, term="count")
    return replace(est, method="mean cumulative count")
