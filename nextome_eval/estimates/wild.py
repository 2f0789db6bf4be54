"""The wild cluster bootstrap of a least-squares effect."""

from __future__ import annotations

from typing import Any

import numpy as np

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.answer import Method, as_estimates, grouped
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inversion import Inverted
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.test import Test
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.numerics.wild_bootstrap import WildScores, WildWeights, wild_multipliers

__all__ = ["wild_bootstrap", "wild_reference"]

FEW = 5


def wild_bootstrap(
    fn: Method | Estimates,
    door: Any = None,
    *,
    by: str | None = None,
    null: float = 0.0,
    weights: WildWeights = "rademacher",
    draws: int = 9999,
    seed: int = 1,
) -> Test:
    """Test the first row of a least-squares answer by the restricted wild cluster bootstrap.

    Parameters
    ----------
    fn : callable or Estimates
        From a door to Estimates, or the estimates themselves (then ``door`` is only needed for
        ``by``).
    door : Panel, optional
    by : str, optional
        "household", "strata", "cluster" or a column.  None: the clusters of the estimates.
    null : float
        Hypothesised effect, imposed on the residuals.
    weights : str
        "rademacher" (enumerated where 2^G <= 20 000), "mammen" or "webb" (for few clusters).
    draws, seed : int

    Returns
    -------
    Test
        ``numerator / denominator``: |t*| at least |t|, ties within 1e-9 counted; enumerated
        signs include the data as they are, otherwise (1 + c) / (draws + 1).

    Raises
    ------
    NotEstimable
        The answer holds no least-squares fit; fewer than two clusters; an arm that is a single
        cluster (four false rejections in ten).

    Source
    ------
    Cameron, Gelbach and Miller (2008); Roodman et al. (2019), boottest; Webb (2023).

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.models.did.did import did
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 2), "t": [0, 6] * 6,
    ...                    "arm": ["pilot"] * 6 + ["current"] * 6,
    ...                    "y": [1.0, 5, 2, 9, 3, 8, 1, 2, 3, 4, 2, 4]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> test = wild_bootstrap(lambda p: did(p, "y"), panel)
    >>> test.numerator, test.denominator
    (2, 64)

    See METHODS.md: Wild cluster bootstrap
    """
    answer, fit = _fitted(fn, door, by)
    reference = _reference(fit, weights, draws, seed)
    numerator, denominator = reference.counts(float(answer.value[0]), null)
    name = str(answer.terms["term"].iloc[0])
    return Test(
        statistic=(float(answer.value[0]) - null) / reference.spread,
        df=None,
        p_value=numerator / denominator,
        method=f"{answer.method}, wild cluster bootstrap ({weights}, {fit.clusters} clusters)",
        null=f"{name} = {null:g}",
        numerator=numerator,
        denominator=denominator,
        draws=reference.studentised(null),
        notes=(Note.of("wild_few_clusters", clusters=fit.clusters),) if fit.clusters <= FEW else (),
    )


def wild_reference(
    est: Estimates, *, weights: WildWeights = "rademacher", draws: int = 9999, seed: int = 1
) -> Inverted:
    """What gives a one-row least-squares answer its wild-bootstrap p-value and interval.

    Parameters
    ----------
    est : Estimates
        One row of a least-squares answer.
    weights, draws, seed
        As `wild_bootstrap`.

    Returns
    -------
    Inverted
        For ``replace(est, reference=...)``.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.models.did.did import did
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(10), 2), "t": [0, 6] * 10,
    ...                    "arm": np.repeat(["pilot", "now"], 10),
    ...                    "y": [0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5.0]})
    >>> est = did(Panel.from_frame(df, unit="id", time="t", arm="arm"), "y")
    >>> low, high = wild_reference(est).interval(est.value, est.std_error, 0.95)
    >>> bool(0 < low[0] < 3 < high[0] < 6)
    True

    See METHODS.md: Wild cluster bootstrap
    """
    if len(est) > 1:
        raise DesignProblem("needs_one_row", found=list(est.terms["term"]))
    return _reference(_fitted(est, None, None)[1], weights, draws, seed)


def _fitted(fn: Method | Estimates, door: Any, by: str | None) -> tuple[Estimates, LinearFit]:
    answer = as_estimates(fn if isinstance(fn, Estimates) else fn(door), asked_by="wild_bootstrap")
    if not isinstance(answer.fit, LinearFit):
        raise NotEstimable("wild_needs_fit", method=answer.method)
    if by is None:
        answer.supported()
    codes = answer.cluster if by is None else grouped(door, by)[0]
    fit = answer.fit.clustered(codes)
    if fit.clusters < 2:
        raise NotEstimable("one_cluster")
    if min(fit.clusters_by_arm()) == 1:
        raise NotEstimable("wild_one_cluster_a_side")
    return answer, fit


def _reference(fit: LinearFit, weights: WildWeights, draws: int, seed: int) -> Inverted:
    scores = WildScores.of(fit)
    multipliers, everything = wild_multipliers(
        weights, fit.clusters, draws, np.random.default_rng(seed)
    )

    def studentised(null: float) -> Any:
        return scores.draws(multipliers, null)

    return Inverted(studentised, scores.cr0, counts_observed=not everything)
