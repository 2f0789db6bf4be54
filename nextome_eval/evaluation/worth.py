"""What a month in a home of one's own costs, and whether it is worth it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.primary import primary_answers, primary_definition
from nextome_eval.evaluation.study import Study
from nextome_eval.models.costs import cost_and_effect, cost_by_category, cost_columns, net_benefit
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.words import words

__all__ = ["worth"]

PRICES = np.arange(0.0, 3001.0, 100.0)  # euro a month of independent housing


def worth(study: Study) -> list[Exhibit]:
    """F9.2: cost against months in a home of one's own, and the acceptability curve."""
    gained = primary_answers(study)[primary_definition(study).name].difference
    if gained is None or not len(study.records.costs) or study.plan.assigned_by != "household":
        return []
    pair = cost_and_effect(_cost(study), gained.contrast([-1.0], ["effect"]))
    said = words("study")["worth"]
    return [
        Exhibit(
            id="F9.2",
            kind="worth",
            answers={
                "plane": Summary(_plane(pair, study.plan.level), {}, "worth"),
                "curve": Summary(_curve(pair), {}, "worth"),
            },
            title=said["title"],
            says=said["says"],
            definition=f"COS-1, {primary_definition(study).id}",
            reasons=(Reason("net_benefit", {"df": int(pair.tidy()["df"].min())}),),
            flags=("exploratory",),
            internal=True,  # a joint spread of few households
            **{**study.shared, "labels": study.labels | said},
        )
    ]


def _cost(study: Study) -> Estimates:
    """What the pilot's services cost more, a household, over the plan's horizon."""
    services, _ = cost_columns(study.months)
    monthly = cost_by_category(study.months, services).where(term="total", group="service", arm="")
    return monthly.contrast([study.plan.tau], ["cost"])


def _plane(pair: Estimates, level: float) -> pd.DataFrame:
    df = float(np.min(pair.tidy()["df"]))
    return pd.DataFrame(
        {
            "term": ["cost", "effect"],
            "estimate": pair.value,
            "variance": np.diag(pair.covariance),
            "covariance": pair.covariance[0, 1],
            "region": 2 * df / (df - 1) * stats.f.ppf(level, 2, df - 1),  # Hotelling
        }
    )


def _curve(pair: Estimates) -> pd.DataFrame:
    tidy = net_benefit(pair, worth=list(PRICES)).tidy()
    sure = stats.t.cdf(tidy["statistic"], tidy["df"])
    kept = tidy[["term", "worth_eur", "estimate", "conf_low", "conf_high"]]
    return kept.assign(confidence=sure)
