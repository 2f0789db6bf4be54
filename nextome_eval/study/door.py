"""What both doors share: households in order, their arms, strata and clusters, and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.study.arms import coded_arms
from nextome_eval.study.columns import Floats, Ints, coded, need, numbers, one_a_unit, positive
from nextome_eval.study.design import Design

__all__ = ["Door"]

_ROLES = ("arm", "strata", "cluster")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Door:
    """Rows sorted by household, with what was decided for each household coded as integers.

    Attributes
    ----------
    frame : DataFrame, (rows,)
        Every column as it came; rows of a household are contiguous.
    units : Index, (n,)
        Household labels.
    unit : int array, (rows,)
        Code of each row's household.
    arm : int array, (n,)
        0 = compared with, 1 = treated (more arms: 2, 3, ...), labelled by `arm_labels`.
    strata : int array, (n,), or None
        Labelled by `strata_labels`.
    cluster : int array, (n,)
        Each household its own where none was given; labelled by `cluster_labels`.
    weights : float array, (rows,), or None
    design : Design
    """

    frame: pd.DataFrame
    units: pd.Index[Any]
    unit: Ints
    arm: Ints
    arm_labels: pd.Index[Any]
    strata: Ints | None
    strata_labels: pd.Index[Any] | None
    cluster: Ints
    cluster_labels: pd.Index[Any]
    weights: Floats | None
    design: Design

    @property
    def n(self) -> int:
        """Number of households."""
        return len(self.units)

    @property
    def starts(self) -> Ints:
        """First row of each household (n,)."""
        return first_rows(self.unit)

    @cached_property
    def clusters_are_shared(self) -> bool:
        """Whether several households share a cluster."""
        return bool(np.bincount(self.cluster).max() > 1)

    def column(self, name: str) -> Floats:
        """Return a column as floats (rows,), NaN where missing; "arm" gives the arm's code."""
        if name in _ROLES and name not in self.frame.columns:
            return self.groups(name)[0].astype(np.float64)
        if name == "arm":
            return self.arm[self.unit].astype(np.float64)
        return numbers(self.frame, name, self.units, self.unit)

    def groups(self, name: str) -> tuple[Ints, pd.Index[Any]]:
        """Return codes (rows,) and labels of a role ("arm", "strata", "cluster") or a column."""
        if name in _ROLES:
            codes, labels = getattr(self, name), getattr(self, f"{name}_labels")
            if codes is not None:
                return (codes if len(codes) == len(self.unit) else codes[self.unit]), labels
            if name not in self.frame.columns:
                raise DataProblem("role_not_given", role=name)
        return coded_arms(need(self.frame, name), name)

    def covariates(self, names: Sequence[str]) -> tuple[Floats, list[str]]:
        """Return a matrix (rows, p) and its terms; a column of words becomes a term a level.

        The first level (sorted, or in a categorical's own order) is what the others are compared
        with. Missing values are NaN rows, for the method to leave out and to count.
        """
        parts: list[Floats] = []
        terms: list[str] = []
        for name in [names] if isinstance(names, str) else names:
            columns, labels = self._covariate(name)
            parts.append(columns)
            terms += labels
        matrix = np.empty((len(self.frame), len(terms)), order="F")  # methods go by column
        return (np.concatenate(parts, axis=1, out=matrix) if parts else matrix), terms

    def _covariate(self, name: str) -> tuple[Floats, list[str]]:
        if name in _ROLES and (name == "arm" or name not in self.frame.columns):
            codes, labels = self.groups(name)
            missing = np.zeros(len(codes), bool)
        else:
            column = need(self.frame, name)
            words = not pd.api.types.is_numeric_dtype(column)
            if isinstance(column.dtype, pd.CategoricalDtype) or (words and not _is_numeric(column)):
                missing = column.isna().to_numpy()
                codes_present, labels = coded_arms(column[~missing], name)
                codes = np.zeros(len(column), np.int64)
                codes[~missing] = codes_present
            else:
                return self.column(name)[:, None], [name]
        dummies = (codes[:, None] == np.arange(1, len(labels))).astype(np.float64)
        dummies[missing] = np.nan
        two = name == "arm" and len(labels) == 2
        return dummies, [name] if two else [f"{name}[{label}]" for label in labels[1:]]

    def take(self, codes: Ints) -> Self:
        """Return the households `codes` (m,), repeats allowed, as m households of their own.

        Used by bootstrap and jackknife: a household drawn twice counts as two.
        Clusters stay what they were; a household that is its own cluster gets a new one.
        """
        codes = np.asarray(codes, dtype=np.int64)
        counts = np.bincount(self.unit, minlength=self.n)[codes]
        unit = np.repeat(np.arange(len(codes)), counts)
        offset = np.arange(len(unit)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = self.starts[codes][unit] + offset
        own = not self.clusters_are_shared
        cluster, labels = (
            (np.arange(len(codes)), self.units[codes])
            if own
            else (self.cluster[codes], self.cluster_labels)
        )
        return replace(
            self,
            frame=self.frame.take(rows),
            units=self.units[codes],
            unit=unit,
            arm=self.arm[codes],
            strata=None if self.strata is None else self.strata[codes],
            cluster=cluster,
            cluster_labels=labels,
            weights=None if self.weights is None else self.weights[rows],
            **self._taken_rows(rows, codes),
        )

    def _taken_rows(self, rows: Ints, codes: Ints) -> dict[str, Any]:
        raise TypeError("a door of its own kind says which of its arrays go by row")


def first_rows(unit: Ints) -> Ints:
    """First row of each household (n,), from the codes of rows sorted by household."""
    if len(unit) == unit[-1] + 1:
        return np.arange(len(unit))
    return np.flatnonzero(np.diff(unit, prepend=-1))


def _is_numeric(column: pd.Series[Any]) -> bool:
    present = column.dropna()
    return bool(present.map(lambda v: isinstance(v, (int, float, np.number, bool))).all())


def coded_roles(
    frame: pd.DataFrame,
    unit: Ints,
    units: pd.Index[Any],
    *,
    strata: str | None,
    cluster: str | None,
    weights: str | None,
) -> dict[str, Any]:
    """Read the roles that are given once a household from rows sorted by household."""
    starts = first_rows(unit)

    def role(name: str | None) -> tuple[Ints | None, pd.Index[Any] | None]:
        if name is None:
            return None, None
        codes, labels = coded(need(frame, name), name)
        return one_a_unit(codes, starts, unit, units, name), labels

    strata_codes, strata_labels = role(strata)
    cluster_codes, cluster_labels = role(cluster)
    own = cluster_codes is None
    return {
        "strata": strata_codes,
        "strata_labels": strata_labels,
        "cluster": np.arange(len(units)) if own else cluster_codes,
        "cluster_labels": units if own else cluster_labels,
        "weights": None
        if weights is None
        else positive(numbers(frame, weights, units, unit), weights, units, unit),
    }
