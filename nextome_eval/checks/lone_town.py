"""What stands beside a number when one arm is a single town: courses, bounds, placebo laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from nextome_eval.checks.gathered import Gathered
from nextome_eval.checks.one_treated import OneTreated, PlaceboLaw, one_treated
from nextome_eval.checks.small_samples import described
from nextome_eval.errors import NextomeProblem
from nextome_eval.estimates.answer import grouped
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.study.panel import Panel

__all__ = ["beside_lone_town", "courses_of_towns"]


def beside_lone_town(est: Estimates, panel: Panel, level: str, gathered: Gathered) -> None:
    """Gather every town's course, bounds over the ratio of variances, placebo laws if many."""
    outcome = str(est.outcome)
    gathered.add("trajectories", lambda: courses_of_towns(panel, outcome, by=level))
    try:
        seen = one_treated(panel, outcome, by=level)
    except NextomeProblem as problem:
        gathered.problem(problem)
        return
    gathered.beside["variance_ratio_bounds"] = _bounds(est, seen)
    for name, shocks in seen.shocks.items():
        gathered.beside[name.lower().replace("-", "_")] = _placebo(est, seen, name, shocks)


def courses_of_towns(panel: Panel, outcome: str, *, by: str | None = None) -> Estimates:
    """Each town's mean at each wave, as it is: a description without any error.

    Parameters
    ----------
    panel : Panel
    outcome : str
    by : str, optional
        "strata", "cluster" or a column.

    Returns
    -------
    Estimates
        Coordinates ``group``, ``arm`` and ``time``; kind "trajectory"; no standard error.

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(3), 2), "t": [0, 6] * 3, "town": list("aabbcc"),
    ...                    "g": [6.0] * 2 + [np.nan] * 4, "y": [1.0, 5, 2, 3, 1, 2]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g", cluster="town")
    >>> courses_of_towns(panel, "y").tidy()[["group", "time", "estimate"]].head(2)
      group  time  estimate
    0     a   0.0       1.0
    1     a   6.0       5.0

    See METHODS.md: One treated town
    """
    codes, labels = grouped(panel, by)
    wide = panel.wide(outcome)
    rows, values, influences = [], [], []
    for g in np.unique(codes):
        own = codes == g
        for wave, time in enumerate(panel.times):
            seen = own & ~np.isnan(wide[:, wave])
            if not seen.any():
                continue
            mean = float(wide[seen, wave].mean())
            rows.append((str(labels[g]), int(panel.arm[own][0]), float(time)))
            values.append(mean)
            influences.append(np.where(seen, (wide[:, wave] - mean) / seen.sum(), np.nan))
    terms = pd.DataFrame(rows, columns=["group", "arm", "time"])
    terms.insert(0, "term", "mean")
    return described(
        Estimates(
            terms=terms,
            value=np.array(values),
            influence=np.column_stack(influences),
            units=panel.units,
            cluster=codes,
            method="means of towns, wave by wave",
            kind="trajectory",
            outcome=outcome,
        )
    )


def _bounds(est: Estimates, seen: OneTreated) -> Estimates:
    """Intervals for assumed ratios of the single town's variance to the others'."""
    bounds = seen.bounds
    df = bounds["df"].to_numpy(np.float64)
    half = (bounds["conf_high"] - bounds["conf_low"]).to_numpy(np.float64) / 2
    return Estimates(
        terms=pd.DataFrame({"term": "overall", "variance_ratio": bounds["variance_ratio"]}),
        value=np.full(len(bounds), seen.estimate),
        influence=np.repeat(est.influence[:, :1], len(bounds), axis=1),
        units=est.units,
        cluster=est.cluster,
        method="one group against the others, ratio of variances assumed",
        model_covariance=np.diag((half / stdtrit(df, 0.975)) ** 2),
        reference=StudentT(df),
        outcome=est.outcome,
    )


def _placebo(est: Estimates, seen: OneTreated, name: str, shocks: np.ndarray) -> Estimates:
    """Conley and Taber's, or Ferman and Pinto's: the error's law is that of the others' shocks."""
    return Estimates(
        terms=pd.DataFrame({"term": ["overall"]}),
        value=np.array([seen.estimate]),
        influence=est.influence[:, :1],
        units=est.units,
        cluster=est.cluster,
        method=f"{name}: the law of {len(shocks)} other towns' changes",
        model_covariance=np.array([[float(np.var(shocks, ddof=1))]]),
        reference=PlaceboLaw(shocks),
        outcome=est.outcome,
    )
