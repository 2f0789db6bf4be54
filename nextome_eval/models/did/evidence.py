"""What counts as one piece of evidence, and what cannot be said where a side has a single one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.study.panel import Panel

__all__ = [
    "FEW",
    "alone_in_arm",
    "by_assignment",
    "common_waves",
    "few_for_large_samples",
    "few_for_small_samples",
    "in_one_cluster",
    "mostly_refused",
    "one_cluster_of",
    "refuse_one_cluster",
    "without_error",
]

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Refused = tuple[Note | None, ...]
FEW = 20
FEW_A_SIDE = 4


def by_assignment(panel: Panel) -> Panel:
    """The panel with towns as clusters where whole towns were assigned.

    Clusters that already hold several towns stay as they are.
    """
    if panel.design.assigned_by != "stratum" or panel.strata is None:
        return panel
    pairs = np.unique(np.column_stack([panel.cluster, panel.strata]), axis=0)
    if len(pairs) > len(_occurring(panel.cluster)):
        return panel
    labels: Any = panel.strata_labels
    return replace(panel, cluster=panel.strata, cluster_labels=labels)


def refuse_one_cluster(panel: Panel, seen: Mask) -> None:
    """With one cluster, or one of each beginning, nothing tells how much clusters differ."""
    codes = _occurring(panel.cluster[seen])
    if len(codes) == 1:
        raise NotEstimable("one_cluster")
    if len(codes) > 2 or panel.design.assigned_by == "stratum":
        return
    begins = [np.unique(panel.begins[seen & (panel.cluster == code)]) for code in codes]
    if all(len(values) == 1 for values in begins) and begins[0] != begins[1]:
        raise NotEstimable("clusters_fitted_exactly", clusters=len(codes))


def in_one_cluster(panel: Panel, members: Mask | NDArray[np.intp]) -> bool:
    """Whether there are members (mask or codes) and all lie in one cluster."""
    codes = panel.cluster[members]
    return bool(len(codes) and codes.min() == codes.max())


def alone_in_arm(panel: Panel, seen: Mask) -> Note | None:
    """Why nothing can be said beyond the number, where an arm's households are one cluster."""
    for arm in (1, 0):
        own = seen & (panel.arm == arm)
        if in_one_cluster(panel, own):
            named = panel.cluster_labels[panel.cluster[own][0]]
            return Note.of("one_cluster_a_side", arm=str(panel.arm_labels[arm]), cluster=str(named))
    return None


def one_cluster_of(
    panel: Panel, seen: Mask, cohorts: Floats, shares: Floats
) -> tuple[Refused, list[Note]]:
    """Why rows have no standard error, and what to say of those that keep theirs.

    A cohort in a single cluster is fitted exactly, so its cluster adds nothing to the error.

    Parameters
    ----------
    cohorts : (c,) beginnings of what the rows are made of
    shares : (rows, c) how much each weighs
    """
    if why := alone_in_arm(panel, seen):
        return (why,) * len(shares), [why]
    alone = {
        float(g): Note.of("cohort_in_one_cluster", cohort=f"{g:g}")
        for g in np.unique(cohorts)
        if in_one_cluster(panel, seen & (panel.begins == g))
    }
    refused, told = mostly_refused(tuple(alone.get(float(g)) for g in cohorts), shares)
    return refused, [*alone.values(), *told]


def mostly_refused(parts: Refused, shares: Floats) -> tuple[Refused, list[Note]]:
    """Averages (shares, (rows, parts)) that rest for half or more on parts without an error."""
    bare = np.array([why is not None for why in parts], dtype=np.float64)
    if not bare.any():
        return (), []
    on_bare = shares @ bare / shares.sum(axis=1)
    refused = tuple(
        next(why for j, why in enumerate(parts) if why is not None and row[j])
        if share >= 0.5
        else None
        for row, share in zip(shares, on_bare, strict=True)
    )
    some = int(((on_bare > 0) & (on_bare < 0.5)).sum())
    told = [Note.of("average_of_one_cluster", averages=some)] if some else []
    return refused if any(refused) else (), told


def common_waves(panel: Panel) -> list[Note]:
    """What to say where towns hold both arms and the method gives all of them one course."""
    if panel.strata is None or panel.design.assigned_by == "stratum":
        return []
    pairs = np.unique(np.column_stack([panel.strata, panel.arm]), axis=0)
    shared = len(pairs) > len(np.unique(panel.strata)) > 1
    return [Note.of("wave_effects_common")] if shared else []


def clusters_by_arm(panel: Panel, seen: Mask) -> tuple[int, int]:
    """Clusters with compared-to households, and with treated ones."""
    count = [len(_occurring(panel.cluster[seen & (panel.arm == arm)])) for arm in (0, 1)]
    return count[0], count[1]


def few_for_large_samples(panel: Panel, seen: Mask) -> list[Note]:
    """What to say beside an error that is right for many clusters, where there are few."""
    count = len(_occurring(panel.cluster[seen]))
    fewest = min(each for each in clusters_by_arm(panel, seen) if each)
    if count >= FEW and fewest >= FEW_A_SIDE:
        return []
    return [Note.of("few_clusters_large_sample", clusters=count)]


def few_for_small_samples(panel: Panel, seen: Mask, df: NDArray[np.float64]) -> list[Note]:
    """What to say beside an error made for few clusters, where there are fewer still."""
    compared, treated = clusters_by_arm(panel, seen)
    finite = df[np.isfinite(df)]
    fewest = float(finite.min()) if len(finite) else float("inf")
    if min(compared, treated) >= FEW_A_SIDE and fewest >= FEW_A_SIDE:
        return []
    shown = f"{fewest:.2g}" if np.isfinite(fewest) else "-"
    return [Note.of("few_clusters", treated_clusters=treated, compared_clusters=compared, df=shown)]


def without_error(est: Estimates, why: Note) -> Estimates:
    """The same numbers with no standard error in any row, and the reason among the notes."""
    return replace(
        est,
        refused=(why,) * len(est),
        notes=tuple(dict.fromkeys((*est.notes, why))),
    )


def _occurring(codes: NDArray[np.int64]) -> NDArray[np.intp]:
    """Codes from 0 on that occur, sorted; far cheaper than np.unique where they are many."""
    return np.flatnonzero(np.bincount(codes))
