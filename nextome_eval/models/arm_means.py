"""What is each arm's mean at every wave, and how do the arms and their changes differ?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import StudentT
from nextome_eval.estimates.summary import Summary
from nextome_eval.models.two_means import both_arms, in_arm, two_means
from nextome_eval.study.panel import Panel

__all__ = ["arm_means", "means_by_wave"]

Floats = NDArray[np.float64]


def arm_means(panel: Panel, outcome: str, *, baseline: float | None = None) -> Estimates:
    """Estimate each arm's mean at every wave, their difference and the difference in changes.

    Every wave is described on one common sample: the households observed at it and at the
    baseline.  Towns are not adjusted for: these are the means that a reader can add up himself,
    ``did`` and ``ancova`` are the analyses.

    Parameters
    ----------
    panel : Panel
        Two arms.
    outcome : str
        Column of the outcome; its unit is that of every row.
    baseline : float, optional
        The wave that changes are counted from; the first by default.

    Returns
    -------
    Estimates
        For each ``time``: ``mean`` and ``baseline mean`` of each ``arm`` ("1" treated, "0"
        compared-to), ``difference`` (treated less compared-to) and, at other waves than the
        baseline, ``did`` (difference in changes since it).  Coordinates ``n`` (households) and
        ``sd``.  CR2 standard errors by cluster, t with Satterthwaite degrees of freedom; with
        independent households and one mean that is s/sqrt(n) and n - 1.  Kind "trajectory".

    Raises
    ------
    DesignProblem
        An arm is empty; the panel has no such baseline.
    NotEstimable
        At some wave an arm has fewer than two households (clusters) that were also observed at
        the baseline.

    Source
    ------
    Bell and McCaffrey (2002) for the variances and degrees of freedom.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 4,
    ...                    "y": [1.0, 5, 2, 8, 1, 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> rows = arm_means(panel, "y").where(time=6).tidy()
    >>> rows[["term", "arm", "n", "estimate", "df"]].round(2).to_dict("list")
    {'term': ['mean', 'mean', 'baseline mean', 'baseline mean', 'difference', 'did'],
     'arm': ['1', '0', '1', '0', '', ''], 'n': [2, 2, 2, 2, 4, 4],
     'estimate': [6.5, 4.0, 1.5, 2.0, 2.5, 3.0], 'df': [1.0, 1.0, 1.0, 1.0, 2.0, 2.0]}

    See METHODS.md: Means by arm and wave
    """
    both_arms(panel)
    start = _baseline(panel, baseline)
    waves, before = panel.wide(outcome), panel.wide(outcome)[:, start]
    common = ~np.isnan(waves) & ~np.isnan(before)[:, None]
    later = [j for j in range(len(panel.times)) if j != start]
    follow = np.where(common, waves, np.nan)
    back = np.where(common, before[:, None], np.nan)[:, later]
    weights = _wide_weights(panel)
    fit = two_means(
        panel,
        np.hstack([follow, back]),
        names=[f"{outcome} ({panel.times[j]:g})" for j in [*range(len(panel.times)), *later]],
        weights=None if weights is None else np.hstack([weights, weights[:, later]]),
    )
    terms, matrix = _rows(panel, follow, back, start, later)
    reported = fit.combined(matrix)
    common_at = common[:, np.searchsorted(panel.times, terms["time"].to_numpy())]
    took_part = common_at & in_arm(panel, terms["arm"].tolist())
    return Estimates(
        terms=terms,
        value=reported.value,
        influence=np.where(took_part, reported.influence(panel.n), np.nan),
        units=panel.units,
        cluster=panel.cluster,
        method="means of the arms, common sample at each wave",
        kind="trajectory",
        model_covariance=reported.covariance("CR2"),
        fit=reported,
        reference=StudentT(reported.df()),
        notes=_notes(panel, outcome, waves, common),
    )


def means_by_wave(
    panel: Panel, outcome: str, *, baseline: float | None = None, level: float = 0.95
) -> Summary:
    """Put the arms' means, their difference and the difference in changes side by side by wave.

    Parameters
    ----------
    panel : Panel
        Two arms.
    outcome : str
        Column of the outcome.
    baseline : float, optional
        The wave that changes are counted from; the first by default.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Summary
        Kind "means": one row a wave, with n, mean and sd of each arm (``_1`` treated, ``_0``
        compared-to), events for an outcome that is 0 or 1, and both differences with intervals.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 4,
    ...                    "y": [1.0, 5, 2, 8, 1, 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> means_by_wave(panel, "y").rows[["wave", "mean_1", "mean_0", "did"]].values.tolist()
    [[0.0, 1.5, 2.0, nan], [6.0, 6.5, 4.0, 3.0]]

    See METHODS.md: Means by arm and wave
    """
    estimates = arm_means(panel, outcome, baseline=baseline)
    tidy = estimates.tidy(level)
    at = {(row["term"], row["arm"], row["time"]): row for row in tidy.to_dict("records")}
    values = panel.column(outcome)
    binary = panel.weights is None and bool(np.isin(values[~np.isnan(values)], (0.0, 1.0)).all())
    rows = [_wide_row(at, outcome, float(time), binary) for time in panel.times]
    return Summary.of_kind(pd.DataFrame(rows), "means", notes=estimates.notes)


def _wide_row(
    at: dict[tuple[Any, ...], dict[Any, Any]], outcome: str, time: float, binary: bool
) -> dict[str, Any]:
    row: dict[str, Any] = {"term": outcome, "wave": time}
    for arm in ("1", "0"):
        mean = at["mean", arm, time]
        row |= {f"n_{arm}": int(mean["n"]), f"mean_{arm}": mean["estimate"]}
        row[f"sd_{arm}"] = mean["sd"]
        if binary:
            row[f"events_{arm}"] = round(mean["n"] * mean["estimate"])
    for term in ("difference", "did"):
        found = at.get((term, "", time), {})
        for name, column in (("", "estimate"), ("_low", "conf_low"), ("_high", "conf_high")):
            row[term + name] = found.get(column, np.nan)
    return row


def _baseline(panel: Panel, baseline: float | None) -> int:
    if baseline is None:
        return 0
    found = np.flatnonzero(panel.times == baseline)
    if not len(found):
        waves = [f"{t:g}" for t in panel.times]
        raise DesignProblem("baseline_not_a_wave", baseline=f"{baseline:g}", found=waves)
    return int(found[0])


def _wide_weights(panel: Panel) -> Floats | None:
    if panel.weights is None:
        return None
    wide = np.full((panel.n, len(panel.times)), np.nan)
    wide[panel.unit, np.searchsorted(panel.times, panel.time)] = panel.weights
    return wide


def _rows(
    panel: Panel, follow: Floats, back: Floats, start: int, later: list[int]
) -> tuple[pd.DataFrame, Floats]:
    """The terms, and what each takes from means (compared-to, treated) and differences."""
    waves, k = follow.shape[1], follow.shape[1] + back.shape[1]
    pick = np.eye(3 * k)
    terms: list[dict[str, object]] = []
    matrix: list[Floats] = []

    def add(term: str, arm: str, wave: int, column: Floats, row: Floats) -> None:
        rows = column[panel.arm == int(arm)] if arm else column
        n = int((~np.isnan(rows)).sum())
        sd = float(np.nanstd(rows, ddof=1)) if arm else np.nan
        terms.append({"term": term, "arm": arm, "time": panel.times[wave], "n": n, "sd": sd})
        matrix.append(row)

    for j in range(waves):
        for arm in ("1", "0"):
            add("mean", arm, j, follow[:, j], pick[int(arm) * k + j])
        if j != start:
            base = waves + later.index(j)
            for arm in ("1", "0"):
                add("baseline mean", arm, j, back[:, base - waves], pick[int(arm) * k + base])
        add("difference", "", j, follow[:, j], pick[2 * k + j])
        if j != start:
            add("did", "", j, follow[:, j], pick[2 * k + j] - pick[2 * k + base])
    return pd.DataFrame(terms), np.array(matrix)


def _notes(
    panel: Panel, outcome: str, waves: Floats, common: NDArray[np.bool_]
) -> tuple[Note, ...]:
    notes = []
    no_baseline = int((~np.isnan(waves) & ~common).any(axis=1).sum())
    if no_baseline:
        notes.append(Note.of("left_out_no_before", count=no_baseline, outcome=outcome))
    expected, seen = common.size, int(common.sum())
    if seen < expected:
        count = expected - seen
        notes.append(
            Note.of("common_sample_by_wave", count=count, expected=expected, outcome=outcome)
        )
    return tuple(notes)
