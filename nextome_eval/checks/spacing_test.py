"""Did visits around the same moment lie further apart in one arm than in the other?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.dealt_scores import redealt_scores
from nextome_eval.models.survival.redealt import RedealtTest
from nextome_eval.models.survival.rows_at_risk import groups_of
from nextome_eval.numerics.interval_scores import dealt_covariance
from nextome_eval.numerics.matched_widths import matched_widths
from nextome_eval.numerics.rank_test import quadratic
from nextome_eval.study.durations import Durations

__all__ = ["spacing_differs", "spacing_test", "times_as_long"]

MANY = 3000
P_VALUE, NOTICEABLE, LARGE, FEW = 0.05, 1.10, 1.50, 10


def spacing_test(
    spells: Durations, by: str = "arm", *, strata: str | Sequence[str] | None = None
) -> Test:
    """Test that the visits around each event lie equally far apart in every group.

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``, one spell a household. Exact dates are intervals of no length.
    by : str
        Role or column.
    strata : str or list of str, optional
        Arms are dealt within these only.

    Returns
    -------
    Test
        Chi-square with k - 1 df from the covariance over dealings; `permute` deals at little
        cost. `table`, one row a group: events, mean_width of its intervals, others_width of the
        other groups' intervals around the same moments, pairs compared.

    Raises
    ------
    NotEstimable
        No two events of different groups lie around the same moment, or one group only.
    DesignProblem
        Exact times, or several spells a household.

    Notes
    -----
    Two intervals are compared where the middle of one lies within the other, so that a calendar
    of visits that thins out for everybody is no difference between arms. Of more than 3000 events
    a random 3000 are compared, the same each time.

    Examples
    --------
    >>> df = pd.DataFrame({"without": [0.0, 6, 0, 6, 12, 12, 0, 0], "arm": list("aabbabab"),
    ...                    "with": [6, 12, 12, 18, 18, 24, 6, 12.0]})
    >>> spells = Durations.from_frame(df, time="without", event=None, upper="with", arm="arm")
    >>> spacing_test(spells).table["mean_width"].tolist()
    [6.0, 12.0]

    See METHODS.md: spacing_test
    """
    if spells.upper is None:
        raise DesignProblem("no_visits", asked_by="spacing_test")
    if len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_a_household", method="spacing_test")
    groups, labels = groups_of(spells, by)
    if len(labels) < 2:
        raise NotEstimable("one_group_only", by=by, group=labels[0])
    known = np.flatnonzero(np.isfinite(spells.upper))
    if len(known) > MANY:
        known = np.sort(np.random.default_rng(0).choice(known, MANY, replace=False))
    found = matched_widths(spells.time[known], spells.upper[known], groups[known])
    if not (found.pairs > 0).all():
        raise NotEstimable("no_visits_alongside", groups=list(labels))
    own = np.zeros(spells.n)
    own[known] = found.scores
    block = groups_of(spells, strata)[0]
    total, expected, covariance = dealt_covariance(own, groups, block)
    statistic, df = quadratic(total - expected, covariance)
    statistic, df = (statistic, df) if df else (0.0, len(labels) - 1)  # all visited alike
    events = np.bincount(groups[known], minlength=len(labels))
    return RedealtTest(
        statistic=statistic,
        df=float(df),
        p_value=float(chdtrc(df, statistic)),
        method="visit spacing" + (" stratified" if strata is not None else ""),
        null="visits around the same moment lie equally far apart in every group",
        table=pd.DataFrame(
            {
                "group": labels,
                "events": events,
                "mean_width": found.own,
                "others_width": found.others,
                "pairs": found.pairs,
            }
        ),
        redeal=redealt_scores(own, block, spells) if by == "arm" and own.any() else None,
    )


def times_as_long(test: Test) -> tuple[str, float]:
    """The arm whose intervals are the longer, and how many times as long (1 or more)."""
    assert test.table is not None
    own, others = (test.table[name].to_numpy(float) for name in ("mean_width", "others_width"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(own == others, 1.0, own / others)
    longest = int(np.argmax(ratio))
    return str(test.table["group"].iloc[longest]), float(ratio[longest])


def spacing_differs(test: Test, p_value: float) -> bool:
    """Whether the spacing differs enough to refuse exact dates (decisions/0008)."""
    assert test.table is not None
    ratio = times_as_long(test)[1]
    few = int(test.table["events"].min()) < FEW
    return (few and ratio >= LARGE) or (ratio >= NOTICEABLE and p_value < P_VALUE)
