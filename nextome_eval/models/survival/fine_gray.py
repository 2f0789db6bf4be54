"""By what factor does a covariate change the risk of one cause, others being there too?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.cox import clusters_of
from nextome_eval.models.survival.cox_frame import cox_data
from nextome_eval.models.survival.rows_at_risk import cause_code
from nextome_eval.numerics.subdistribution import Subdistribution, fit_subdistribution
from nextome_eval.study.durations import Durations


def fine_gray(
    spells: Durations,
    covariates: str | Sequence[str] = "arm",
    *,
    cause: Any = None,
    robust: str | None = None,
) -> Estimates:
    """Estimate subdistribution hazard ratios: effects on the risk of a cause, not on its rate.

    Parameters
    ----------
    spells : Durations
        With ``causes`` declared.
    covariates : list of str
        Roles or columns.
    cause : optional
        Code or name; the first declared by default.
    robust : str, optional
        Role or column by which influences are summed; the door's clusters by default.

    Returns
    -------
    Estimates
        One row a term, the ratio shown; the variance is cmprsk's, from influences that count the
        error of the estimated censoring curve.

    Raises
    ------
    DesignProblem
        Several spells a household.
    NotEstimable
        The likelihood has no maximum, covariates repeat one another, or nobody who was there when
        someone left otherwise was still there when others entered.

    Notes
    -----
    Fine and Gray 1999, JASA 94:496; with delayed entry Geskus 2011, Biometrics 67:39: those gone
    otherwise count by the chance of neither being censored nor having entered only later; entry
    and loss must not depend on the covariates. Those who left otherwise stay at risk, which no
    household does: read the ratio as one of risks, beside cause-specific ratios (`cox`).

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9, 9, 3, 8], "end": [1, 2, 1, 0, 1, 1, 2, 0],
    ...                    "group": ["a", "a", "a", "b", "b", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="end", arm="group",
    ...                               causes={1: "housed", 2: "left the area"})
    >>> fine_gray(spells, ["arm"], cause="housed").tidy()["estimate"].round(3).tolist()
    [0.415]

    See METHODS.md: fine_gray
    """
    code = cause_code(spells, cause) or next(iter(spells.causes))
    data = cox_data(spells, covariates, method="fine_gray")
    risk = data.risk(None)
    if len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_a_household", method="fine_gray")
    if not (risk.event == code).any():
        raise NotEstimable("cause_never_occurs", cause=spells.causes[code])
    entry, exit = spells.entry[data.rows], spells.time[data.rows]
    model = Subdistribution.of(risk, data.x, code, entry, exit)
    if len(model.unreachable):
        raise NotEstimable("fine_gray_unreachable", time=float(model.unreachable.min()))
    beta, influence, converged, _ = fit_subdistribution(model)
    if not converged:
        names = np.array(data.names)
        repeated = names[influence < 0] if influence.ndim == 1 else names[:0]
        if len(repeated):
            raise NotEstimable("cox_collinear", terms=repeated.tolist())
        endless = names[influence > 0].tolist() if influence.ndim == 1 else names.tolist()
        raise NotEstimable("fine_gray_no_maximum", terms=endless)
    return Estimates(
        terms=pd.DataFrame({"term": data.names, "cause": spells.causes[code]}),
        value=beta,
        influence=data.folded(influence),
        units=spells.units,
        cluster=spells.cluster if robust is None else clusters_of(spells, robust),
        scale="log",
        method="Fine-Gray (risk, not rate)",
        kind="effects",
        notes=(*data.notes, Note.of("risk_not_rate")),
    )
