"""The log-rank test with every dealing of the arms counted."""

from __future__ import annotations

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.logrank import weighted_risk
from nextome_eval.models.survival.rows_at_risk import groups_of, refuse_intervals
from nextome_eval.numerics.exact_permutation import exact_sum_p_value
from nextome_eval.numerics.rank_test import rank_test
from nextome_eval.study.durations import Durations


def exact_logrank(
    spells: Durations, *, rho: float = 0, gamma: float = 0, within: str | None = None
) -> Test:
    """Test equal hazards in two arms by all dealings of households, where they can be counted.

    The statistic is observed less expected events in the treated arm, a sum of scores; with
    ``within`` scores and dealings are those of each stratum. Exact far beyond the dealings that
    can be listed, because equal scores are counted together.

    Parameters
    ----------
    spells : Durations
    rho, gamma : float
        Fleming-Harrington weights.
    within : str, optional
        Deal (and compare) within "strata" or a column.

    Returns
    -------
    Test
        ``p_value = numerator / denominator``, two-sided by distance from the mean.

    Raises
    ------
    NotEstimable
        Not two arms, or too many distinct sums to count; `permute` draws instead.

    Notes
    -----
    Streitberg and Rohmel 1986; scores as coin's `logrank_test` with mid-ranks.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "a", "a", "b", "b", "b"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> test = exact_logrank(spells)
    >>> test.numerator, test.denominator
    (2, 20)

    See METHODS.md: exact_logrank
    """
    refuse_intervals(spells, "exact_logrank")
    if len(spells.arm_labels) != 2:
        raise NotEstimable("two_arms_needed", groups=list(spells.arm_labels))
    rows, risk, weight = weighted_risk(spells, strata=within, rho=rho, gamma=gamma)
    unit = spells.unit[rows]
    test = rank_test(risk, spells.arm[unit], weight=weight)
    scores = np.bincount(unit, test.scores, minlength=spells.n).astype(np.float64)
    blocks = groups_of(spells, within)[0][spells.starts]
    counted = exact_sum_p_value(scores, spells.arm, blocks)
    if counted is None:
        raise NotEstimable("too_many_dealings", n=spells.n)
    far, every = counted
    return Test(
        statistic=float(test.observed[1] - test.expected[1]),
        df=None,
        p_value=far / every,
        method="exact log-rank" + (f" within {within}" if within else ""),
        null="treatment changed no household's time to the event",
        numerator=far,
        denominator=every,
    )
