"""How much did each household cost a month, over the months in which it was followed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.models.two_means import both_arms
from nextome_eval.study.panel import Panel

__all__ = ["Categories", "HouseholdMonths", "household_months"]

Floats = NDArray[np.float64]
Categories = Sequence[str] | Mapping[str, str]


@dataclass(frozen=True)
class HouseholdMonths:
    """Mean monthly amounts of each household, services first, each kind with its total.

    Attributes
    ----------
    terms : DataFrame (k, 2)
        ``term`` (a category, or "total") and ``group`` ("service" or "transfer").
    monthly : (n, k) euro a month, NaN for households never followed
    months : (n,) months followed
    notes : tuple of Note
    """

    terms: pd.DataFrame
    monthly: Floats
    months: NDArray[np.int64]
    notes: tuple[Note, ...]


def household_months(
    panel: Panel, columns: Categories, transfers: Categories, since: float
) -> HouseholdMonths:
    """Average each household's amounts over its own months followed, from ``since`` on.

    A month counts where all its amounts are known (0 = nothing was spent), so that categories add
    up to their total.
    """
    both_arms(panel)
    services, handed = _named(columns), _named(transfers)
    names = [*services, *handed]
    if not names or len(set(names)) < len(services) + len(handed):
        raise DesignProblem("cost_columns", found=names)
    amounts = np.column_stack([panel.column(name) for name in names])
    known = ~np.isnan(amounts)
    followed = known.all(axis=1) & (panel.time >= since)
    half = int((known.any(axis=1) & ~known.all(axis=1) & (panel.time >= since)).sum())
    months = np.bincount(panel.unit[followed], minlength=panel.n)
    if not months.any():
        raise NotEstimable("no_month_followed", since=f"{since:g}", columns=names)
    sums = np.zeros((panel.n, len(names)))
    np.add.at(sums, panel.unit[followed], amounts[followed])
    with np.errstate(invalid="ignore"):
        monthly = sums / np.where(months > 0, months, np.nan)[:, None]
    terms, monthly = _with_totals(monthly, list(services.values()), list(handed.values()))
    return HouseholdMonths(terms, monthly, months, _notes(panel, months, half))


def _named(columns: Categories) -> dict[str, str]:
    """Columns with what each is called; a column twice is refused by its count."""
    if isinstance(columns, Mapping):
        return dict(columns)
    if len(set(columns)) < len(columns):
        raise DesignProblem("cost_columns", found=list(columns))
    return {name: name for name in columns}


def _with_totals(
    monthly: Floats, columns: Sequence[str], transfers: Sequence[str]
) -> tuple[pd.DataFrame, Floats]:
    terms: list[tuple[str, str]] = []
    parts: list[Floats] = []
    start = 0
    for group, names in (("service", columns), ("transfer", transfers)):
        held = monthly[:, start : start + len(names)]
        start += len(names)
        terms += [(name, group) for name in names]
        parts.append(held)
        if len(names) > 1:
            terms.append(("total", group))
            parts.append(held.sum(axis=1, keepdims=True))
    return pd.DataFrame(terms, columns=["term", "group"]), np.hstack(parts)


def _notes(panel: Panel, months: NDArray[np.int64], half: int) -> tuple[Note, ...]:
    treated, compared_to = (int(months[panel.arm == arm].sum()) for arm in (1, 0))
    notes = [Note.of("household_months", treated=treated, compared_to=compared_to)]
    if half:
        notes.append(Note.of("months_half_known", count=half))
    never = int((months == 0).sum())
    if never:
        notes.append(Note.of("never_followed", count=never))
    return tuple(notes)
