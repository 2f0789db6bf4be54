"""What resampling asks of an answer of any kind: a number to rank, and values to spread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.test import Test

Floats = NDArray[np.float64]
Method = Callable[[Any], Any]


def statistic(answer: Any, null: float = 0.0) -> float:
    """One number: the row compared over its standard error by influences; a test's own statistic.

    Standard errors by influences, not the small-sample ones, so that every dealing of the arms is
    studentised alike and at little cost.
    """
    if isinstance(answer, Estimates):
        spread = standard_error(answer)
        return float((answer.value[row_compared(answer)] - null) / spread)
    return float(answer.statistic) if isinstance(answer, Test) else float(answer)


def row_compared(answer: Estimates) -> int:
    """Place of the first row; of the first difference where each arm's own figure comes before."""
    differences = answer.terms["term"].astype(str).str.startswith("difference").to_numpy()
    return int(differences.argmax())


def standard_error(answer: Estimates) -> float:
    """Standard error of the row compared by clustered influences, or else the method's own."""
    row = row_compared(answer)
    own = answer.clustered_influence[:, row]
    spread = float(np.sqrt(own @ own))
    spread = spread if spread > 0 else float(answer.std_error[row])
    if not spread > 0:
        raise NotEstimable("no_spread", method=answer.method)
    return spread


def values(answer: Any) -> Floats:
    """The k numbers of an answer, on the scale inside."""
    if isinstance(answer, Estimates):
        return answer.value
    return np.array([answer.statistic if isinstance(answer, Test) else float(answer)])


def same_rows(whole: Estimates, again: Estimates) -> Floats:
    """The values of `again` for the rows of `whole` (k,), NaN for rows that are not there."""
    if again.terms.equals(whole.terms):
        return again.value
    places = [name for name in whole.terms if name in again.terms]
    here, there = (pd.MultiIndex.from_frame(est.terms[places]) for est in (whole, again))
    if not (here.is_unique and there.is_unique):
        raise NotEstimable("rows_differ", method=whole.method)
    found = there.get_indexer(here)
    return np.where(found >= 0, again.value[found], np.nan)


def as_estimates(answer: Any, *, asked_by: str) -> Estimates:
    """Refuse answers without estimates where estimates are needed."""
    if not isinstance(answer, Estimates):
        raise DesignProblem("needs_estimates", asked_by=asked_by, found=type(answer).__name__)
    return answer


def grouped(door: Any, by: str | None) -> tuple[NDArray[np.int64], list[Any]]:
    """Codes of households (n,) and labels for ``by``: a role, a column, None = the clusters.

    A role that the door's Design assigned as whole strata comes as those strata.
    """
    if by is None or by == "cluster":
        return door.cluster, list(door.cluster_labels)
    if by in ("unit", "household"):
        return np.arange(door.n), list(door.units)
    codes, labels = door.groups(by)
    first = codes[door.starts]
    changed = np.unique(door.unit[codes != first[door.unit]])
    if len(changed):
        raise DesignProblem("group_changes_within_unit", by=by, units=list(door.units[changed]))
    return first, list(labels)
