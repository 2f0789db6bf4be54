"""What services cost around the referral, and how far the arms' trends may have differed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.checks.honest import honest
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Reason
from nextome_eval.evaluation.study import Study, unit_words
from nextome_eval.models.did import event_study
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.panel import Panel
from nextome_eval.words import words

__all__ = ["around_the_referral", "by_two_months"]

COST = "service_cost_eur_month"
_MONTHS = 2
_AS_LARGE = 1.0  # departures after the referral no larger than the largest before it


def around_the_referral(study: Study) -> list[Exhibit]:
    """F8: the effect on the cost of services two months at a time, with honest bounds."""
    if not len(study.records.costs) or study.plan.assigned_by != "household":
        return []
    panel = by_two_months(study.months, COST)
    if (panel.times < 0).sum() == 0:
        return []
    effects = event_study(panel, COST)
    return [
        Exhibit.of_words(
            "F8",
            kind="event_study",
            answers={"effects": effects},
            outcome=COST,
            definition="COS-1",
            unit=unit_words("eur/month"),
            reasons=(Reason("event_study_errors"), _honest(effects)),
            flags=("exploratory",),
            internal=True,  # steps of two months tell when single households move
            **{**study.shared, "labels": study.labels | words("study")["trends"]},
        )
    ]


def _honest(effects: Estimates) -> Reason:
    """Say what is left of the mean effect if trends went apart as much as they did before."""
    after = effects.terms["exposure"].to_numpy(float) >= 0
    average = [1 / after.sum()] * int(after.sum())
    bounds = honest(effects, m=[_AS_LARGE], towards=average).rows
    low, high = bounds.loc[bounds["m"] == _AS_LARGE, ["conf_low", "conf_high"]].iloc[0]
    return Reason("honest_bounds", {"low": round(low), "high": round(high)})


def by_two_months(months: Panel, outcome: str) -> Panel:
    """Return a panel of each household's mean over two months at a time since its referral.

    Step 1 is months 1 and 2, the first wholly after the referral; step 0, the base, months -1 and
    0. A step of which a month is not known is missing.
    """
    who = pd.DataFrame(
        {
            "household": months.units,
            "arm": months.arm_labels[months.arm],
            "begins": np.where(np.isfinite(months.begins), 1.0, np.nan),
            "town": months.arm * 0 if months.strata is None else months.strata,
        }
    )
    rows = pd.DataFrame(
        {
            "household": months.units[months.unit],
            "step": np.ceil(months.time / _MONTHS) + 0.0,
            outcome: months.column(outcome),
        }
    )
    steps = rows.groupby(["household", "step"])[outcome]
    means = steps.mean().where(steps.count() == _MONTHS).dropna().reset_index()
    return Panel.from_frame(
        means.merge(who, on="household"),
        unit="household",
        time="step",
        begins="begins",
        arm="arm",
        strata="town",
    )
