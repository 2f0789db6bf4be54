"""How strong would something unmeasured have to be to explain the finding away?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates

__all__ = ["evalue"]

Floats = NDArray[np.float64]

KINDS = ("hazard", "odds", "risk")
HAZARDS = ("Cox", "Fine-Gray", "proportional hazards", "frailty")


def evalue(
    est: Estimates,
    *,
    ratio: str | None = None,
    common: bool = True,
    sd: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the E-value of each estimate and of its limit nearest to no effect.

    The E-value is the smallest risk ratio that something unmeasured would need with both the arm
    and the outcome, beyond what was adjusted for, to move the number to no effect.

    Parameters
    ----------
    est : Estimates
        Ratios (log scale), or differences of means with ``sd``.
    ratio : str, optional
        What kind of ratio: "hazard", "odds" or "risk" (also of rates and of means). The answers of
        Cox, Fine-Gray and interval models are known to be hazards.
    common : bool
        For hazards and odds: the event happens to more than 15 % by the end of follow-up, as
        independent housing does; False = rare, the ratio is read as a risk ratio.
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
        Differences without ``sd``; ratios of a kind that is not said.

    Notes
    -----
    VanderWeele and Ding 2017, Annals 167:268: E = RR + sqrt(RR (RR - 1)); a common hazard ratio is
    (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR)), a common odds ratio its square root, a standardised
    difference d is exp(0.91 d) (they round 0.91 x 1.96 to 1.78 in its limits).

    Examples
    --------
    >>> ratio = Estimates.of_mean(["a", "b"], np.log([3.9, 3.9]), term="arm")
    >>> from dataclasses import replace
    >>> evalue(replace(ratio, scale="log"), ratio="risk")["e_value"].round(2).tolist()
    [7.26]

    See METHODS.md: evalue
    """
    low, high = est.interval(level)
    if est.scale == "log":
        kind = _kind(est, ratio, common)
        middle, *ends = (_risk_ratio(v, kind) for v in (np.exp(est.value), low, high))
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


def _kind(est: Estimates, ratio: str | None, common: bool) -> str:
    if ratio is not None and ratio not in KINDS:
        raise DesignProblem("option_unknown", option="ratio", value=ratio, found=list(KINDS))
    if not common:
        return "risk"
    if ratio is None and not any(word in est.method for word in HAZARDS):
        raise DesignProblem("evalue_which_ratio", method=est.method or "-", found=list(KINDS))
    return ratio or "hazard"


def _risk_ratio(ratio: Floats, kind: str) -> Floats:
    if kind == "risk":
        return ratio
    if kind == "odds":
        return np.sqrt(ratio)
    root = np.sqrt(np.clip(ratio, 1e-300, 1e300))
    return np.asarray(np.expm1(-np.log(2) * root) / np.expm1(-np.log(2) / root))


def _e_value(ratio: Floats) -> Floats:
    away = np.where(ratio < 1, 1 / np.maximum(ratio, 1e-300), ratio)
    return np.asarray(away + np.sqrt(away * (away - 1)))
