"""Households that share a flat: what counting flats instead of households changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nextome_eval.checks.design import DesignFacts, problem_reason
from nextome_eval.checks.gathered import Gathered
from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.study.durations import Durations

__all__ = ["by_flat", "hazard_ratio", "shared_flats"]

MANY_CLUSTERS = 20


def shared_flats(spells: Durations) -> bool:
    return len(np.unique(spells.cluster)) < spells.n


def by_flat(spells: Durations, facts: DesignFacts, gathered: Gathered) -> None:
    """Shared flats: robust by flat where there are enough, otherwise flats are dealt whole."""
    if not shared_flats(spells):
        return
    flats = len(np.unique(spells.cluster))
    gathered.refuse("flats_dealt_whole", clusters=flats)
    try:
        naive = hazard_ratio(spells, facts, firth=False)
        robust = _robust(spells, facts)
    except NotEstimable as problem:
        gathered.refusals.append(problem_reason(problem))
        return
    gathered.refuse("flats_ratio", ratio=f"{robust.std_error[0] / naive.std_error[0]:.2f}")
    if flats >= MANY_CLUSTERS:
        gathered.beside["cox_by_flat"] = robust
    else:
        gathered.refuse("flats_few", clusters=flats, limit=MANY_CLUSTERS)


def _robust(spells: Durations, facts: DesignFacts) -> Estimates:
    """Hazard ratio with the sandwich by flat, G/(G-1) and t with G - 1 degrees of freedom."""
    from nextome_eval.models.survival import cox

    est = cox(spells, ["arm"], strata=facts.within, robust="cluster")
    count = est.clusters
    return replace(
        est,
        model_covariance=est.covariance * count / (count - 1),
        reference=StudentT(np.full(len(est), count - 1.0)),
    )


def hazard_ratio(spells: Durations, facts: DesignFacts, *, firth: bool) -> Estimates:
    from nextome_eval.models.survival import cox, profile_interval

    est = cox(spells, ["arm"], strata=facts.within, firth=firth)
    return est if firth or len(spells.causes) > 1 else profile_interval(est)
