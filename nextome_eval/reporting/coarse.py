"""Means no finer than a masked number of households allows, and extremes in whole units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.reporting.released import Masking

__all__ = ["coarse_extremes", "coarse_means", "few_for_spread"]

# a score of households who answer in whole numbers: their mean moves by a twentieth
_UNITS = ((10.0, 0.1), (200.0, 1.0))
# sensitivity analyses that turn on one household, or on the few that were lost
_OF_FEW = ("leave_one_household_out", "worst_case", "attrition_weights")
_DIFFERENCES = (
    ("difference", "difference_low", "difference_high"),
    ("did", "did_low", "did_high"),
)


def coarse_means(
    rows: pd.DataFrame, masked: pd.DataFrame, exact: pd.DataFrame
) -> tuple[pd.DataFrame, list[Masking]]:
    """Return rows whose means have fewer digits where their n is masked, and what was rounded.

    The mean of whole numbers is a multiple of 1/n: with three digits most n but the true one can
    be ruled out. Differences are then those of the rounded means.

    Parameters
    ----------
    rows, masked : DataFrame
        As they would be shown, masked cells empty.
    exact : DataFrame
        Holds the same n columns, for their order of magnitude.

    Source
    ------
    Brown and Heathers (2017), the GRIM test, read backwards.

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["help"], "n_1": [np.nan], "mean_1": [5.4211]})
    >>> masked = rows.isna()
    >>> coarse_means(rows, masked, pd.DataFrame({"n_1": [19]}))[0]["mean_1"].tolist()
    [5.4]
    """
    shown = rows.copy()
    log: list[Masking] = []
    for own in ("_1", "_0", "_lost", "_retained", ""):
        n, mean = f"n{own}", f"mean{own}" if own else "estimate"
        if n not in masked or mean not in shown:
            continue
        which = masked[n].to_numpy() & shown[mean].notna().to_numpy()
        limits = ("conf_low", "conf_high") if not own else ()
        for row in np.flatnonzero(which):
            unit = _unit(float(shown[mean].iloc[row]))
            for name in (mean, *(c for c in limits if c in shown)):
                shown.loc[row, name] = _to(float(shown[name].iloc[row]), unit)
        if which.any():
            log.append(Masking("", "rounded", mean, int(which.sum())))
    return _coarse_differences(shown, masked), log


def _coarse_differences(shown: pd.DataFrame, masked: pd.DataFrame) -> pd.DataFrame:
    if not {"mean_1", "mean_0", "n_1", "n_0"} <= set(shown.columns):
        return shown
    for row in np.flatnonzero((masked["n_1"] | masked["n_0"]).to_numpy()):
        means = shown.loc[row, ["mean_1", "mean_0"]].to_numpy(dtype=float)
        if np.isnan(means).any():
            continue
        unit = max(_unit(float(m)) for m in means)
        for names in _DIFFERENCES:
            if all(name in shown for name in names):
                held = shown.loc[row, list(names)].to_numpy(dtype=float)
                at = means[0] - means[1] if names[0] == "difference" else held[0]
                moved = [_to(float(at + (x - held[0])), unit) for x in held]
                shown.loc[row, list(names)] = moved
    return shown


def few_for_spread(rows: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Return which spreads are of so few that, with the mean, they give every value back.

    Five households with 2 children on average and a standard deviation of 0.71 have 1, 2, 2, 2
    and 3. Twice the threshold is asked for; of two sides of an arm, the other side's spread and
    the difference in units of both would give it back.

    Source
    ------
    Heathers and others (2018), "Recovering data from summary statistics: SPRITE".

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["minors"], "n_lost": [5], "sd_lost": [0.71]})
    >>> few_for_spread(rows, 5)["sd_lost"].tolist()
    [True]
    """
    found = pd.DataFrame(False, index=range(len(rows)), columns=rows.columns)
    for group in (("_lost", "_retained"), ("_1", "_0"), ("",)):
        few = [rows[f"n{o}"].astype(float) < 2 * threshold for o in group if f"n{o}" in rows]
        if not few:
            continue
        which = np.any([f.to_numpy() for f in few], axis=0)
        for name in (*(f"sd{own}" for own in group), "std_difference", "variance_ratio"):
            if name in found:
                counted = rows[name].notna() & _spread(rows, group)
                found[name] = which & counted.to_numpy()
    return found


def _spread(rows: pd.DataFrame, group: tuple[str, ...]) -> pd.Series:
    """Rows of means, which have a standard deviation; shares have none of their own."""
    sds = [f"sd{own}" for own in group if f"sd{own}" in rows]
    return rows[sds].notna().any(axis=1) if sds else pd.Series(False, index=rows.index)


def coarse_extremes(
    rows: pd.DataFrame, kind: str, rules: Disclosure
) -> tuple[pd.DataFrame, list[Masking]]:
    """Return sensitivity rows that turn on single households in whole months.

    The most that leaving out one household does, times n, is that household's own time; the
    distance between the worst cases is the time that the few lost had left.

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["worst_case"], "estimate": [-6.8712]})
    >>> coarse_extremes(rows, "sensitivity", Disclosure())[0]["estimate"].tolist()
    [-7.0]
    """
    if kind != "sensitivity":
        return rows, []
    shown, which = rows.copy(), rows["term"].isin(_OF_FEW).to_numpy()
    names = [c for c in ("estimate", "conf_low", "conf_high") if c in shown]
    for name in names:
        values = shown[name].to_numpy(dtype=float)
        whole = np.round(values / rules.median_months) * rules.median_months
        shown[name] = np.where(which, whole, values)
    return shown, [Masking("", "rounded", ", ".join(names), int(which.sum()))][: int(which.any())]


def _unit(mean: float) -> float:
    """Tenths under ten, then ones, and tens for amounts, which people tell in round figures."""
    for below, unit in _UNITS:
        if abs(mean) < below:
            return unit
    return float(10.0 ** (np.floor(np.log10(abs(mean))) - 1))


def _to(value: float, unit: float) -> float:
    return round(round(value / unit) * unit, 6) + 0.0
