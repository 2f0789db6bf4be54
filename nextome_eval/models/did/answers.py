"""A least-squares fit turned into an answer with the inference that small samples allow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.did.cohorts import refuse_one_cluster
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
    """CR2 standard errors by cluster and t with Satterthwaite degrees of freedom."""
    influence = fit.influence(panel.n)
    refuse_one_cluster(panel, np.asarray(~np.isnan(influence).all(axis=1)))
    return Estimates(
        terms=terms,
        value=fit.value,
        influence=influence,
        units=panel.units,
        cluster=panel.cluster,
        method=method,
        kind=kind,
        model_covariance=fit.covariance("CR2"),
        fit=fit,
        reference=StudentT(fit.df()),
        notes=tuple(notes),
        outcome=outcome,
    )
