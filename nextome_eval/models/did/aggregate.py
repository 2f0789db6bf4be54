"""Many group-time effects made into the few that a reader needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import Normal
from nextome_eval.models.did.cohorts import Cohorts
from nextome_eval.models.did.evidence import mostly_refused

__all__ = ["Aggregation", "aggregate"]

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Aggregation = Literal["simple", "group", "calendar", "dynamic"]


def aggregate(est: Estimates, kind: Aggregation = "simple") -> Estimates:
    """Average group-time effects over the cells after the beginning.

    Parameters
    ----------
    est : Estimates
        From `group_time`.
    kind : str
        "simple": all cells after the beginning, weighted by cohort size.
        "group": each cohort's plain mean over its times; overall weighted by cohort size.
        "calendar": each time's mean over the cohorts begun, weighted by size; overall the plain
        mean over times.
        "dynamic": each exposure (time less beginning), weighted by size; overall the plain mean
        over exposures from 0 on.

    Returns
    -------
    Estimates
        ``overall`` first, then rows by ``cohort``, ``time`` or ``exposure``.  Influences include
        that of the cohorts' sizes, which are estimated.  Averages that rest for half or
        more on cells without a standard error have none either; others say that they use some.

    Raises
    ------
    DesignProblem
        The estimates are not group-time effects, or the kind is not one.
    NotEstimable
        No cell lies after a beginning.

    Source
    ------
    Callaway and Sant'Anna (2021), section 3; arithmetic of R did ``aggte``.

    Examples
    --------
    >>> from nextome_eval.models.did.group_time import group_time
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 3), "t": [0, 3, 6] * 6,
    ...                    "g": np.repeat([3, 3, 6, 6, np.nan, np.nan], 3),
    ...                    "y": [1., 4, 4, 2, 5, 6, 1, 1, 3, 2, 3, 5, 0, 1, 1, 1, 1, 2]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> aggregate(group_time(panel, "y"), "group").tidy()[["term", "cohort", "estimate"]].round(3)
          term  cohort  estimate
    0  overall     NaN       2.0
    1    group     3.0       2.5
    2    group     6.0       1.5

    See METHODS.md: Group-time effects
    """
    cohorts = est.fit
    if not isinstance(cohorts, Cohorts) or "cohort" not in est.terms:
        raise DesignProblem("not_group_time", method=est.method)
    cells = _Cells.of(est, cohorts)
    if not cells.after.any():
        raise NotEstimable("no_cell_after")
    if kind == "simple":
        return _answer(
            est,
            kind,
            pd.DataFrame({"term": ["overall"]}),
            [cells.weighted(np.flatnonzero(cells.after))],
        )
    if kind == "group":
        return _by_group(est, cells)
    if kind == "calendar":
        return _by_time(est, cells)
    if kind == "dynamic":
        return _by_exposure(est, cells)
    raise DesignProblem(
        "option_unknown",
        option="kind",
        value=kind,
        found=["simple", "group", "calendar", "dynamic"],
    )


@dataclass(frozen=True)
class _Part:
    """One average, its influences (n,), and how much each cell weighs in it (cells,)."""

    value: float
    influence: Floats
    share: Floats


class _Cells:
    """Group-time effects with the sizes of their cohorts."""

    def __init__(self, est: Estimates, cohorts: Cohorts) -> None:
        self.value = est.value
        self.seen = ~np.isnan(est.influence).all(axis=1)
        self.influence = np.nan_to_num(est.influence)
        self.cohort = est.terms["cohort"].to_numpy(np.float64)
        self.time = est.terms["time"].to_numpy(np.float64)
        self.after = self.time >= self.cohort
        weight = np.where(self.seen, cohorts.weight, 0.0)
        member = cohorts.begins[:, None] == self.cohort
        # each household's share of its cohort's size, and the size itself
        self.member = member * (weight / weight.sum())[:, None]
        self.size = self.member.sum(axis=0)
        self.count = float(self.seen.sum())

    @classmethod
    def of(cls, est: Estimates, cohorts: Cohorts) -> _Cells:
        return cls(est, cohorts)

    def weighted(self, rows: Rows) -> _Part:
        """Mean over cells weighted by cohort size, with the influence of the sizes."""
        share = self.size[rows] / self.size[rows].sum()
        moved = self.influence[:, rows] @ share + self._sizes(rows, self.value[rows])
        return _Part(float(share @ self.value[rows]), moved, self._spread(rows, share))

    def plain(self, rows: Rows) -> _Part:
        """Mean over cells, each counting once."""
        share = np.full(len(rows), 1 / len(rows))
        moved = self.influence[:, rows] @ share
        return _Part(float(self.value[rows].mean()), moved, self._spread(rows, share))

    def _spread(self, rows: Rows, share: Floats) -> Floats:
        whole = np.zeros(len(self.value))
        whole[rows] = share
        return whole

    def _sizes(self, rows: Rows, value: Floats) -> Floats:
        """Influence of estimated sizes on sum(size x value) / sum(size)."""
        total = self.size[rows].sum()
        error = self.member[:, rows] - np.outer(self.seen, self.size[rows]) / self.count
        mean = float(self.size[rows] @ value) / total
        return np.asarray(error @ (value - mean) / total)


def _by_group(est: Estimates, cells: _Cells) -> Estimates:
    groups = np.unique(cells.cohort[cells.after])
    parts = [cells.plain(np.flatnonzero(cells.after & (cells.cohort == g))) for g in groups]
    first = np.array([np.flatnonzero(cells.cohort == g)[0] for g in groups])
    values = np.array([part.value for part in parts])
    share = cells.size[first] / cells.size[first].sum()
    influence = np.column_stack([p.influence for p in parts]) @ share + cells._sizes(first, values)
    overall = _Part(float(share @ values), influence, share @ np.array([p.share for p in parts]))
    return _listed(est, "group", "cohort", groups, overall, parts)


def _by_time(est: Estimates, cells: _Cells) -> Estimates:
    times = np.unique(cells.time[cells.after])
    parts = [cells.weighted(np.flatnonzero(cells.after & (cells.time == t))) for t in times]
    return _listed(est, "calendar", "time", times, _mean(parts), parts)


def _by_exposure(est: Estimates, cells: _Cells) -> Estimates:
    exposure = np.round(cells.time - cells.cohort, 9)
    exposures = np.unique(exposure)
    parts = [cells.weighted(np.flatnonzero(exposure == e)) for e in exposures]
    after = [part for part, e in zip(parts, exposures, strict=True) if e >= 0]
    return _listed(est, "dynamic", "exposure", exposures, _mean(after), parts)


def _mean(parts: list[_Part]) -> _Part:
    return _Part(
        float(np.mean([part.value for part in parts])),
        np.mean([part.influence for part in parts], axis=0),
        np.mean([part.share for part in parts], axis=0),
    )


def _listed(
    est: Estimates, kind: str, coordinate: str, at: Floats, overall: _Part, parts: list[_Part]
) -> Estimates:
    terms = pd.DataFrame(
        {
            "term": ["overall"] + [kind] * len(parts),
            coordinate: np.concatenate([[np.nan], at]),
        }
    )
    return _answer(est, kind, terms, [overall, *parts])


def _answer(est: Estimates, kind: str, terms: pd.DataFrame, parts: list[_Part]) -> Estimates:
    influence = np.column_stack([part.influence for part in parts])
    influence[np.isnan(est.influence).all(axis=1)] = np.nan
    refused, told = mostly_refused(est.refused, np.array([part.share for part in parts]))
    return replace(
        est,
        terms=terms,
        value=np.array([part.value for part in parts]),
        influence=influence,
        method=f"{est.method}, {kind} average",
        kind="effects" if kind == "simple" else "trajectory",
        model_covariance=None,
        fit=None,
        reference=Normal(),
        refused=refused,
        notes=(*est.notes, *told),
    )
