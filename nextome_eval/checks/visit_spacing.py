"""Were both arms visited alike, where an event is known only to lie between two visits?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.durations import Durations

__all__ = ["visit_spacing"]

NUMBERS = ("mean", "p25", "median", "p75")


def visit_spacing(spells: Durations, *, by: str = "arm") -> Summary:
    """Describe by group how far apart the visits around each event were, and the last visits.

    Where the spacing differs, dates taken at visits come later in the group visited less often,
    and an analysis of exact dates or midpoints compares the calendars of visits.

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``.
    by : str
        Role or column.

    Returns
    -------
    Summary
        Kind "visit_spacing", one row a group: `n`, `events` (between two visits), of the time
        between these visits `mean`, `p25`, `median`, `p75`; `still_without` and the median of
        their last visit, `last_visit`.

    Raises
    ------
    DesignProblem
        Exact times: there are no visits to compare.

    Source
    ------
    Zhang and Sun (2010), "Interval censoring", Statistical Methods in Medical Research 19:53.

    Examples
    --------
    >>> df = pd.DataFrame({"without": [0.0, 6, 0, 12], "with": [6, None, 12, 24],
    ...                    "arm": list("aabb")})
    >>> spells = Durations.from_frame(df, time="without", event=None, upper="with", arm="arm")
    >>> visit_spacing(spells).rows[["term", "events", "median"]].values.tolist()
    [['a', 1, 6.0], ['b', 2, 12.0]]

    See METHODS.md: visit_spacing
    """
    if spells.upper is None:
        raise DesignProblem("no_visits", asked_by="visit_spacing")
    codes, labels = spells.groups(by)
    between = np.isfinite(spells.upper) & (spells.upper > spells.time)
    width = spells.upper - spells.time
    rows = []
    for code, label in enumerate(labels):
        here = codes == code
        own, last = width[here & between], spells.time[here & ~np.isfinite(spells.upper)]
        shape = [own.mean(), *np.quantile(own, [0.25, 0.5, 0.75])] if len(own) else [np.nan] * 4
        rows.append(
            {"term": str(label), "n": int(here.sum()), "events": len(own)}
            | dict(zip(NUMBERS, map(float, shape), strict=True))
            | {
                "still_without": len(last),
                "last_visit": float(np.median(last)) if len(last) else np.nan,
            }
        )
    return Summary(
        rows=pd.DataFrame(rows),
        counts={"n": (), "events": NUMBERS, "still_without": ("last_visit",)},
        totals={"events": "n", "still_without": "n"},
        kind="visit_spacing",
    )
