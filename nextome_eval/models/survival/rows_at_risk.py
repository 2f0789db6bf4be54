"""From the durations at the door to the arrays that kernels take, and back to households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.estimates.notes import Note
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, risk_set
from nextome_eval.numerics.row_order import in_order
from nextome_eval.study.durations import Durations

SHOWN = 5
Groups = tuple[Ints, "pd.Index[Any]"]


def refuse_intervals(spells: Durations, method: str) -> None:
    """Refuse data known only between visits to a method that needs exact times."""
    if spells.upper is not None:
        raise DesignProblem("exact_times_needed", method=method)


def groups_of(spells: Durations, by: str | Sequence[str] | None) -> Groups:
    """Code the rows by a role, a column, or the combinations of several; None = one group."""
    if by is None:
        return np.zeros(len(spells.time), np.int64), pd.Index(["all"])
    names = [by] if isinstance(by, str) else list(by)
    codes, labels = spells.groups(names[0])
    for name in names[1:]:
        more, more_labels = spells.groups(name)
        found, codes = np.unique(codes * len(more_labels) + more, return_inverse=True)
        firsts, seconds = np.divmod(found, len(more_labels))
        labels = pd.Index([f"{labels[a]}, {more_labels[b]}" for a, b in zip(firsts, seconds)])
    return np.asarray(codes, dtype=np.int64), labels


def risk_of(
    spells: Durations,
    *,
    strata: Ints | None = None,
    rows: Any = slice(None),
    cause: int | None = None,
) -> RiskSet:
    """Make the risk set of some rows, ``strata`` being the codes of these.

    Events of another cause than the one given count as censored.
    """
    return risk_set(
        spells.time[rows],
        _events(spells.event[rows], cause),
        entry=_entries(spells, rows),
        strata=strata,
        weights=None if spells.weights is None else spells.weights[rows],
    )


def risk_in_order(
    spells: Durations, groups: Ints, *, cause: int | None = None, begin: float | None = None
) -> tuple[Ints, RiskSet]:
    """Give the rows by group, then time, and their risk set, the groups being its strata.

    With ``begin`` only those rows that end later, and nobody is at risk up to then.
    """
    line = spells.in_time
    places, own = in_order(line.order, groups)
    rows, time, event = line.order[places], line.time[places], spells.event_in_time[places]
    entry = _entries(spells, rows)
    if begin is not None:
        later = time > begin * (1 + 1e-9 * np.sign(begin))
        rows, time, event = rows[later], time[later], event[later]
        own = None if own is None else own[later]
        entry = np.maximum(spells.entry[rows], begin)
    weights = None if spells.weights is None else spells.weights[rows]
    return rows, risk_set(time, _events(event, cause), entry=entry, strata=own, weights=weights)


def _events(event: Ints, cause: int | None) -> Ints:
    return event if cause is None else (event == cause).astype(np.int64)


def _entries(spells: Durations, rows: Any) -> Floats | None:
    return spells.entry[rows] if spells.entry.any() else None


def cause_code(spells: Durations, cause: Any) -> int | None:
    """Code of a cause given by code or by name; None stays None."""
    if cause is None:
        return None
    for code, label in spells.causes.items():
        if cause in (code, label):
            return code
    found = [f"{code} ({label})" for code, label in spells.causes.items()]
    raise DataProblem("no_such_cause", cause=cause, found=found)


def folded(spells: Durations, influence: Floats, rows: Any = slice(None)) -> Floats:
    """Sum the influences of rows (m, k) by household: (n, k), NaN where it has none of the rows."""
    unit = spells.unit[rows]
    total = np.empty((spells.n, influence.shape[1]), order="F")
    for j, column in enumerate(influence.T):
        total[:, j] = np.bincount(unit, column, minlength=spells.n)
    absent = np.bincount(unit, minlength=spells.n) == 0
    total[absent] = np.nan
    return total


def present(spells: Durations, groups: Ints, n_groups: int) -> Any:
    """Say which households have a row in which group: (n, groups) bool."""
    seen = np.zeros((spells.n, n_groups), bool)
    seen[spells.unit, groups] = True
    return seen


def goes_on(spells: Durations, groups: Ints) -> Any:
    """Say which rows without an event are followed by the household's next, in its group: (rows,).

    Such a row ends because a covariate changes, not because observation does: nobody is censored.
    """
    follows = np.zeros(len(spells.unit), bool)
    if len(spells.unit) > spells.n:
        follows[:-1] = (spells.unit[1:] == spells.unit[:-1]) & (groups[1:] == groups[:-1])
        follows[:-1] &= spells.entry[1:] <= spells.time[:-1] * (1 + 1e-9)
    return follows & (spells.event == 0)


def households(spells: Durations, groups: Ints, n_groups: int) -> Floats:
    """Count households by group, each once, weighted as their first row there is: (groups,)."""
    first: Any = slice(None)
    if len(groups) > spells.n:
        first = np.unique(spells.unit * n_groups + groups, return_index=True)[1]
    weights = None if spells.weights is None else spells.weights[first]
    return np.bincount(groups[first], weights, minlength=n_groups).astype(np.float64)


def whole_weights(spells: Durations) -> bool:
    """Say whether the weights are counts, so that rows could be repeated instead."""
    w = spells.weights
    return w is None or bool((np.abs(w - np.round(w)) < 1e-9).all())


def shares_clusters(spells: Durations) -> bool:
    """Say whether several households share a cluster."""
    return spells.clusters_are_shared


def names_of(spells: Durations, rows: Any) -> list[Any]:
    """Labels of the households of some rows, each once."""
    return list(dict.fromkeys(spells.units[spells.unit[rows]].tolist()))


def lone_strata(groups: Ints, stratum: Ints, labels: pd.Index[Any]) -> tuple[Note, ...]:
    """Say which strata hold one group only: nothing is compared there."""
    if len(labels) < 2:
        return ()
    k = int(groups.max()) + 1
    seen = np.bincount(stratum * k + groups, minlength=len(labels) * k).reshape(-1, k) > 0
    alone = labels[seen.sum(axis=1) == 1].astype(str).tolist()
    if not alone:
        return ()
    more = f" ... ({len(alone)})" if len(alone) > SHOWN else ""
    return (Note.of("stratum_one_arm", strata=", ".join(alone[:SHOWN]) + more),)
