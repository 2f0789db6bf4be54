"""Where households live over time: the states of housing, month by month, by arm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study
from nextome_eval.models.survival import state_occupancy
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.durations import Durations
from nextome_eval.study.housing_stays import UNKNOWN, housing_stays
from nextome_eval.words import words

__all__ = ["housing"]

_SETTLED_FIRST = ("own_contract", "dwelling", "project", "services", "other", "away", UNKNOWN)


def housing(study: Study) -> list[Exhibit]:
    """F6: the share of each arm in each state of housing, month by month."""
    stays = housing_stays(study.records, study.plan)
    shares = state_occupancy(stays, by="arm", state="state")
    steps = shares.terms.assign(estimate=shares.value)
    months = np.arange(study.plan.follow_up_months + 1, dtype=np.float64)
    rows = [
        _monthly(steps[steps["strata"] == label], _at_zero(stays, code), months).assign(
            arm=str(code)
        )
        for code, label in ((1, stays.arm_labels[1]), (0, stays.arm_labels[0]))
    ]
    summary = Summary(pd.concat(rows, ignore_index=True), {}, "states")
    labels = study.labels | words("study")["states"]
    return [
        Exhibit.of_words(
            "F6",
            kind="states",
            answers={"rows": summary},
            internal=True,  # every step is one household's move
            **{**study.shared, "labels": labels},
        )
    ]


def _at_zero(stays: Durations, arm: int) -> pd.Series[float]:
    first = (stays.entry == 0) & (stays.arm[stays.unit] == arm)
    shares: pd.Series[float] = stays.frame.loc[first, "state"].value_counts(normalize=True)
    return shares


def _monthly(steps: pd.DataFrame, at_zero: pd.Series[float], months: np.ndarray) -> pd.DataFrame:
    """Return the shares at whole months, as the moves up to them left them."""
    shares = steps.pivot(index="time", columns="state", values="estimate")
    shares.loc[0.0] = at_zero.reindex(shares.columns).fillna(0.0)
    shares = shares.sort_index().reindex(months, method="ffill")
    ordered = shares.reindex(columns=list(_SETTLED_FIRST)).fillna(0.0).rename_axis("time")
    return ordered.melt(var_name="term", value_name="estimate", ignore_index=False).reset_index()
