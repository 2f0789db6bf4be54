"""A least-squares fit turned into an answer with the inference that small samples allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.did.evidence import (
    alone_in_arm,
    few_for_small_samples,
    refuse_one_cluster,
    without_error,
)
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.study.panel import Panel


def small_sample_answer(
    panel: Panel,
    fit: LinearFit,
    terms: pd.DataFrame,
    *,
    method: str,
    kind: str = "effects",
    notes: Sequence[str] = (),
    outcome: str | None = None,
) -> Estimates:
    """CR2 standard errors by cluster and t with Satterthwaite degrees of freedom.

    None where an arm is a single cluster; told where there are few.
    """
    influence = fit.influence(panel.n)
    seen = np.asarray(~np.isnan(influence).all(axis=1))
    refuse_one_cluster(panel, seen)
    bare = Estimates(
        terms=terms,
        value=fit.value,
        influence=influence,
        units=panel.units,
        cluster=panel.cluster,
        method=method,
        kind=kind,
        fit=fit,
        notes=tuple(notes),
        outcome=outcome,
    )
    if why := alone_in_arm(panel, seen):
        return without_error(bare, why)
    df = fit.df()
    return replace(
        bare,
        model_covariance=fit.covariance("CR2"),
        reference=StudentT(df),
        notes=(*notes, *few_for_small_samples(panel, seen, df)),
    )
