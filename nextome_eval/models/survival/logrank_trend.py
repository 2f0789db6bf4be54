"""Does the hazard rise or fall along ordered groups? The log-rank test for trend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.logrank import weighted_risk
from nextome_eval.models.survival.rows_at_risk import groups_of, refuse_intervals, whole_weights
from nextome_eval.numerics.rank_test import rank_test
from nextome_eval.numerics.risk_set import Floats
from nextome_eval.study.durations import Durations


def logrank_trend(
    spells: Durations,
    by: str,
    *,
    scores: Sequence[float] | None = None,
    rho: float = 0,
    gamma: float = 0,
    strata: str | Sequence[str] | None = None,
    weighting: str = "fleming-harrington",
) -> Test:
    """Test that the hazard does not change along groups in order, within strata.

    Parameters
    ----------
    spells : Durations
    by : str
        Role or column of the ordered groups.
    scores : sequence of float, optional
        Where each group stands, in the order of the groups; 1, 2, 3... by default.
    rho, gamma, strata, weighting : as in `logrank`

    Returns
    -------
    Test
        Chi-square with 1 df; `table` holds score, observed and expected events by group. With two
        groups it is the log-rank test.

    Raises
    ------
    DesignProblem
        As many scores as groups are needed, not all equal; weights must be counts.
    NotEstimable
        No events while two groups were at risk.

    Notes
    -----
    (s'(O - E))^2 / (s'V s). Tarone 1975, Biometrika 62:679. The score test of a Cox model (exact
    ties) with the score as covariate.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 3, 4, 5, 6, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "rooms": [1, 1, 2, 2, 3, 3]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> round(logrank_trend(spells, "rooms").statistic, 3)
    6.672

    See METHODS.md: logrank_trend
    """
    refuse_intervals(spells, "logrank_trend")
    groups, labels = groups_of(spells, by)
    along = _places(scores, labels.tolist())
    if not whole_weights(spells):
        raise DesignProblem("trend_weights")
    rows, risk, weight = weighted_risk(
        spells, strata=strata, rho=rho, gamma=gamma, weighting=weighting
    )
    test = rank_test(risk, groups[rows], weight=weight, trend=along)
    if not np.isfinite(test.statistic):
        raise NotEstimable("nothing_compared", by=by, groups=list(labels))
    observed, expected = test.observed, test.expected
    return Test(
        statistic=test.statistic,
        df=1.0,
        p_value=float(chdtrc(1, test.statistic)),
        method="log-rank for trend" + (" stratified" if strata is not None else ""),
        null="the hazard does not change along the groups",
        table=pd.DataFrame(
            {"group": labels, "score": along, "observed": observed, "expected": expected}
        ),
    )


def _places(scores: Sequence[float] | None, labels: list[object]) -> Floats:
    if scores is None:
        return np.arange(1.0, len(labels) + 1)
    along = np.asarray(scores, dtype=np.float64)
    if along.shape != (len(labels),) or not np.isfinite(along).all() or np.ptp(along) == 0:
        raise DesignProblem("trend_scores", scores=list(scores), groups=labels)
    return along
