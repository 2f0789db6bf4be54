"""The survival curve that a Cox model predicts for given covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.cox_frame import FittedCox
from nextome_eval.models.survival.cox_residuals import fitted_cox
from nextome_eval.models.survival.curve_interval import HazardInterval, SurvivalInterval
from nextome_eval.numerics.cox_fit import inverse
from nextome_eval.numerics.cox_hazard import PredictedHazard, hazard_influence, predicted_hazard
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.step_influence import deferred


def cox_curve(
    est: Estimates,
    at: Mapping[str, float] | None = None,
    *,
    stratum: Any = None,
    hazard: bool = False,
    interval: str = "log-log",
) -> Estimates:
    """Predict survival S(t) = exp(-H(t)) for one covariate vector, with delayed entry allowed.

    Parameters
    ----------
    est : Estimates
        From `cox`, one cause.
    at : mapping
        A value for each term of the model; None = all 0, the baseline.
    stratum : optional
        Label of the stratum, where the model has several.
    hazard : bool
        Give the cumulative hazard instead.
    interval : str
        As in `kaplan_meier`.

    Returns
    -------
    Estimates
        One row an exit time of the stratum; variance of the hazard and of the coefficients.

    Raises
    ------
    DesignProblem
        A covariate has no value, or the stratum is unknown.

    Notes
    -----
    Therneau and Grambsch 2000, eq. 10.8 and 10.14; Efron's hazard with Efron's ties,
    Breslow's with the others.

    Examples
    --------
    >>> from nextome_eval.models.survival.cox import cox
    >>> from nextome_eval.study.durations import Durations
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "b", "a", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> cox_curve(cox(spells, ["arm"]), {"arm": 1}).tidy()["estimate"].round(3).tolist()[:2]
    [0.891, 0.768]

    See METHODS.md: cox_curve
    """
    model = fitted_cox(est, asked_by="cox_curve")
    code = _stratum(model, stratum)
    predicted = predicted_hazard(model.kernel, _values(model, at), stratum=code)
    robust = est.model_covariance is None
    survival = np.exp(-predicted.hazard)
    factor = np.ones_like(survival) if hazard else -survival

    def columns(cells: Ints) -> Floats:
        rows = hazard_influence(model.kernel, predicted, cells) * factor[cells]
        return model.data.folded(rows)

    answer = Estimates(
        terms=pd.DataFrame(
            {
                "term": "hazard" if hazard else "survival",
                "strata": str(model.data.strata_labels[code]),
                "time": predicted.time,
            }
        ),
        value=predicted.hazard if hazard else survival,
        influence=deferred(columns, len(est.units), len(survival)),
        units=est.units,
        cluster=est.cluster,
        method=f"{est.method}, predicted",
        kind="curve",
        model_covariance=None if robust else _covariance(model, predicted, factor),
    )
    return replace(answer, reference=HazardInterval() if hazard else SurvivalInterval(interval))


def _covariance(model: FittedCox, predicted: PredictedHazard, factor: Floats) -> Floats:
    through = predicted.drift @ inverse(model.kernel.information) @ predicted.drift.T
    own = np.minimum(predicted.spread[:, None], predicted.spread[None, :])
    return np.asarray(predicted.relative**2 * np.outer(factor, factor) * (own + through))


def _values(model: FittedCox, at: Mapping[str, float] | None) -> Floats:
    names = model.data.names
    given = dict.fromkeys(names, 0.0) if at is None else dict(at)
    if set(given) != set(names):
        raise DesignProblem("covariates_to_give", wanted=names, found=list(given))
    return np.array([float(given[name]) for name in names])


def _stratum(model: FittedCox, stratum: Any) -> int:
    labels = list(model.data.strata_labels)
    if stratum is None and len(labels) == 1:
        return 0
    if stratum not in labels:
        raise DesignProblem("no_such_stratum", stratum=stratum, found=labels)
    return labels.index(stratum)
