"""Is there a household like it in the other arm?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from nextome_eval.checks.balance import household_weights
from nextome_eval.checks.baseline import two_arms
from nextome_eval.checks.standardised import effective_size
from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.door import Door

__all__ = ["overlap"]


def overlap(
    door: Door, chance: ArrayLike, *, weights: ArrayLike | str | None = None, bins: int = 10
) -> Summary:
    """Count the households of each arm by their chance of being treated.

    Parameters
    ----------
    door : Panel or Durations
        Two arms.
    chance : float array (n,)
        Each household's estimated chance of being in the treated arm, between 0 and 1; NaN = not
        known, left out and counted in ``notes`` (as ``weights(...).propensity`` has it).
    weights : float array (n,) or str, optional
        A weight a household: shows how much weight lies in each bin, and the effective numbers.
    bins : int
        Bins of equal width from 0 to 1.

    Returns
    -------
    Summary
        Kind "overlap": one row a bin, ``term`` such as "0.25-0.5", ``low``, ``high``, ``n_1``,
        ``n_0`` and, with weights, ``percent_1``, ``percent_0`` (of the arm's weight); then
        ``all``, and ``outside``: households beyond the range of the other arm, who have nobody
        like them.
        With weights ``all`` has ``effective_n_1`` and ``_0``, (sum w)^2 / sum w^2.

    Raises
    ------
    DesignProblem
        Not one chance a household; the arms are not two.
    DataProblem
        A chance is not strictly between 0 and 1.

    Source
    ------
    Crump et al. (2009), "Dealing with limited overlap in estimation of average treatment
    effects"; Kish (1965) for effective numbers.

    Examples
    --------
    >>> df = pd.DataFrame({"id": range(6), "t": 0, "arm": ["b"] * 3 + ["a"] * 3})
    >>> from nextome_eval.study.panel import Panel
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> rows = overlap(panel, [0.4, 0.6, 0.9, 0.1, 0.4, 0.6], bins=2).rows
    >>> rows[["term", "n_1", "n_0"]].values.tolist()
    [['0-0.5', 1, 2], ['0.5-1', 2, 1], ['all', 3, 3], ['outside', 1, 1]]

    See METHODS.md: Overlap
    """
    two_arms(door)
    chances = np.asarray(chance, dtype=np.float64)
    if chances.shape != (door.n,) or bins < 2:
        raise DesignProblem("weights_not_one_each", found=chances.shape, n=door.n)
    known = ~np.isnan(chances)
    bad = known & ~((chances > 0) & (chances < 1))
    if bad.any():
        raise DataProblem("chance_not_between_0_and_1", units=door.units[bad].tolist())
    w = household_weights(door, weights)
    edges = np.linspace(0, 1, bins + 1).round(6)
    held = np.minimum(np.searchsorted(edges, chances, side="right") - 1, bins - 1)
    rows: list[dict[str, object]] = []
    places = [(f"{edges[i]:g}-{edges[i + 1]:g}", known & (held == i)) for i in range(bins)]
    for term, where in [*places, ("all", known), ("outside", _outside(door, chances))]:
        row: dict[str, object] = {"term": term, "low": np.nan, "high": np.nan}
        for arm in (1, 0):
            own = where & (door.arm == arm)
            row[f"n_{arm}"] = int(own.sum())
            if w is not None:
                row[f"percent_{arm}"] = 100 * w[own].sum() / w[known & (door.arm == arm)].sum()
                row[f"effective_n_{arm}"] = effective_size(w[own]) if term == "all" else np.nan
        rows.append(row)
    for i in range(bins):
        rows[i] |= {"low": edges[i], "high": edges[i + 1]}
    summary = pd.DataFrame(rows)
    margins = tuple((f"n_{arm}", tuple(range(bins)), bins) for arm in (1, 0))
    missing = int((~known).sum())
    notes = (Note.of("left_out_covariate_missing", count=missing),) if missing else ()
    return Summary.of_kind(summary, "overlap", margins=margins, notes=notes)


def _outside(door: Door, chances: np.ndarray) -> np.ndarray:
    """Households beyond the lowest or highest chance of the other arm (n,)."""
    outside = np.zeros(door.n, bool)
    for arm in (0, 1):
        other = chances[(door.arm != arm) & ~np.isnan(chances)]
        outside |= (door.arm == arm) & ((chances < other.min()) | (chances > other.max()))
    return outside
