"""How far from parallel could the trends have been before the finding would go away?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.conditional_moments import MomentTest
from nextome_eval.numerics.fixed_length import fixed_length
from nextome_eval.numerics.trend_limits import relative_magnitudes, smoothness

__all__ = ["Honest", "honest"]

Restriction = Literal["relative", "smooth"]
_GRID = 1000
_SPAN = 20


@dataclass(frozen=True, eq=False)
class Honest:
    """Intervals that hold under departures from parallel trends up to m.

    Parameters
    ----------
    estimand : str
        What the intervals are for.
    restriction : "relative" or "smooth"
    method : str
    rows : DataFrame
        ``m``, ``conf_low``, ``conf_high``; m NaN first: as if trends were parallel.
    level : float
    """

    estimand: str
    restriction: Restriction
    method: str
    rows: pd.DataFrame
    level: float

    @property
    def breakdown(self) -> float | None:
        """The largest m asked whose interval, and every smaller one's, leaves out zero."""
        asked = self.rows.dropna(subset=["m"]).sort_values("m")
        away = ((asked["conf_low"] > 0) | (asked["conf_high"] < 0)).to_numpy()
        held = int(np.argmin(away)) if not away.all() else len(away)
        return float(asked["m"].iloc[held - 1]) if held else None

    def tidy(self) -> pd.DataFrame:
        """One row an m, with the estimand as its term."""
        return self.rows.assign(term=self.estimand)[["term", "m", "conf_low", "conf_high"]]


def honest(
    study: Estimates,
    *,
    restriction: Restriction = "relative",
    m: Sequence[float] | None = None,
    towards: Sequence[float] | None = None,
    level: float = 0.95,
    method: Literal["c-lf", "flci"] | None = None,
    seed: int = 1,
) -> Honest:
    """Give the intervals that departures from parallel trends up to m leave.

    Parameters
    ----------
    study : Estimates
        From `event_study`: effects by ``exposure``, one base before the beginning, waves evenly
        spaced or taken as steps.
    restriction : str
        "relative": a step after the beginning departs by at most m times the largest step
        before it.  "smooth": the slope changes by at most m from one step to the next.
    m : sequence of float, optional
        By default 0.5, 1, 1.5, 2 ("relative"), or 0 to 2 standard errors ("smooth").
    towards : sequence of float, optional
        Weights of the effects after the beginning; by default the first one.
    level : float
    method : str, optional
        "c-lf" conditional least-favourable hybrid (the default and only one for "relative"),
        "flci" fixed-length interval (the default for "smooth").
    seed : int
        For the simulated first-stage critical value.

    Returns
    -------
    Honest
        ``rows`` with an interval for each m, the ``estimand`` in words, the ``breakdown`` m.

    Raises
    ------
    DesignProblem
        Not an event study; a method or restriction that is not one.
    NotEstimable
        No wave before the base; too many waves after for the conditional test; effects without a
        standard error (one cluster on a side).

    Notes
    -----
    Intervals take the effects as normal with the covariance given: with few clusters that is the
    CR2 covariance, and the level is approximate.

    Source
    ------
    Rambachan and Roth (2023), "A more credible approach to parallel trends"; R HonestDiD.
    Limits are found to grid/1000 by bisection where R reports its grid's points.

    Examples
    --------
    >>> effects = np.array([0.01, -0.01, 0.0, 0.3, 0.4])
    >>> study = Estimates(
    ...     terms=pd.DataFrame({"term": "effect", "exposure": [-3.0, -2, -1, 0, 1]}), value=effects,
    ...     influence=np.full((1, 5), np.nan), units=pd.Index(["-"]), cluster=np.zeros(1, int),
    ...     model_covariance=np.diag([0.01, 0.01, 0, 0.01, 0.01]) / 10, kind="trajectory")
    >>> honest(study, m=[1.0]).rows.round(2)
         m  conf_low  conf_high
    0  NaN      0.24       0.36
    1  1.0      0.19       0.41

    See METHODS.md: Honest intervals
    """
    beta, sigma, before, exposure = _effects(study)
    method = method or ("c-lf" if restriction == "relative" else "flci")
    if (
        restriction not in ("relative", "smooth")
        or method not in ("c-lf", "flci")
        or (restriction == "relative" and method == "flci")
    ):
        raise DesignProblem("honest_option", restriction=restriction, method=method)
    after = len(beta) - before
    weights = np.eye(1, after)[0] if towards is None else np.asarray(towards, dtype=np.float64)
    if weights.shape != (after,):
        raise DesignProblem("honest_weights", count=after)
    alpha = 1 - level
    centre = float(weights @ beta[before:])
    error = float(np.sqrt(weights @ sigma[before:, before:] @ weights))
    half = float(ndtri(1 - alpha / 2)) * error
    rows = [(np.nan, centre - half, centre + half)]
    for most in _asked(m, restriction, error):
        if method == "flci":
            middle, half = fixed_length(beta, sigma, before, weights, most, alpha)
            rows.append((most, middle - half, middle + half))
        else:
            sets = (relative_magnitudes if restriction == "relative" else smoothness)(
                before, after, most
            )
            rows.append((most, *_conditional(beta, sigma, before, weights, sets, alpha, seed)))
    return Honest(
        estimand=_named(exposure[before:], weights),
        restriction=restriction,
        method=method,
        rows=pd.DataFrame(rows, columns=["m", "conf_low", "conf_high"]),
        level=level,
    )


def _effects(study: Estimates) -> tuple[Floats, Floats, int, Floats]:
    """Effects and covariance with the base left out, how many lie before, and exposures."""
    if "exposure" not in study.terms:
        raise DesignProblem("not_event_study", method=study.method)
    study = study.supported()
    exposure = study.terms["exposure"].to_numpy(np.float64)
    kept = np.flatnonzero((study.std_error > 0) & ~np.isnan(exposure))
    before = int((exposure[kept] < 0).sum())
    if before == 0 or before == len(kept):
        raise NotEstimable("no_pre_trend_visible")
    return study.value[kept], study.covariance[np.ix_(kept, kept)], before, exposure[kept]


def _asked(m: Sequence[float] | None, restriction: str, error: float) -> list[float]:
    if m is not None:
        if min(m) < 0:
            raise DesignProblem("honest_m_negative", m=[f"{value:g}" for value in m])
        return [float(value) for value in m]
    steps = np.array([0.5, 1, 1.5, 2])
    return list(steps) if restriction == "relative" else [0.0, *(steps * error)]


def _conditional(
    beta: Floats,
    sigma: Floats,
    before: int,
    towards: Floats,
    sets: list[tuple[Floats, Floats]],
    alpha: float,
    seed: int,
) -> tuple[float, float]:
    """The outermost values that some polyhedron does not reject."""
    turned = np.linalg.inv(_completed(towards))
    tests = []
    for rows, limit in sets:
        late = rows[:, before:] @ turned
        covariance = rows @ sigma @ rows.T
        test = MomentTest.of(late[:, 1:], covariance, alpha, np.random.default_rng(seed))
        tests.append((test, rows @ beta - limit, late[:, 0]))

    def kept(theta: Floats) -> NDArray[np.bool_]:
        inside = np.zeros(len(theta), bool)
        for test, y, along in tests:
            inside |= ~test.rejects(y[:, None] - along[:, None] * theta, alpha)
        return inside

    error = float(np.sqrt(towards @ sigma[before:, before:] @ towards))
    centre = float(towards @ beta[before:])
    reach = _SPAN * error
    for _ in range(8):
        grid = np.linspace(centre - reach, centre + reach, _GRID)
        inside = kept(grid)
        if not (inside[0] or inside[-1]):
            break
        reach *= 4
    if not inside.any():
        raise NotEstimable("honest_empty")
    first, last = np.flatnonzero(inside)[[0, -1]]
    return _edge(kept, grid[first], grid[first - 1]), _edge(kept, grid[last], grid[last + 1])


def _edge(kept: object, inner: float, outer: float) -> float:
    for _ in range(12):
        middle = (inner + outer) / 2
        if kept(np.array([middle]))[0]:  # type: ignore[operator]
            inner = middle
        else:
            outer = middle
    return inner


def _completed(towards: Floats) -> Floats:
    """An invertible matrix whose first row is ``towards``."""
    lead = int(np.argmax(np.abs(towards)))
    return np.vstack([towards, np.delete(np.eye(len(towards)), lead, axis=0)])


def _named(exposure: Floats, towards: Floats) -> str:
    used = np.flatnonzero(towards)
    if len(used) == 1 and towards[used[0]] == 1:
        return f"effect at exposure {exposure[used[0]]:g}"
    parts = [f"{towards[j]:g} x exposure {exposure[j]:g}" for j in used]
    return "weighted effect: " + " + ".join(parts)
