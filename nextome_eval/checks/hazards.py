"""Does the hazard ratio stay the same over time?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.test import Test
from nextome_eval.models.survival.cox_residuals import fitted_cox
from nextome_eval.numerics.proportional_hazards import hazard_test, transformed_time

__all__ = ["proportional_hazards"]

TRANSFORMS = ("km", "rank", "identity", "log")


def proportional_hazards(est: Estimates, *, transform: str = "km") -> Test:
    """Test that the effects of a Cox model do not change with time.

    Parameters
    ----------
    est : Estimates
        From `cox`, one cause, Efron or Breslow ties.
    transform : str
        Time scale of the change looked for: "km" (1 - S(t-)), "rank", "identity" or "log".

    Returns
    -------
    Test
        The test of all terms together; `table` has a row a covariate, the levels of a word tested
        together (columns term, statistic, df, p_value), the last one GLOBAL.

    Raises
    ------
    DesignProblem
        The estimates are not those of a Cox model, or the time scale is unknown.

    Notes
    -----
    Score test of adding x g(t), as R's `cox.zph` since survival 3.0 (Grambsch and Therneau 1994).
    A p-value above 0.05 with few events shows little: read RMST beside the ratio.

    Examples
    --------
    >>> from nextome_eval.models.survival.cox import cox
    >>> from nextome_eval.study.durations import Durations
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "b", "a", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> round(proportional_hazards(cox(spells, ["arm"])).statistic, 4)
    0.0

    See METHODS.md: proportional_hazards
    """
    if transform not in TRANSFORMS:
        raise DesignProblem("transform_unknown", transform=transform, found=list(TRANSFORMS))
    model = fitted_cox(est, asked_by="proportional_hazards")
    fit, data = model.kernel, model.data
    if fit.ties == "exact":
        raise DesignProblem("exact_has_no_baseline", asked_by="proportional_hazards")
    if transform == "log" and (data.spells.time[data.rows] <= 0).any():
        raise DesignProblem("time_not_positive_for_log")
    g = transformed_time(fit.risk, transform, data.spells.entry[data.rows])
    if len(np.unique(g[fit.risk.event > 0])) < 2:
        raise NotEstimable("events_at_one_time")
    covariates = list(dict.fromkeys(data.covariate))
    columns = [[j for j, one in enumerate(data.covariate) if one == name] for name in covariates]
    found = hazard_test(fit, g, terms=columns)
    terms = [name if len(own) > 1 else data.names[own[0]] for name, own in zip(covariates, columns)]
    return Test(
        statistic=float(found.statistic[-1]),
        df=float(found.df[-1]),
        p_value=float(found.p_value[-1]),
        method=f"proportional hazards, score test on {transform} time",
        null="no effect changes with time",
        table=pd.DataFrame(
            {
                "term": np.array([*terms, "GLOBAL"]),
                "statistic": found.statistic,
                "df": found.df,
                "p_value": found.p_value,
            }
        ),
    )
