"""Do the arms differ in when events come, where these are known only between visits?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.dealt_scores import redealt_scores
from nextome_eval.models.survival.redealt import RedealtTest
from nextome_eval.models.survival.rows_at_risk import groups_of, lone_strata
from nextome_eval.models.survival.turnbull import SETTLED, ends_of
from nextome_eval.numerics.interval_information import interval_information
from nextome_eval.numerics.interval_scores import SCORES, dealt_covariance, interval_scores
from nextome_eval.numerics.rank_test import quadratic
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.turnbull import Npmle, npmle
from nextome_eval.study.durations import Durations

FORMS = ("permutation", "information")


def interval_test(
    spells: Durations,
    by: str | Sequence[str] = "arm",
    *,
    strata: str | Sequence[str] | None = None,
    scores: str = "sun",
    form: str = "permutation",
) -> Test:
    """Test equal times to the event in every group from intervals (left, right], within strata.

    Parameters
    ----------
    spells : Durations
        Made with ``upper=``; exact and right-censored times are intervals too.
    by : str or list of str
        Role or column with two or more values.
    strata : str or list of str, optional
        Scores and dealings within these only.
    scores : str
        "sun" (the log-rank test, on right-censored data), "finkelstein" (proportional hazards) or
        "wilcoxon" (early differences weigh more).
    form : str
        "permutation": covariance over dealings of the groups; valid with few households where
        both arms are visited alike. "information": that of the likelihood (Finkelstein's own
        test), which lets visits differ by group and wants many households to few visit times.

    Returns
    -------
    Test
        Chi-square with k - 1 df; `table` holds the sum of scores by group, like observed less
        expected. `permute` deals at little cost (permutation form).

    Raises
    ------
    DesignProblem
        Delayed entry, several spells a household, or weights.
    NotEstimable
        One group, or scores all equal.

    Notes
    -----
    Finkelstein 1986, Biometrics 42:845; Sun 1996; Fay and Shaw 2010, J. Statistical Software
    36(2), as ictest there with method "pclt" (permutation) and "scoretest" (information).

    Examples
    --------
    >>> df = pd.DataFrame({"without": [0.0, 6, 6, 12, 0, 12], "arm": list("aababb"),
    ...                    "with": [6, 12, None, None, 6, None]})
    >>> spells = Durations.from_frame(df, time="without", event=None, upper="with", arm="arm")
    >>> round(interval_test(spells).p_value, 2)
    0.67

    See METHODS.md: interval_test
    """
    if form not in FORMS:
        raise DesignProblem("interval_form_unknown", form=form, found=list(FORMS))
    if scores not in SCORES:
        raise DesignProblem("interval_scores_unknown", scores=scores, found=list(SCORES))
    if (spells.entry > 0).any() or len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_from_zero", method="interval_test")
    if spells.weights is not None:
        raise DesignProblem("interval_test_weights")
    groups, labels = groups_of(spells, by)
    if len(labels) < 2:
        raise NotEstimable("one_group_only", by=by, group=labels[0])
    block = groups_of(spells, strata)[0]
    curves = _curves(spells, block)
    if form == "information":
        total, covariance = _informed(curves, groups, scores)
        expected, redeal = np.zeros(len(labels)), None
    else:
        own = _scores(spells, curves, scores)
        total, expected, covariance = dealt_covariance(own, groups, block)
        redeal = redealt_scores(own, block, spells) if by == "arm" else None
    statistic, df = quadratic(total - expected, covariance)
    if df == 0:
        raise NotEstimable("nothing_compared", by=by, groups=list(labels))
    return RedealtTest(
        statistic=statistic,
        df=float(df),
        p_value=float(chdtrc(df, statistic)),
        method=f"interval log-rank ({scores}{', information' if form == 'information' else ''})"
        + (" stratified" if strata is not None else ""),
        null="the time to the event is the same in every group",
        table=pd.DataFrame(
            {"group": labels, "n": np.bincount(groups), "score": total, "expected": expected}
        ),
        redeal=redeal,
        notes=() if strata is None else lone_strata(groups, *groups_of(spells, strata)),
    )


Curves = list[tuple[Ints, Npmle]]


def _curves(spells: Durations, block: Ints) -> Curves:
    """The pooled curve of each stratum, with its rows."""
    left, right = ends_of(spells)
    found = []
    for code in np.unique(block):
        rows = np.flatnonzero(block == code)
        curve = npmle(left[rows], right[rows])
        if curve.gap > SETTLED:
            raise NotEstimable("npmle_not_settled", group=int(code))
        found.append((rows, curve))
    return found


def _scores(spells: Durations, curves: Curves, kind: str) -> Floats:
    own = np.empty(spells.n)
    for rows, curve in curves:
        own[rows] = interval_scores(curve, kind=kind)
    return own


def _informed(curves: Curves, groups: Ints, kind: str) -> tuple[Floats, Floats]:
    """Sums of scores and their covariance from the information, summed over strata."""
    k = int(groups.max()) + 1
    total, covariance = np.zeros(k), np.zeros((k, k))
    for rows, curve in curves:
        present, codes = np.unique(groups[rows], return_inverse=True)
        own, spread = interval_information(curve, codes, kind=kind)
        total[present] += own
        covariance[np.ix_(present, present)] += spread
    return total, covariance
