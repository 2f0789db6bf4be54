"""The rows, covariates and risk set that a Cox model is fitted to, and the fitted model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.rows_at_risk import (
    folded,
    groups_of,
    lone_strata,
    names_of,
    refuse_intervals,
    risk_of,
)
from nextome_eval.numerics.cox_fit import CoxFit
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, by_column
from nextome_eval.numerics.row_order import in_order
from nextome_eval.study.durations import Durations


@dataclass(frozen=True, eq=False)
class CoxData:
    """Complete rows of durations with their covariate matrix (m, p).

    ``names`` (p,) of its columns; ``covariate`` (p,) that each column is a level of.
    """

    spells: Durations
    rows: Ints
    x: Floats
    names: list[str]
    covariate: list[str]
    stratum: Ints | None
    strata_labels: pd.Index[Any]
    offset: Floats | None
    notes: tuple[str, ...]

    def folded(self, influence: Floats) -> Floats:
        """Sum influences (m, k) by household (n, k)."""
        return folded(self.spells, influence, self.rows)

    def risk(self, cause: int | None) -> RiskSet:
        """Make the risk set in which events of one cause count (all, for None)."""
        return risk_of(self.spells, strata=self.stratum, rows=self.rows, cause=cause)


@dataclass(frozen=True, eq=False)
class CoxModel:
    """A model to be fitted: its data and the cause whose hazard it describes."""

    data: CoxData
    cause: int | None

    def risk(self) -> RiskSet:
        """Make the risk set of the model."""
        return self.data.risk(self.cause)

    def fitted(self, fit: CoxFit) -> FittedCox:
        """Bind the model to its fit."""
        return FittedCox(self.data, self.cause, fit)


@dataclass(frozen=True, eq=False)
class FittedCox:
    """A fitted Cox model: what residuals, curves and checks are made from."""

    data: CoxData
    cause: int | None
    kernel: CoxFit
    arm_columns: tuple[int, ...] = ()  # no linear fit: permutation fits again for each dealing

    def combined(self, matrix: Floats) -> None:
        """Linear combinations of coefficients are no Cox model."""
        del matrix


@dataclass(frozen=True, eq=False)
class FittedCauses:
    """Fitted Cox models, one a cause; the rows of one cause have its model behind them."""

    models: tuple[FittedCox, ...]

    def combined(self, matrix: Floats) -> FittedCox | None:
        """Give the model whose coefficients, all and unchanged, are the combinations (k, p)."""
        sizes = [len(model.data.names) for model in self.models]
        ends = np.cumsum(sizes)
        for model, size, end in zip(self.models, sizes, ends, strict=True):
            if np.array_equal(matrix, np.eye(ends[-1])[end - size : end]):
                return model
        return None


def cox_data(
    spells: Durations,
    covariates: str | Sequence[str],
    *,
    strata: str | Sequence[str] | None = None,
    offset: str | None = None,
    method: str,
) -> CoxData:
    """Read covariates, strata and offset; rows with a value missing are left out and counted."""
    refuse_intervals(spells, method)
    asked = [covariates] if isinstance(covariates, str) else list(covariates)
    x, names = spells.covariates(asked)
    if not names:
        raise NotEstimable("no_covariate", covariates=covariates)
    covariate = [one for one in asked for _ in spells.covariates([one])[1]]
    stratum, labels = groups_of(spells, strata)
    added = None if offset is None else spells.column(offset)
    complete = ~np.isnan(x).any(axis=1)
    if added is not None:
        complete &= ~np.isnan(added)
    notes: tuple[str, ...] = ()
    if not complete.all():
        left_out = names_of(spells, ~complete)
        notes = (Note.of("left_out_covariate_missing", count=len(left_out)),)
    if "arm" in asked and len(labels) > 1:
        arms = spells.arm[spells.unit]
        notes += lone_strata(arms[complete], stratum[complete], labels)
    places, own = in_order(spells.in_time.order, stratum)
    rows = spells.in_time.order[places]  # sums then run along memory
    if not complete.all():
        kept = np.asarray(complete)[rows]
        rows, own = rows[kept], None if own is None else own[kept]
    if not (spells.event[rows] > 0).any():
        raise NotEstimable("no_event_left", n=len(rows))
    used, codes = np.zeros(1, np.int64), own
    if own is not None:
        used, codes = np.unique(own, return_inverse=True)
    return CoxData(
        spells=spells,
        rows=rows,
        x=by_column(lambda column: column[rows], x, len(rows)),
        names=names,
        covariate=covariate,
        stratum=codes,
        strata_labels=labels.take(used),
        offset=None if added is None else added[rows],
        notes=notes,
    )
