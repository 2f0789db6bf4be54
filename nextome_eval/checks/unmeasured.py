"""How strong would something unmeasured have to be to explain the finding away?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates

__all__ = ["evalue"]

Floats = NDArray[np.float64]


def evalue(
    est: Estimates, *, common: bool = True, sd: float | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Give the E-value of each estimate and of its limit nearest to no effect.

    The E-value is the smallest risk ratio that something unmeasured would need with both the arm
    and the outcome, beyond what was adjusted for, to move the number to no effect.

    Parameters
    ----------
    est : Estimates
        Ratios (log scale), or differences of means with ``sd``.
    common : bool
        For hazard ratios: the event happens to more than 15 % by the end of follow-up, as
        independent housing does; False = rare, the hazard ratio is read as a risk ratio.
    sd : float, optional
        Standard deviation of the outcome, for differences of means.
    level : float
        Of the interval.

    Returns
    -------
    DataFrame
        term, estimate, risk_ratio (what the estimate amounts to), e_value, e_value_limit (1 where
        the interval holds no effect).

    Raises
    ------
    DesignProblem
        Differences without ``sd``.

    Notes
    -----
    VanderWeele and Ding 2017, Annals 167:268: E = RR + sqrt(RR (RR - 1)); a common hazard ratio is
    (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR)), a standardised difference d is exp(0.91 d).

    Examples
    --------
    >>> ratio = Estimates.of_mean(["a", "b"], np.log([3.9, 3.9]), term="arm")
    >>> from dataclasses import replace
    >>> evalue(replace(ratio, scale="log"), common=False)["e_value"].round(2).tolist()
    [7.26]

    See METHODS.md: evalue
    """
    low, high = est.interval(level)
    if est.scale == "log":
        middle, *ends = (_risk_ratio(v, common) for v in (np.exp(est.value), low, high))
    elif est.scale == "identity":
        if sd is None or not sd > 0:
            raise DesignProblem("evalue_needs_sd")
        middle, *ends = (np.exp(0.91 * v / sd) for v in (est.value, low, high))
    else:
        raise DesignProblem("scales_differ", found=[str(est.scale)])
    nearest = np.where(middle >= 1, np.maximum(ends[0], 1.0), np.minimum(ends[1], 1.0))
    rows = est.terms.copy()
    rows["estimate"] = est.tidy(level)["estimate"]
    rows["risk_ratio"] = middle
    rows["e_value"] = _e_value(middle)
    rows["e_value_limit"] = _e_value(nearest)
    return rows


def _risk_ratio(ratio: Floats, common: bool) -> Floats:
    if not common:
        return ratio
    ratio = np.maximum(ratio, 1e-300)
    return np.asarray((1 - 0.5 ** np.sqrt(ratio)) / (1 - 0.5 ** np.sqrt(1 / ratio)))


def _e_value(ratio: Floats) -> Floats:
    away = np.where(ratio < 1, 1 / np.maximum(ratio, 1e-300), ratio)
    return np.asarray(away + np.sqrt(away * (away - 1)))
