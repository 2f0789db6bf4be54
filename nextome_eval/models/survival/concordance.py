"""How well a score or a Cox model orders households by when the event comes: Harrell's C."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.cox_residuals import fitted_cox
from nextome_eval.models.survival.rows_at_risk import (
    folded,
    groups_of,
    refuse_intervals,
    risk_of,
)
from nextome_eval.numerics import concordance as kernel
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet
from nextome_eval.study.durations import Durations


def concordance(
    of: Estimates | Durations,
    score: str | None = None,
    *,
    strata: str | Sequence[str] | None = None,
) -> Estimates:
    """Estimate the share of comparable pairs in which the higher score has the event first.

    Parameters
    ----------
    of : Estimates or Durations
        The answer of `cox` (its linear predictor is the score, its strata keep pairs apart), or
        durations with a column as the score.
    score : str, optional
        Column; higher = the event expected sooner. With durations only.
    strata : str or list of str, optional
        Compare within these only. With durations only.

    Returns
    -------
    Estimates
        One row, concordance, with the weighted pairs: concordant, discordant, tied (equal scores,
        counted half). 0.5 is chance. The error is that of the influences.

    Raises
    ------
    NotEstimable
        No pair can be compared.

    Notes
    -----
    Harrell et al. 1982, JAMA 247:2543; entry and ties as R survival's concordance. A model judged
    on the data it was fitted to looks better than it is.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9], "housed": [1, 1, 1, 1, 0],
    ...                    "need": [3.0, 1, 2, 2, 1]})
    >>> spells = Durations.from_frame(df, time="months", event="housed")
    >>> concordance(spells, "need").tidy()["estimate"].round(3).tolist()
    [0.7]

    See METHODS.md: concordance
    """
    if isinstance(of, Estimates):
        if score is not None or strata is not None:
            raise DesignProblem("concordance_of_model_or_score")
        model = fitted_cox(of, asked_by="concordance")
        fit = model.kernel
        predicted = fit.x @ fit.beta + (0.0 if model.data.offset is None else model.data.offset)
        return _estimated(model.data.spells, model.data.rows, fit.risk, predicted)
    if score is None:
        raise DesignProblem("concordance_of_model_or_score")
    refuse_intervals(of, "concordance")
    values = of.column(score)
    rows = np.flatnonzero(~np.isnan(values))
    within = None if strata is None else groups_of(of, strata)[0]
    risk = risk_of(of, strata=None if within is None else within[rows], rows=rows)
    return _estimated(of, rows, risk, values[rows])


def _estimated(spells: Durations, rows: Ints, risk: RiskSet, score: Floats) -> Estimates:
    found = kernel.concordance(risk, score)
    if not np.isfinite(found.value):
        raise NotEstimable("no_pair_comparable", n=len(rows))
    pairs = {"concordant": found.concordant, "discordant": found.discordant, "tied": found.tied}
    return Estimates(
        terms=pd.DataFrame([{"term": "concordance"} | pairs]),
        value=np.array([found.value]),
        influence=folded(spells, found.influence[:, None], rows),
        units=spells.units,
        cluster=spells.cluster,
        scale="identity",
        method="Harrell's concordance",
        kind="effects",
    )
