"""The time by which a given share has had the event, such as the median."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_interval import OwnLimits
from nextome_eval.numerics.curve_limits import steps_crossing
from nextome_eval.numerics.risk_set import Floats, Ints


def quantile(est: Estimates, p: float = 0.5) -> Estimates:
    """Read from survival curves the time at which a share ``p`` has had the event.

    Parameters
    ----------
    est : Estimates
        From `kaplan_meier`.
    p : float
        Between 0 and 1; 0.5 is the median.

    Returns
    -------
    Estimates
        One row a stratum. The limits are the times at which the curve's own limits cross 1 - p
        (Brookmeyer and Crowley 1982), infinite where they never do; on a flat the middle, as R.
        The influence divides the curve's by its slope between the limits.

    Raises
    ------
    NotEstimable
        A curve never falls that low.

    Examples
    --------
    >>> from nextome_eval.study.durations import Durations
    >>> from nextome_eval.models.survival.kaplan_meier import kaplan_meier
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9], "housed": [1, 1, 0, 1, 0]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> quantile(kaplan_meier(spells), 0.5).tidy()["estimate"].tolist()
    [6.0]

    See METHODS.md: quantile
    """
    if not 0 < p < 1:
        raise DesignProblem("share_not_between_0_and_1", share=p)
    if est.kind != "curve" or (est.terms["term"] != "survival").any():
        raise DesignProblem("quantile_needs_survival", method=est.method)
    strata = est.terms["strata"].to_numpy()
    labels = list(dict.fromkeys(strata))
    time = est.terms["time"].to_numpy(np.float64)
    blocks = [np.flatnonzero(strata == label) for label in labels]

    def crossing(curve: Floats) -> Floats:
        return np.array([steps_crossing(time[b], 1 - curve[b], p, 0.0) for b in blocks])

    value = crossing(est.value)
    missing = [label for label, v in zip(labels, value) if not np.isfinite(v)]
    if missing:
        lowest = min(est.value[b].min() for b, v in zip(blocks, value) if not np.isfinite(v))
        raise NotEstimable("quantile_not_reached", groups=missing, share=p, lowest=round(lowest, 3))

    def limits(level: float) -> tuple[Floats, Floats]:
        low, high = est.interval(level)
        return crossing(low), crossing(high)

    at = [_cell_at(time, block, v) for block, v in zip(blocks, value)]
    slope = np.array([_slope(est, block, limits(0.95), i) for i, block in enumerate(blocks)])
    return Estimates(
        terms=pd.DataFrame({"term": f"quantile {p:g}", "strata": labels}),
        value=value,
        influence=np.asarray(est.influence[:, np.array(at)] / slope),
        units=est.units,
        cluster=est.cluster,
        method=f"quantile {p:g} of {est.method}",
        kind="curve",
        reference=OwnLimits(limits),
        notes=est.notes,
    )


def _cell_at(time: Floats, block: Ints, value: float) -> int:
    return int(block[np.searchsorted(time[block], value * (1 + 1e-9), side="right") - 1])


def _slope(est: Estimates, block: Ints, limits: tuple[Floats, Floats], i: int) -> float:
    """Mean fall of the curve between the limits of the quantile, a density."""
    time, s = est.terms["time"].to_numpy(np.float64)[block], est.value[block]
    low, high = limits[0][i], min(limits[1][i], time[-1])
    edges = np.searchsorted(time, np.array([low, high]) * (1 + 1e-9), side="right")
    levels = np.concatenate([[1.0], s])[edges]
    fall, width = levels[0] - levels[1], high - low
    return float(fall / width) if fall > 0 and width > 0 else 1.0 / time[-1]
