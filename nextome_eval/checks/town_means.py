"""Towns as the evidence for times to an event: one restricted mean a town."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.study.durations import Durations

__all__ = ["town_restricted_means"]


def town_restricted_means(spells: Durations, tau: float) -> Estimates:
    """Each town's restricted mean counts once; the arms' towns compared by t with G - 2."""
    from nextome_eval.models.survival import rmst

    by = "strata" if spells.design.assigned_by == "stratum" else "cluster"
    codes = getattr(spells, by)
    groups = np.unique(codes)
    arm = np.array([spells.arm[codes == g][0] for g in groups])
    counts = [int((arm == a).sum()) for a in (0, 1)]
    if min(counts) < 2:
        raise NotEstimable("too_few_clusters_an_arm", treated=counts[1], compared=counts[0])
    parts = [rmst(spells.take(np.flatnonzero(codes == g)), by=None, tau=tau) for g in groups]
    means = np.array([part.value[0] for part in parts])
    weight = np.where(arm == 1, 1 / counts[1], -1 / counts[0])
    centre = np.where(arm == 1, means[arm == 1].mean(), means[arm == 0].mean())
    df = len(groups) - 2
    variance = float(((means - centre) ** 2).sum()) / df * (1 / counts[0] + 1 / counts[1])
    influence = np.zeros((spells.n, 1))
    for g, w in zip(groups, weight * (means - centre), strict=True):
        influence[codes == g, 0] = w / (codes == g).sum()
    return Estimates(
        terms=pd.DataFrame({"term": ["difference"], "tau": [float(tau)]}),
        value=np.array([float(weight @ means)]),
        influence=influence,
        units=spells.units,
        cluster=codes,
        method=f"restricted means of {len(groups)} towns, t with {df} degrees of freedom",
        model_covariance=np.array([[variance]]),
        reference=StudentT(np.array([float(df)])),
    )
