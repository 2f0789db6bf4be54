"""What services cost a household and month, always beside current services."""

from __future__ import annotations

from functools import cache

from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study, Words, unit_words
from nextome_eval.models.costs import cost_columns, cost_table
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.tables import tables

__all__ = ["cost_answer", "costs"]


@cache
def cost_answer(study: Study) -> Summary:
    """Return the table of costs by category."""
    services, transfers = cost_columns(study.months)
    plan = study.plan
    return cost_table(
        study.months,
        services,
        transfers=transfers,
        level=plan.level,
        draws=plan.draws,
        seed=plan.seed,
    )


def costs(study: Study) -> list[Exhibit]:
    """T9 and F9: cost by category."""
    if not len(study.records.costs):
        return []
    return [
        Exhibit.of_words(
            number,
            kind="costs",
            answers={"rows": cost_answer(study)},
            outcome="service_cost_eur_month",
            definition="COS-1",
            unit=unit_words("eur/month"),
            reasons=(Reason("cost_means"),),
            **{**study.shared, "labels": _labels(study)},
        )
        for number in ("T9", "F9")
    ]


def _labels(study: Study) -> dict[str, Words]:
    """A category of cost may share its name with something else; the categories' own words win."""
    categories = tables()["costs"].columns["category"].allowed or ()
    return {name: told for name, told in study.labels.items() if name not in categories}
