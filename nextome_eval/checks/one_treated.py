"""One town alone in its arm: how unusual is its change among the other arm's towns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.answer import grouped
from nextome_eval.models.did.before_after import before_after, unit_means
from nextome_eval.study.panel import Panel

__all__ = ["OneTreated", "PlaceboLaw", "one_treated"]

Floats = NDArray[np.float64]
_MANY = 20


@dataclass(frozen=True, eq=False)
class OneTreated:
    """An estimate with what can be said about it when one town is alone in its arm.

    Parameters
    ----------
    estimate : float
        Mean change of the treated towns less that of the compared-to towns.
    changes : DataFrame
        ``cluster``, ``households``, ``change``, ``treated``.
    rank, towns : int
        Place of the lone town's departure among all (1 = furthest) and their number;
        rank / towns is the smallest p-value that can be had, and no more is claimed.
    bounds : DataFrame
        For each ``variance_ratio`` (the lone town's shock variance over the others'): ``df``,
        ``p_value``, ``conf_low``, ``conf_high``, resting on normal town shocks.
    placebo : DataFrame or None
        With 20 other towns or more: Conley and Taber's p-value and interval, and Ferman
        and Pinto's with shocks scaled by the towns' numbers of households.
    shocks : mapping
        The laws behind ``placebo``, by method: what an estimate without effect would be, (towns,).
    """

    estimate: float
    changes: pd.DataFrame
    rank: int
    towns: int
    bounds: pd.DataFrame
    placebo: pd.DataFrame | None
    shocks: Mapping[str, Floats]


@dataclass(frozen=True)
class PlaceboLaw:
    """The law of an estimate's error read off other towns' shocks (towns,), one row."""

    shocks: Floats
    df: None = None

    def p_value(self, value: Floats, std_error: Floats, null: float) -> Floats:
        """Share of shocks as far out, the observed counted among them (1,)."""
        far = np.abs(self.shocks) >= abs(float(value[0]) - null) * (1 - 1e-9)
        return np.array([(1 + far.sum()) / (1 + len(far))])

    def interval(self, value: Floats, std_error: Floats, level: float) -> tuple[Floats, Floats]:
        """The estimate less the shocks' upper and lower quantiles (1,), (1,)."""
        high, low = np.quantile(self.shocks, [(1 + level) / 2, (1 - level) / 2])
        return value - high, value - low


def one_treated(
    panel: Panel,
    outcome: str,
    *,
    by: str | None = None,
    ratios: Sequence[float] = (0.5, 1.0, 2.0, 4.0),
    level: float = 0.95,
) -> OneTreated:
    """Compare the change of a town alone in its arm with the other arm's towns'.

    Where the lone town is the compared-to one, the others are the treated towns: their shocks are
    told from one another only if the effect is the same in all of them.

    Parameters
    ----------
    panel : Panel
    outcome : str
    by : str, optional
        "strata", "cluster" or a column; None: the strata where strata were assigned, else the
        clusters.
    ratios : sequence of float
        Variance ratios to bound over: nothing in the data tells the lone town's own variance.
    level : float

    Returns
    -------
    OneTreated
        The estimate, every town's change, the rank, and bounds over the variance ratio.

    Raises
    ------
    DesignProblem
        A town holds both arms, or no arm is a single town.
    NotEstimable
        Fewer than two other towns.

    Source
    ------
    Conley and Taber (2011); Ferman and Pinto (2019); for the bounds, the two-sample t of one
    against G0 with known ratio of variances.

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(8), 2), "t": [0, 1] * 8,
    ...                    "town": np.repeat(list("aabbccdd"), 2),
    ...                    "g": np.repeat([1.0] * 2 + [np.nan] * 6, 2),
    ...                    "y": [0, 4, 0, 6, 0, 1, 0, 1, 0, 2, 0, 2, 0, 3, 0, 3.0]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g", cluster="town")
    >>> seen = one_treated(panel, "y")
    >>> seen.estimate, seen.rank, seen.towns
    (3.0, 1, 4)

    See METHODS.md: One treated town
    """
    changes = _changes(panel, outcome, by)
    treated = changes["treated"].to_numpy(bool)
    count = int(treated.sum())
    if 1 not in (count, len(treated) - count):
        raise DesignProblem("not_one_treated", count=count, compared=len(treated) - count)
    if len(treated) < 3:
        raise NotEstimable("too_few_clusters_an_arm", treated=count, compared=len(treated) - count)
    alone = treated if count == 1 else ~treated
    sign = 1.0 if count == 1 else -1.0
    change = changes["change"].to_numpy(np.float64)
    others = change[~alone]
    estimate = sign * float(change[alone][0] - others.mean())
    away = np.array([abs(c - np.delete(change, i).mean()) for i, c in enumerate(change)])
    own = float(away[alone][0])
    size = changes["households"].to_numpy(np.float64)
    shocks = _shocks(sign, others, size[~alone], float(size[alone][0]))
    return OneTreated(
        estimate=estimate,
        changes=changes,
        rank=int((away >= own * (1 - 1e-9)).sum()),
        towns=len(change),
        bounds=_bounds(estimate, others, ratios, level),
        placebo=_placebo(estimate, shocks, level) if shocks else None,
        shocks=shocks,
    )


def _changes(panel: Panel, outcome: str, by: str | None) -> pd.DataFrame:
    if by is None and panel.design.assigned_by == "stratum" and panel.strata is not None:
        by = "strata"
    codes, labels = grouped(panel, by)
    cut = before_after(panel, outcome)
    kept = np.flatnonzero(cut.kept)
    change = (unit_means(panel, cut.outcome, cut.after) - cut.baseline)[kept]
    rows = pd.DataFrame({"code": codes[kept], "change": change, "treated": panel.arm[kept]})
    towns = rows.groupby("code").agg(
        households=("change", "size"), change=("change", "mean"), share=("treated", "mean")
    )
    mixed = towns.index[(towns["share"] > 0) & (towns["share"] < 1)]
    if len(mixed):
        raise DesignProblem("clusters_hold_both_arms", clusters=[labels[c] for c in mixed])
    return pd.DataFrame(
        {
            "cluster": [labels[c] for c in towns.index],
            "households": towns["households"].to_numpy(),
            "change": towns["change"].to_numpy(),
            "treated": towns["share"].to_numpy() == 1,
        }
    )


def _bounds(estimate: float, others: Floats, ratios: Sequence[float], level: float) -> pd.DataFrame:
    df = len(others) - 1
    spread = float(others.std(ddof=1))
    ratio = np.asarray(ratios, dtype=np.float64)
    error = spread * np.sqrt(ratio + 1 / len(others))
    half = float(stdtrit(df, (1 + level) / 2)) * error
    with np.errstate(divide="ignore"):
        p_value = 2 * stdtr(df, -np.abs(estimate) / error)
    return pd.DataFrame(
        {
            "variance_ratio": ratio,
            "df": df,
            "p_value": p_value,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )


def _shocks(sign: float, others: Floats, size: Floats, own_size: float) -> dict[str, Floats]:
    if len(others) < _MANY:
        return {}
    plain = sign * (others - others.mean())
    return {"Conley-Taber": plain, "Ferman-Pinto": _rescaled(plain, size, own_size)}


def _placebo(estimate: float, shocks: Mapping[str, Floats], level: float) -> pd.DataFrame:
    rows = []
    value = np.array([estimate])
    for name, law in ((name, PlaceboLaw(found)) for name, found in shocks.items()):
        low, high = law.interval(value, value, level)
        p_value = law.p_value(value, value, 0.0)
        rows.append((name, float(p_value[0]), float(low[0]), float(high[0])))
    return pd.DataFrame(rows, columns=["method", "p_value", "conf_low", "conf_high"])


def _rescaled(shock: Floats, size: Floats, own_size: float) -> Floats:
    """Shocks with the lone town's variance, if variance = a + b / households (a, b >= 0)."""
    x = np.column_stack([np.ones(len(size)), 1 / size])
    a, b = np.linalg.lstsq(x, shock**2, rcond=None)[0]
    if b < 0:
        a, b = float((shock**2).mean()), 0.0
    if a < 0:
        a, b = 0.0, float((shock**2 @ (1 / size)) / ((1 / size) @ (1 / size)))
    return np.asarray(shock * np.sqrt((a + b / own_size) / (a + b / size)))
