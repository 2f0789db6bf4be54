"""How often would an effect this large appear if the arms had been dealt otherwise?"""

from __future__ import annotations

from typing import Any

import numpy as np

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.answer import Method, standard_error
from nextome_eval.estimates.dealings import Dealings
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inversion import Inverted
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import Permuted, Reference
from nextome_eval.estimates.test import Test

__all__ = ["permutation_reference", "permute"]

TIE = 1e-9


def permute(
    fn: Method, door: Any, *, within: str | None = None, draws: int = 9999, seed: int = 1
) -> Test:
    """Test that treatment changed nobody's outcome, by dealing the arms again.

    The statistic is the first row of the estimates, or their first difference where rows of single
    arms come before it, over its standard error (from influences, clustered); or that of a test.
    The number treated in each block is held.  All K assignments are enumerated where K <= 20 000;
    otherwise ``draws`` are drawn.  Values within 1e-9 (relative) of the observed count as at least
    as extreme.

    Parameters
    ----------
    fn : callable
        From a door (Panel or Durations) to Estimates, Test or a number.  Weights are to be
        estimated inside it.
    door : Panel or Durations
    within : str, optional
        "strata" or a column: arms are dealt within its groups.  None: among all.
    draws : int
        How many, where assignments are not enumerated.
    seed : int

    Returns
    -------
    Test
        ``p_value = numerator / denominator``: count / K, or (1 + count) / (draws + 1); ``draws``
        holds the statistics.

    Raises
    ------
    NotEstimable
        Only one assignment is possible.
    DesignProblem
        ``within`` splits what was assigned as one (a flat, a town).

    Notes
    -----
    What was assigned is the household; the cluster, where each cluster lies in one arm; the
    stratum, where the design says that strata were assigned.  Linear effects are re-estimated all
    at once, after two dealings have shown that this reproduces ``fn``.

    Source
    ------
    Phipson and Smyth (2010); Wu and Ding (2021), "Randomization tests for weak null hypotheses".

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 2), "t": [0, 6] * 6,
    ...                    "arm": ["pilot"] * 6 + ["current"] * 6,
    ...                    "y": [1.0, 5, 2, 9, 3, 8, 1, 2, 3, 4, 2, 4]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> def mean_change(p):
    ...     w = p.wide("y")
    ...     change = w[:, 1] - w[:, 0]
    ...     return abs(change[p.arm == 1].mean() - change[p.arm == 0].mean())
    >>> test = permute(mean_change, panel)
    >>> test.numerator, test.denominator
    (2, 20)

    See METHODS.md: Permutation test
    """
    dealt = Dealings.of(fn, door, within, draws, seed)
    ranked = dealt.statistics()
    failed = int(np.isnan(ranked).sum())
    observed = abs(dealt.observed)
    far = int((np.abs(ranked) >= observed * (1 - TIE)).sum()) + failed
    numerator, denominator = (far, len(ranked)) if dealt.all else (1 + far, 1 + len(ranked))
    return Test(
        statistic=dealt.observed,
        df=None,
        p_value=numerator / denominator,
        method=dealt.method,
        null="treatment changed no household's outcome",
        numerator=numerator,
        denominator=denominator,
        draws=ranked,
        notes=(Note.of("assignments_failed", count=failed),) if failed else (),
    )


def permutation_reference(
    fn: Method, door: Any, *, within: str | None = None, draws: int = 9999, seed: int = 1
) -> Reference:
    """What `infer` attaches so that p-values and intervals come from dealing the arms again.

    For linear effects (``did``, ``ancova``) the interval holds the constant effects delta that the
    permutation of ``outcome - delta * treated`` does not reject, found exactly; for others the
    studentised draws are used as the distribution of the studentised estimate.

    Parameters
    ----------
    fn, door, within, draws, seed
        As `permute`; the estimates must have one row.

    Returns
    -------
    Reference
        For ``replace(est, reference=..., model_covariance=None)``.

    Examples
    --------
    >>> import pandas as pd
    >>> from dataclasses import replace
    >>> from nextome_eval.models.did.did import did
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(10), 2), "t": [0, 6] * 10,
    ...                    "arm": np.repeat(["pilot", "now"], 10),
    ...                    "y": [0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5.0]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> fn = lambda p: did(p, "y")
    >>> est = replace(fn(panel), reference=permutation_reference(fn, panel))
    >>> est.tidy()[["estimate", "p_value", "conf_low", "conf_high"]].round(2)
       estimate  p_value  conf_low  conf_high
    0       3.0     0.04       0.5        5.5

    See METHODS.md: Permutation test
    """
    dealt = Dealings.of(fn, door, within, draws, seed)
    if not isinstance(dealt.answer, Estimates):
        raise DesignProblem(
            "needs_estimates", asked_by="permutation_reference", found=type(dealt.answer).__name__
        )
    if len(dealt.answer) > 1:
        raise DesignProblem("needs_one_row", found=list(dealt.answer.terms["term"]))
    if dealt.redealer is not None:
        return Inverted(
            dealt.redeal(dealt.redealer).studentised,
            standard_error(dealt.answer),
            counts_observed=not dealt.all,
        )
    ranked = np.nan_to_num(dealt.statistics(), nan=np.inf)
    return Permuted(ranked[:, None], enumerated=dealt.all)
