"""Between which limits does the effect on those seen in either arm lie?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from nextome_eval.checks.baseline import two_arms
from nextome_eval.checks.contact import seen_at, wave_of
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.numerics.trimmed_mean import lowest_mean
from nextome_eval.study.panel import Panel

__all__ = ["imbens_manski", "lee_bounds"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def lee_bounds(panel: Panel, outcome: str, *, time: float | None = None) -> Estimates:
    """Bound the effect on those who would have been seen in either arm, by trimming.

    The arm that was seen more often is trimmed to the other's share of seen: of its lowest or of
    its highest outcomes.  That rests on monotonicity: being in one arm made households either no
    less, or no more, likely to be seen, all in the same direction.  Nothing is assumed about what
    the lost would have shown.

    Parameters
    ----------
    panel : Panel
        Two arms, assigned as good as at random (towns are not adjusted for).
    outcome : str
        Column; the bounds have its unit.
    time : float, optional
        The wave; the last by default.

    Returns
    -------
    Estimates
        Rows ``lower`` and ``upper``: treated less compared-to. Coordinates ``time``,
        ``trimmed_arm`` ("1" treated, "0" compared-to, "" where shares are equal) and
        ``trimming_share``. The interval from the first row's lower to the second's upper limit
        covers the effect (Imbens and Manski 2004).

    Raises
    ------
    NotEstimable
        An arm has fewer than two households seen at the wave.
    DesignProblem
        There is no such wave; the arms are not two.

    Notes
    -----
    Where the share trimmed is no whole number of households, the household on the edge counts in
    part.  Influences include that the shares of seen are estimated.

    Source
    ------
    Lee (2009), "Training, wages, and sample selection", Review of Economic Studies 76,
    proposition 1a (bounds) and 3 (variance).

    Examples
    --------
    >>> df = pd.DataFrame({"id": range(8), "t": 6, "arm": ["b"] * 4 + ["a"] * 4,
    ...                    "y": [1.0, 2, 3, 6, 2, 4, np.nan, np.nan]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> lee_bounds(panel, "y").tidy()[["term", "trimming_share", "estimate"]].values.tolist()
    [['lower', 0.5, -1.5], ['upper', 0.5, 1.5]]

    See METHODS.md: Lee bounds
    """
    two_arms(panel)
    wave = wave_of(panel, time)
    expected, values = seen_at(panel, outcome, wave)
    shares = {a: float((~np.isnan(values))[expected & (panel.arm == a)].mean()) for a in (1, 0)}
    more = 1 if shares[1] > shares[0] else 0
    bounds = [_lee_bound(panel, expected, values, shares, more, end) for end in (-1, 1)]
    kept = shares[1 - more] / shares[more]
    trimmed = "" if kept == 1 else str(more)
    return Estimates(
        terms=pd.DataFrame(
            {
                "term": ["lower", "upper"],
                "time": float(panel.times[wave]),
                "trimmed_arm": trimmed,
                "trimming_share": 1 - kept,
            }
        ),
        value=np.array([value for value, _ in bounds]),
        influence=np.column_stack([influence for _, influence in bounds]),
        units=panel.units,
        cluster=panel.cluster,
        method="Lee bounds (monotone loss)",
        shown_interval=imbens_manski,
    )


def imbens_manski(value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
    """Limits of both bounds such that, from lowest to highest, they cover the effect itself.

    The multiple c of the standard error solves ``ndtr(c + width / max(se)) - ndtr(-c) = level``:
    1.96 where the bounds meet, towards 1.645 as they part (level 0.95).

    Examples
    --------
    >>> imbens_manski(np.array([0.0, 0.0]), np.array([1.0, 1.0]), 0.95)[1].round(3).tolist()
    [1.96, 1.96]
    >>> imbens_manski(np.array([0.0, 50.0]), np.array([1.0, 1.0]), 0.95)[1].round(3).tolist()
    [1.645, 51.645]
    """
    widest = float(std_error.max())
    apart = float(value.max() - value.min()) / widest if widest > 0 else np.inf

    def short(c: float) -> float:
        return float(ndtr(c + apart) - ndtr(-c)) - level

    c = float(brentq(short, 0.0, 40.0, xtol=1e-12)) if np.isfinite(apart) else 0.0
    return value - c * std_error, value + c * std_error


def _lee_bound(
    panel: Panel, expected: Mask, values: Floats, shares: dict[int, float], more: int, end: int
) -> tuple[float, Floats]:
    """One bound (end -1 lower, 1 upper) and every household's influence on it (n,)."""
    influence = np.where(expected, 0.0, np.nan)
    seen = ~np.isnan(values)
    kept = shares[1 - more] / shares[more]
    # keep the lowest outcomes of the treated, or the highest of the compared-to, for the lower end
    turn = -end if more == 1 else end
    sign = 1.0 if more == 1 else -1.0
    trimmed_from = seen & (panel.arm == more)
    mean, own, slope = _turned(lowest_mean, values[trimmed_from], kept, turn)
    other = seen & (panel.arm != more)
    plain = float(values[other].mean())
    influence[trimmed_from] += sign * own
    influence[other] -= sign * (values[other] - plain) / other.sum()
    for arm, of_share in ((1 - more, 1 / shares[more]), (more, -kept / shares[more])):
        group = expected & (panel.arm == arm)
        gap = (seen[group].astype(np.float64) - shares[arm]) / group.sum()
        influence[group] += sign * slope * of_share * gap
    return sign * (mean - plain), influence


def _turned(
    low: Callable[[Floats, float], tuple[float, Floats, float]],
    values: Floats,
    kept: float,
    turn: int,
) -> tuple[float, Floats, float]:
    """The mean of the lowest (turn 1) or the highest (turn -1) values, with its derivatives."""
    mean, influence, slope = low(turn * values, kept)
    return turn * mean, turn * influence, turn * slope
