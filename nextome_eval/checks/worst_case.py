"""Between which limits does the difference lie if the lost fared worst, or best?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.checks.baseline import two_arms
from nextome_eval.checks.contact import seen_at, wave_of
from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.two_means import two_means
from nextome_eval.study.panel import Panel

__all__ = ["extreme_bounds"]


def extreme_bounds(
    panel: Panel, outcome: str, *, limits: tuple[float, float], time: float | None = None
) -> Estimates:
    """Bound the difference of the arms by giving the lost the worst and the best outcome possible.

    Assumes nothing but the limits: in ``lower`` the lost of the treated arm get the lowest value
    and those of the other the highest, in ``upper`` the reverse.

    Parameters
    ----------
    panel : Panel
        Two arms (towns are not adjusted for).
    outcome : str
        Column with values between the limits.
    limits : tuple of float
        Lowest and highest value the outcome can have: (0, 1) for yes or no, (0, 100) for WHO-5.
    time : float, optional
        The wave; the last by default.

    Returns
    -------
    Estimates
        Rows ``lower`` and ``upper``, coordinates ``time``, ``imputed_1`` and ``imputed_0``
        (households given a value). CR2 standard errors, t with Satterthwaite degrees of freedom.

    Raises
    ------
    DataProblem
        A value lies outside the limits.
    DesignProblem
        The limits are not in order; there is no such wave; the arms are not two.

    Source
    ------
    Manski (1990), "Nonparametric bounds on treatment effects"; Horowitz and Manski (2000).

    Examples
    --------
    >>> df = pd.DataFrame({"id": range(8), "t": 6, "arm": ["b"] * 4 + ["a"] * 4,
    ...                    "y": [1.0, 1, 0, np.nan, 0, 1, 0, 0]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> extreme_bounds(panel, "y", limits=(0, 1)).value.tolist()
    [0.25, 0.5]

    See METHODS.md: Worst and best case
    """
    two_arms(panel)
    low, high = limits
    if not low < high:
        raise DesignProblem("limits_not_in_order", limits=[f"{low:g}", f"{high:g}"])
    wave = wave_of(panel, time)
    expected, values = seen_at(panel, outcome, wave)
    outside = (values < low) | (values > high)
    if outside.any():
        raise DataProblem(
            "outside_limits",
            column=outcome,
            units=panel.units[outside].tolist(),
            limits=[f"{low:g}", f"{high:g}"],
        )
    lost = np.isnan(values) & expected
    treated = panel.arm == 1
    worst = np.where(lost, np.where(treated, low, high), values)
    best = np.where(lost, np.where(treated, high, low), values)
    fit = two_means(panel, np.column_stack([worst, best]), names=[outcome, outcome])
    fit = fit.combined(np.eye(6)[4:])
    return Estimates(
        terms=pd.DataFrame(
            {
                "term": ["lower", "upper"],
                "time": float(panel.times[wave]),
                "imputed_1": int((lost & treated).sum()),
                "imputed_0": int((lost & ~treated).sum()),
            }
        ),
        value=fit.value,
        influence=fit.influence(panel.n),
        units=panel.units,
        cluster=panel.cluster,
        method="worst and best case for the lost",
        model_covariance=fit.covariance("CR2"),
        fit=fit,
        reference=StudentT(fit.df()),
    )
