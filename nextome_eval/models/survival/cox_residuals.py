"""What each row and household adds to a fitted Cox model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.cox_frame import FittedCox
from nextome_eval.numerics import cox_residuals as kernels

BY_ROW = {
    "martingale": kernels.martingale,
    "deviance": kernels.deviance,
    "score": kernels.score,
    "dfbeta": kernels.dfbeta,
    "dfbetas": kernels.dfbetas,
}
BY_EVENT = {
    "schoenfeld": kernels.schoenfeld,
    "scaled-schoenfeld": kernels.scaled_schoenfeld,
}


def cox_residuals(est: Estimates, kind: str = "martingale") -> pd.DataFrame:
    """Give the residuals of a Cox model, one row a spell (Schoenfeld: one row an event).

    Parameters
    ----------
    est : Estimates
        From `cox`, one cause.
    kind : str
        "martingale" (events less expected; weighted they sum to 0), "deviance", "score" (sums to
        the score), "dfbeta" (change in the coefficients that the row brings, with its weight),
        "dfbetas" (the same in standard errors), "schoenfeld" (covariates less their mean at risk,
        at each event), or "scaled-schoenfeld" (the effect that each event points to).

    Returns
    -------
    DataFrame
        unit, time, and the residual or a column a term.

    Raises
    ------
    DesignProblem
        The estimates are not those of a Cox model; residuals by event with exact ties.

    Notes
    -----
    Therneau and Grambsch 2000, ch. 4 and 7.

    Examples
    --------
    >>> from nextome_eval.models.survival.cox import cox
    >>> from nextome_eval.study.durations import Durations
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "b", "a", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> bool(abs(cox_residuals(cox(spells, ["arm"]))["martingale"].sum()) < 1e-12)
    True

    See METHODS.md: cox
    """
    if kind not in BY_ROW and kind not in BY_EVENT:
        raise DesignProblem("residuals_unknown", kind=kind, found=[*BY_ROW, *BY_EVENT])
    model = fitted_cox(est, asked_by="cox_residuals")
    fit, data = model.kernel, model.data
    if fit.ties == "exact" and kind in BY_EVENT:
        raise DesignProblem("exact_has_no_baseline", asked_by=f"cox_residuals({kind})")
    spells, rows = data.spells, data.rows
    if kind in BY_EVENT:
        events, residuals = BY_EVENT[kind](fit)
        rows = rows[events]
    else:
        residuals = BY_ROW[kind](fit).reshape(len(rows), -1)
        order = np.argsort(rows)
        rows, residuals = rows[order], residuals[order]
    names = [kind] if kind in ("martingale", "deviance") else data.names
    places = {"unit": spells.units[spells.unit[rows]], "time": spells.time[rows]}
    return pd.DataFrame(places | dict(zip(names, residuals.T, strict=True)))


def fitted_cox(est: Estimates, *, asked_by: str) -> FittedCox:
    """Return the fitted model behind estimates, or say that they are not a Cox model's."""
    if not isinstance(est.fit, FittedCox):
        raise DesignProblem("needs_cox", asked_by=asked_by, method=est.method or "-")
    return est.fit
