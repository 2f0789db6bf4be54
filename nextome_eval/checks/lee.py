"""Between which limits does the effect on those seen in either arm lie?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from nextome_eval.checks.baseline import two_arms
from nextome_eval.checks.contact import seen_at, wave_of
from nextome_eval.errors import DataProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.evidence import alone_in_arm, refuse_one_cluster, without_error
from nextome_eval.numerics.trimmed_mean import lowest_mean
from nextome_eval.study.panel import Panel

__all__ = ["imbens_manski", "lee_bounds"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]


def lee_bounds(
    panel: Panel,
    outcome: str,
    *,
    within: str | Sequence[str] = (),
    time: float | None = None,
) -> Estimates:
    """Bound the effect on those who would have been seen in either arm, by trimming.

    The arm that was seen more often is trimmed to the other's share of seen: of its lowest or of
    its highest outcomes.  That rests on monotonicity: being in one arm made households either no
    less, or no more, likely to be seen, all in the same direction.  Nothing is assumed about what
    the lost would have shown.

    Parameters
    ----------
    panel : Panel
        Two arms, assigned as good as at random (in each cell of `within`, where it is given).
    outcome : str
        Column; the bounds have its unit.
    within : str or sequence of str
        "strata", or columns of words or few numbers, as at a household's first row.  Trimming is
        then done in each cell and the bounds averaged over those who would be seen in either arm,
        which can only narrow them in large samples.  Monotonicity may then run one way in one
        cell and the other way in another; where it does a note names the cells.
    time : float, optional
        The wave; the last by default.

    Returns
    -------
    Estimates
        Rows ``lower`` and ``upper``: treated less compared-to. Coordinates ``time``,
        ``trimmed_arm`` ("1" treated, "0" compared-to, "" where shares are equal) and
        ``trimming_share``. The interval from the first row's lower to the second's upper limit
        covers the effect (Imbens and Manski 2004).  With cells ``trimmed_arm`` is "1", "0", or
        "both" where cells differ, and ``trimming_share`` their mean.

    Raises
    ------
    NotEstimable
        An arm has fewer than two households seen at the wave, in all or in some cell.
    DesignProblem
        There is no such wave; the arms are not two.

    Notes
    -----
    Where the share trimmed is no whole number of households, the household on the edge counts in
    part.  Influences include that the shares of seen are estimated.

    Source
    ------
    Lee (2009), "Training, wages, and sample selection", Review of Economic Studies 76,
    propositions 1a and 1b (bounds, with cells of covariates) and 3 (variance).

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
    refuse_one_cluster(panel, expected)
    code, labels = _cells_of(panel, within)
    _two_an_arm(panel, outcome, expected, values, code, labels)
    cells = [
        _Cell.of(panel, expected & (code == c), np.where(code == c, values, np.nan))
        for c in np.unique(code[expected])
    ]
    bounds = [_averaged(panel, cells, expected, code, end) for end in (-1, 1)]
    weight = np.array([cell.weight(panel, expected) for cell in cells])
    arms = {str(cell.more) for cell in cells if cell.kept < 1}
    other = [labels[int(code[cell.expected][0])] for cell in cells if cell.kept < 1 and cell.more]
    est = Estimates(
        terms=pd.DataFrame(
            {
                "term": ["lower", "upper"],
                "time": float(panel.times[wave]),
                "trimmed_arm": "both" if len(arms) == 2 else "".join(arms),
                "trimming_share": float(weight @ [1 - cell.kept for cell in cells] / weight.sum()),
            }
        ),
        value=np.array([value for value, _ in bounds]),
        influence=np.column_stack([influence for _, influence in bounds]),
        units=panel.units,
        cluster=panel.cluster,
        method="Lee bounds (monotone loss)" + (f" within {len(cells)} cells" if within else ""),
        shown_interval=imbens_manski,
        notes=_directions(panel, arms, other),
    )
    why = alone_in_arm(panel, expected & ~np.isnan(values))
    return without_error(est, why) if why else est


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


@dataclass(frozen=True)
class _Cell:
    """The households of a cell, their outcomes, and which arm was seen more."""

    expected: Mask
    values: Floats
    shares: dict[int, float]
    more: int

    @classmethod
    def of(cls, panel: Panel, expected: Mask, values: Floats) -> _Cell:
        seen = ~np.isnan(values)
        shares = {a: float(seen[expected & (panel.arm == a)].mean()) for a in (1, 0)}
        return cls(expected, values, shares, 1 if shares[1] > shares[0] else 0)

    @property
    def kept(self) -> float:
        """What is left of the arm seen more often."""
        return self.shares[1 - self.more] / self.shares[self.more]

    def weight(self, panel: Panel, expected: Mask) -> float:
        """Chance of being in the cell and seen in either arm, by the arm seen less often."""
        own = expected & (panel.arm == 1 - self.more)
        return float((~np.isnan(self.values))[own].sum() / own.sum())


def _averaged(
    panel: Panel, cells: list[_Cell], expected: Mask, code: Codes, end: int
) -> tuple[float, Floats]:
    """One bound over all cells, and every household's influence on it (n,)."""
    parts = [_lee_bound(panel, c.expected, c.values, c.shares, c.more, end) for c in cells]
    weight = np.array([cell.weight(panel, expected) for cell in cells])
    value = float(weight @ [part for part, _ in parts] / weight.sum())
    influence = np.where(expected, 0.0, np.nan)
    for cell, mass, (own, moved) in zip(cells, weight, parts, strict=True):
        influence[cell.expected] += mass / weight.sum() * moved[cell.expected]
        arm = expected & (panel.arm == 1 - cell.more)
        gap = (~np.isnan(cell.values)[arm]).astype(np.float64) - mass
        influence[arm] += (own - value) / weight.sum() * gap / arm.sum()
    return value, influence


def _cells_of(panel: Panel, within: str | Sequence[str]) -> tuple[Codes, list[str]]:
    """Cells (n,) by the columns named, as at each household's first row, and what they are called.

    Raises
    ------
    DataProblem
        A column is empty at some household's first row.
    """
    names = [within] if isinstance(within, str) else list(within)
    code, labels = np.zeros(panel.n, np.int64), [""]
    for name in names:
        if name in panel.frame and panel.frame[name].iloc[panel.starts].isna().any():
            gone = panel.frame[name].iloc[panel.starts].isna().to_numpy()
            raise DataProblem("adjuster_unknown", column=name, units=list(panel.units[gone]))
        own, found = panel.groups(name)
        code = code * len(found) + own[panel.starts]
        labels = [f"{a}, {b}".removeprefix(", ") for a in labels for b in found]
    return code, labels


def _two_an_arm(
    panel: Panel, outcome: str, expected: Mask, values: Floats, code: Codes, labels: list[str]
) -> None:
    seen = expected & ~np.isnan(values)
    for cell in np.unique(code[expected]):
        for arm in (1, 0):
            count = int((seen & (code == cell) & (panel.arm == arm)).sum())
            if count < 2:
                raise NotEstimable(
                    "lee_cell_too_small",
                    outcome=outcome,
                    cell=labels[int(cell)],
                    arm=panel.arm_labels[arm],
                    count=count,
                )


def _directions(panel: Panel, arms: set[str], treated_more: list[str]) -> tuple[Note, ...]:
    """What is taken as true of who is lost."""
    if len(arms) == 2:
        named = ", ".join(treated_more)
        return (Note.of("lee_directions_differ", arm=str(panel.arm_labels[1]), cells=named),)
    if not arms:
        return ()
    more = int(next(iter(arms)))
    told = {"more": str(panel.arm_labels[more]), "less": str(panel.arm_labels[1 - more])}
    return (Note.of("lee_monotone", **told),)


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
