"""The whole pipeline again on households drawn with replacement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NextomeProblem, NotEstimable
from nextome_eval.estimates.answer import Method, as_estimates, grouped, same_rows
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note

__all__ = ["Bootstrapped", "bootstrap"]

Floats = NDArray[np.float64]
MOST_FAILED = 0.1


@dataclass(frozen=True)
class Bootstrapped:
    """Percentiles of bootstrap draws (B, k), on the scale inside."""

    draws: Floats
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Twice the smaller share of draws on either side of the null, at least 2 / (B + 1)."""
        below = 1 + (self.draws <= null).sum(axis=0)
        above = 1 + (self.draws >= null).sum(axis=0)
        share = 2 * np.minimum(below, above) / (len(self.draws) + 1)
        return np.asarray(np.minimum(1.0, share), dtype=np.float64)

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """Percentile limits (k,), (k,)."""
        low, high = np.quantile(self.draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return low, high


def bootstrap(
    fn: Method,
    door: Any,
    *,
    by: str | None = None,
    within: str | None = None,
    draws: int = 999,
    seed: int = 1,
) -> Estimates:
    """Give an estimate its bootstrap covariance and percentile interval.

    Parameters
    ----------
    fn : callable
        From a door to Estimates; weights are to be estimated inside it.
    door : Panel or Durations
    by : str, optional
        What is drawn whole: "household", "strata", "cluster" or a column.  None: the clusters.
    within : str, optional
        Draw within "arm", "strata" or a column, holding each one's number of groups.
    draws, seed : int

    Returns
    -------
    Estimates
        The values of ``fn(door)``, the draws' covariance, percentile intervals.

    Raises
    ------
    NotEstimable
        Fewer than two groups; more than a tenth of the resamples cannot be estimated.

    Notes
    -----
    With few groups this is descriptive: STATISTICS.md leads with exact and jackknife routes.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": range(4), "t": 0, "arm": ["a", "a", "b", "b"], "y": [1., 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> def mean(p):
    ...     return Estimates.of_mean(p.units, p.wide("y")[:, 0], term="mean")
    >>> round(float(bootstrap(mean, panel, draws=200).std_error[0]), 1)
    0.9

    See METHODS.md: Bootstrap
    """
    whole = as_estimates(fn(door), asked_by="bootstrap")
    codes = grouped(door, by)[0]
    groups = [np.flatnonzero(codes == g) for g in np.unique(codes)]
    if len(groups) < 2:
        raise NotEstimable(
            "too_few_groups", by=by or "cluster", count=len(groups), least=2, asked_by="bootstrap"
        )
    block = np.zeros(door.n, np.int64) if within is None else grouped(door, within)[0]
    blocks = np.array([block[members[0]] for members in groups])
    rng = np.random.default_rng(seed)
    tries = [_again(fn, door, groups, _drawn(rng, blocks), whole) for _ in range(draws)]
    values = np.array([value for value in tries if value is not None]).reshape(-1, len(whole))
    failed = draws - len(values)
    if failed > MOST_FAILED * draws:
        raise NotEstimable("too_many_resamples_failed", failed=failed, draws=draws)
    lost = (Note.of("resamples_failed", count=failed, draws=draws),) if failed else ()
    return replace(
        whole,
        model_covariance=np.atleast_2d(np.cov(values, rowvar=False)),
        fit=None,
        reference=Bootstrapped(values),
        shown_interval=None,
        method=f"{whole.method}, bootstrap by {by or 'cluster'} ({draws} draws)",
        notes=(*whole.notes, *lost),
    )


def _drawn(rng: np.random.Generator, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
    parts = [np.flatnonzero(blocks == b) for b in np.unique(blocks)]
    return np.concatenate([rng.choice(part, size=len(part)) for part in parts])


def _again(
    fn: Method,
    door: Any,
    groups: list[NDArray[np.int64]],
    chosen: NDArray[np.int64],
    whole: Estimates,
) -> Floats | None:
    try:
        again = fn(door.take(np.concatenate([groups[g] for g in chosen])))
    except NextomeProblem:
        return None
    values = same_rows(whole, as_estimates(again, asked_by="bootstrap"))
    return None if np.isnan(values).any() else values
