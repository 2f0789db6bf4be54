"""Events known between two visits, dated: in the middle, or at the visit that found them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.study.durations import Durations

AT = ("middle", "visit")


def dated(spells: Durations, *, at: str = "middle") -> Durations:
    """Give each interval-censored event one date, so that methods for exact times take it.

    What follows is as wrong as the date: beside `turnbull` and `interval_hazard`, not instead.

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``.
    at : str
        "middle" of the interval, or "visit": its right end, later by half an interval on average,
        which sets arms apart that are not visited alike (`spacing_test`).

    Returns
    -------
    Durations
        Exact and right-censored times. Households never seen again after time zero are left out.

    Raises
    ------
    DesignProblem
        The times are exact already.
    NotEstimable
        No household was seen again.

    Notes
    -----
    Odell, Anderson and D'Agostino 1992, Biometrics 48:951, for how wrong midpoints can be.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"without": [0.0, 6, 6, 0], "with": [6, 12, None, None]})
    >>> spells = Durations.from_frame(df, time="without", event=None, upper="with")
    >>> dated(spells).time.tolist(), dated(spells).event.tolist()
    ([3.0, 9.0, 6.0], [1, 1, 0])

    See METHODS.md: dated
    """
    if at not in AT:
        raise DesignProblem("dated_at_unknown", at=at, found=list(AT))
    if spells.upper is None:
        raise DesignProblem("no_visits", asked_by="dated")
    happened = np.isfinite(spells.upper)
    share = 0.5 if at == "middle" else 1.0
    ends = np.where(happened, spells.upper, spells.time)
    time = spells.time + share * (ends - spells.time)
    seen = np.bincount(spells.unit[time > spells.entry], minlength=spells.n) > 0
    if not seen.any():
        raise NotEstimable("nobody_after", time=0)
    exact = replace(spells, time=time, upper=None, event=happened.astype(np.int64))
    return exact if seen.all() else exact.take(np.flatnonzero(seen).astype(np.int64))
