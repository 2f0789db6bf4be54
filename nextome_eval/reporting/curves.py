"""Survival curves through the gate: known at planned months, each step of enough households."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.estimates.disclosure import Disclosure

__all__ = ["coarse_curve", "standing_at"]

_ROUNDED_TO = 5
_SHARE = 0.05


def coarse_curve(rows: pd.DataFrame, rules: Disclosure) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a curve at planned months, and which of its numbers at risk are "under the threshold".

    Months are merged until each step holds the threshold of events; the curve ends where fewer
    than the threshold would remain without the event, or remain under observation.

    Parameters
    ----------
    rows : DataFrame
        strata, time, n_risk, n_event, n_censor, estimate, conf_low, conf_high; one row a time.
    rules : Disclosure

    Returns
    -------
    rows : DataFrame
        The same columns without n_censor; n_event since the row before; n_risk rounded to 5,
        shares to twentieths.
    masked : DataFrame of bool
    """
    by = [c for c in ("term", "strata", "cause") if c in rows]
    parts = [
        _one(curve.sort_values("time"), rules)
        for _, curve in rows.groupby(by, sort=False, dropna=False)
    ]
    shown = pd.concat(parts, ignore_index=True).drop(columns=["n_censor"], errors="ignore")
    low = (shown["n_risk"] < rules.threshold).to_numpy()
    rounded = np.round(shown["n_risk"].to_numpy(dtype=float) / _ROUNDED_TO) * _ROUNDED_TO
    shown["n_risk"] = np.where(low, np.nan, np.maximum(rounded, _ROUNDED_TO))
    # the product of a few fractions tells how many left between two steps; twentieths do not
    for name in (c for c in ("estimate", "conf_low", "conf_high") if c in shown):
        shown[name] = np.round(shown[name].to_numpy(dtype=float) / _SHARE) * _SHARE
    masked = pd.DataFrame(False, index=range(len(shown)), columns=shown.columns)
    masked["n_risk"] = low
    return shown, masked


def standing_at(curve: pd.DataFrame, month: float) -> pd.DataFrame:
    """Return the row of a curve that holds at a month, one row or none.

    Households that leave at that very month were seen up to it: what is known at the month is
    what was known before they left.
    """
    holds = (curve["time"] < month) | ((curve["time"] == month) & (curve["n_event"] > 0))
    return curve[holds].iloc[-1:]


def _one(curve: pd.DataFrame, rules: Disclosure) -> pd.DataFrame:
    steps = _steps(curve, rules)
    start = curve.iloc[[0]].copy()
    start["time"], start["estimate"], start["n_event"] = 0.0, 1.0, 0
    start["conf_low"] = start["conf_high"] = 1.0
    rows = [start]
    before = -np.inf
    for month in steps:
        until = curve[curve["time"] <= month]
        row = standing_at(curve, month).copy()
        row["n_event"] = until.loc[until["time"] > before, "n_event"].sum()
        row["n_risk"] = _at_risk(curve, month)
        row["time"] = month
        rows.append(row)
        before = month
    shown = pd.concat(rows, ignore_index=True)
    return shown.drop(columns=[c for c in ("std_error",) if c in shown])


def _steps(curve: pd.DataFrame, rules: Disclosure) -> Sequence[float]:
    """Planned months whose steps hold enough events and leave enough households."""
    steps: list[float] = []
    for month in rules.months:
        since = curve["time"] > (steps[-1] if steps else -np.inf)
        events = curve.loc[since & (curve["time"] <= month), "n_event"].sum()
        if events >= rules.threshold and _remain(curve, month) >= rules.threshold:
            steps.append(float(month))
    # few events after the last step join it, so that the curve reaches as far as it may
    enough = [m for m in rules.months if _remain(curve, m) >= rules.threshold]
    if steps and enough and enough[-1] > steps[-1]:
        steps[-1] = float(enough[-1])
    return steps


def _remain(curve: pd.DataFrame, month: float) -> float:
    """Households not known to have had the event by then, however long they were followed."""
    first = curve.iloc[0]
    entered = float(max(first["n_risk"], curve["n_risk"].max()))
    return entered - float(curve.loc[curve["time"] <= month, "n_event"].sum())


def _at_risk(curve: pd.DataFrame, month: float) -> float:
    later = curve[curve["time"] >= month]
    if len(later):
        return float(later.iloc[0]["n_risk"])
    last = curve.iloc[-1]
    return float(last["n_risk"] - last["n_event"] - last["n_censor"])
