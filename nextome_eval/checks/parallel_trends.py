"""Did the arms move alike before the beginning, and would we have seen it if they had not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtrc, stdtrit

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.test import Test
from nextome_eval.models.did.event_study import event_study
from nextome_eval.models.did.group_time import group_time
from nextome_eval.study.panel import Panel

__all__ = ["ParallelTrends", "parallel_trends", "pre_trends_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ParallelTrends:
    """What the waves before the beginning say; a large p-value is not proof of parallel trends.

    Parameters
    ----------
    effects : Estimates
        The effects before the beginning, measured from the base wave.
    joint : Test
        That all of them are zero.
    slope : Estimates
        The straight line through them, per unit of time.
    detectable : DataFrame
        ``power``, ``slope``: the slope that the usual look at each coefficient would have
        flagged with that power, and ``by_end``: how far it would have gone by the last wave.
    equivalence : float
        The largest departure before the beginning that is not excluded at 5 % (each coefficient's
        90 % interval): the trends are alike to within this much.
    """

    effects: Estimates
    joint: Test
    slope: Estimates
    detectable: pd.DataFrame
    equivalence: float

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """The effects before the beginning and their slope, one row each."""
        return pd.concat([self.effects.tidy(level), self.slope.tidy(level)], ignore_index=True)


def parallel_trends(
    panel: Panel, outcome: str, *, adjust: Sequence[str] = (), anticipation: float | None = None
) -> ParallelTrends:
    """Ask the waves before the beginning whether the arms moved alike.

    Parameters
    ----------
    panel : Panel
        With two waves or more before the beginning.
    outcome : str
    adjust : sequence of str
    anticipation : float, optional

    Returns
    -------
    ParallelTrends
        ``effects`` before the beginning, the ``joint`` test, their ``slope``, the slopes
        ``detectable`` and the margin of ``equivalence``.

    Raises
    ------
    NotEstimable
        One wave before the beginning only (interviews: say that parallel trends cannot be seen);
        as many coefficients as clusters less two; effects without a standard error (one cluster on
        a side).

    Notes
    -----
    Where beginnings differ the joint test is of all group-time effects before them (R did's
    pre-test), the rest of the effects by exposure; the joint test too, where those effects are more
    than the clusters bear, or one of them has no standard error.

    Source
    ------
    Joint test: Hotelling's T^2 on G - 1 degrees of freedom.  Detectable slopes: Roth (2022),
    "Pretest with caution".  Equivalence: Hartman and Hidalgo (2018), intersection-union.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> df = pd.DataFrame({"id": np.repeat(range(40), 5), "t": list(range(5)) * 40})
    >>> df["g"], df["y"] = np.where(df["id"] % 2, 3, np.inf), rng.normal(size=200)
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> seen = parallel_trends(panel, "y")
    >>> seen.joint.df, len(seen.effects), seen.detectable["power"].tolist()
    (2.0, 2, [0.5, 0.8])

    See METHODS.md: Parallel trends
    """
    seen = pre_trends_of(event_study(panel, outcome, adjust=adjust, anticipation=anticipation))
    if len(np.unique(panel.begins[panel.arm == 1])) == 1:
        return seen
    effects = group_time(panel, outcome, adjust=adjust, anticipation=anticipation)
    early = np.flatnonzero(effects.terms["time"] < effects.terms["cohort"])
    cells = effects.contrast(np.eye(len(effects))[early])
    if any(cells.refused) or len(cells) > cells.clusters - 2:
        told = Note.of("joint_by_exposure", cells=len(cells), clusters=cells.clusters)
        return replace(seen, joint=replace(seen.joint, notes=(told,)))
    return replace(seen, joint=_joint(cells, cells.clusters))


def pre_trends_of(study: Estimates) -> ParallelTrends:
    """The same from an event study that is there already.

    Parameters
    ----------
    study : Estimates
        From `event_study`.

    Returns
    -------
    ParallelTrends

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> df = pd.DataFrame({"id": np.repeat(range(20), 4), "t": list(range(4)) * 20})
    >>> df["g"], df["y"] = np.where(df["id"] % 2, 3, np.inf), rng.normal(size=80)
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> pre_trends_of(event_study(panel, "y")).effects.terms["exposure"].tolist()
    [-3.0, -2.0]

    See METHODS.md: Parallel trends
    """
    exposure = study.terms["exposure"].to_numpy(np.float64)
    reference = study.std_error == 0
    base = float(exposure[reference][-1]) if reference.any() else float("nan")
    early = np.flatnonzero((exposure < 0) & ~reference)
    if not len(early):
        raise NotEstimable("no_pre_trend_visible")
    clusters = study.clusters
    if len(early) > clusters - 2:
        raise NotEstimable("too_many_pre_waves", waves=len(early), clusters=clusters)
    before = study.where(exposure=exposure[early].tolist()).supported()
    away = exposure[early] - base
    return ParallelTrends(
        effects=before,
        joint=_joint(before, clusters),
        slope=before.contrast(away / (away @ away), ["slope before the beginning"]),
        detectable=_detectable(before, away, float(exposure[-1] - base), clusters),
        equivalence=_equivalence(before, clusters),
    )


def _joint(before: Estimates, clusters: int) -> Test:
    """Wald statistic; its p-value from F(q, G - q), which is chi-square for many clusters."""
    q = len(before)
    wald = float(before.value @ np.linalg.solve(before.covariance, before.value))
    scaled = wald * (clusters - q) / (q * (clusters - 1))
    return Test(
        statistic=wald,
        df=float(q),
        p_value=float(fdtrc(q, clusters - q, scaled)),
        method="Wald test of the effects before the beginning, Hotelling's F",
        null="the arms moved alike before the beginning",
    )


def _detectable(before: Estimates, away: Floats, to_end: float, clusters: int) -> pd.DataFrame:
    """The slope at which some coefficient would be significant (5 %) with the power wanted."""
    error = before.std_error
    shape = before.covariance / np.outer(error, error)
    critical = float(stdtrit(clusters - 1, 0.975))
    powers = np.array([0.5, 0.8])
    slopes = np.array([_slope_for(power, away / error, shape, critical) for power in powers])
    return pd.DataFrame({"power": powers, "slope": slopes, "by_end": slopes * to_end})


def _slope_for(power: float, direction: Floats, shape: Floats, critical: float) -> float:
    from scipy.optimize import brentq

    def short(slope: float) -> float:
        return _flagged(slope * direction, shape, critical) - power

    top = 2 * (critical + 3) / np.abs(direction).max()
    return float(brentq(short, 0.0, top, xtol=1e-6 * top))


def _flagged(centre: Floats, shape: Floats, critical: float) -> float:
    """Chance that at least one studentised coefficient passes the critical value."""
    from scipy.stats import multivariate_normal, norm

    if len(centre) == 1:
        inside = norm.cdf(critical - centre[0]) - norm.cdf(-critical - centre[0])
        return 1 - float(inside)
    limit = np.full(len(centre), critical)
    inside = multivariate_normal.cdf(
        limit,
        mean=centre,
        cov=shape,
        lower_limit=-limit,
        allow_singular=True,
        rng=np.random.default_rng(1),
    )
    return 1 - float(inside)


def _equivalence(before: Estimates, clusters: int) -> float:
    half = float(stdtrit(clusters - 1, 0.95)) * before.std_error
    return float((np.abs(before.value) + half).max())
