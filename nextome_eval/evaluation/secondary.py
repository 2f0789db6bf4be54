"""The outcomes measured at each wave: effects, means by wave, trajectories, the forest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.checks.inference import infer
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.multiplicity import holm
from nextome_eval.estimates.summary import Summary
from nextome_eval.estimates.test import Test
from nextome_eval.evaluation.primary import primary_answers
from nextome_eval.evaluation.study import Study, unit_words
from nextome_eval.models.arm_means import arm_means, means_by_wave
from nextome_eval.models.did import ancova
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.study.outcomes import Outcome
from nextome_eval.study.panel import Panel
from nextome_eval.study.plan import PlannedOutcome

__all__ = ["Secondary", "effects", "forest", "means", "secondary_answers", "trajectories"]


_MEASURED = ("mean_", "sd_", "difference", "did")


@dataclass(frozen=True, eq=False)
class Secondary:
    """What one wave outcome gives: the effect averaged over the waves after the beginning."""

    planned: PlannedOutcome
    outcome: Outcome
    inference: Inference

    @property
    def overall(self) -> Estimates:
        """The headline's first row; the bare estimate where the design allows no headline."""
        found = self.inference.headline or self.inference.beside["estimate"]
        assert isinstance(found, Estimates)
        return found.where(term="overall")

    @property
    def test(self) -> Test | None:
        """The permutation test beside it."""
        found = self.inference.beside.get("permutation")
        assert found is None or isinstance(found, Test)
        return found


@cache
def secondary_answers(study: Study) -> tuple[Secondary, ...]:
    """Return the answers for each planned wave outcome, in the plan's order."""
    return tuple(
        Secondary(planned, outcome, _inferred(study, planned))
        for planned, outcome in study.planned("wave")
        if not planned.primary
    )


def _inferred(study: Study, planned: PlannedOutcome) -> Inference:
    def analysis(panel: Panel) -> Estimates:
        return ancova(panel, planned.id, adjust=list(planned.adjust))

    return infer(analysis, study.panel, draws=study.plan.draws, seed=study.plan.seed)


def effects(study: Study) -> list[Exhibit]:
    """T6: effect on each outcome, Holm within family."""
    answers = secondary_answers(study)
    rows = pd.DataFrame([_row(study, answer) for answer in answers])
    rows["p_holm"] = np.nan
    tested = rows[~rows["exploratory"] & rows["p_value"].notna()]
    for _, family in tested.groupby("family"):
        rows.loc[family.index, "p_holm"] = holm(family["p_value"].to_numpy())
    first = answers[0].inference
    return [
        Exhibit.of_words(
            "T6",
            kind="outcomes",
            answers={"rows": Summary.of_kind(rows, "outcomes")},
            reasons=(first.reason, *first.refusals),
            **{**study.shared, "labels": study.labels | _unit_labels(answers)},
        )
    ]


def _unit_labels(answers: tuple[Secondary, ...]) -> dict[str, Any]:
    """Each outcome's name with its unit and definition, as a table of many outcomes needs."""
    labels = {}
    for answer in answers:
        unit, named = unit_words(answer.outcome.unit), answer.outcome.definition()
        labels[answer.planned.id] = {
            "it": f"{answer.outcome.it} ({unit['it']}; {named.id})",
            "en": f"{answer.outcome.en} ({unit['en']}; {named.id})",
        }
    return labels


def _row(study: Study, answer: Secondary) -> dict[str, Any]:
    tidy = _in_points(answer.overall.tidy(study.plan.level).iloc[0], answer.outcome.unit)
    row: dict[str, Any] = {"term": answer.planned.id, "family": f"family: {answer.planned.family}"}
    row |= _described(study.panel, answer)
    row |= {
        "measure": "difference",
        "estimate": tidy["estimate"],
        "conf_low": tidy["conf_low"],
        "conf_high": tidy["conf_high"],
        "df": tidy["df"],
        "p_value": tidy["p_value"],
        "exploratory": answer.planned.exploratory,
        "numerator": np.nan,
        "denominator": np.nan,
    }
    if answer.test is not None:
        row |= {
            "p_value": answer.test.p_value,
            "numerator": answer.test.numerator,
            "denominator": answer.test.denominator,
        }
    return row


def _described(panel: Panel, answer: Secondary) -> dict[str, Any]:
    """Households behind the effect, and their mean over the waves after the beginning."""
    took_part = ~np.isnan(answer.overall.influence[:, 0])
    after = panel.times >= panel.begins.min()
    values = panel.wide(answer.planned.id)[:, after]
    seen = took_part & ~np.isnan(values).all(axis=1)
    own = np.full(panel.n, np.nan)
    own[seen] = np.nanmean(values[seen], axis=1)
    row: dict[str, Any] = {}
    own *= _times(answer.outcome.unit)
    for arm in (1, 0):
        here = own[seen & (panel.arm == arm)]
        row |= {f"n_{arm}": len(here), f"mean_{arm}": here.mean(), f"sd_{arm}": here.std(ddof=1)}
    return row


def means(study: Study) -> list[Exhibit]:
    """T7: arm means at each wave on one common sample, and differences in differences."""
    parts = []
    for planned, outcome in study.planned("wave"):
        rows = means_by_wave(study.panel, planned.id, level=study.plan.level).rows
        measured = [name for name in rows.columns.astype(str) if name.startswith(_MEASURED)]
        rows[measured] = rows[measured] * _times(outcome.unit)
        parts.append(rows.assign(term=planned.id))
    rows = pd.concat(parts, ignore_index=True)
    labels = study.labels | _unit_labels(secondary_answers(study))
    summary = Summary.of_kind(rows, "means")
    return [
        Exhibit.of_words(
            "T7",
            kind="means",
            answers={"rows": summary},
            reasons=(Reason("means_on_one_sample"),),
            **{**study.shared, "labels": labels},
        )
    ]


def trajectories(study: Study) -> list[Exhibit]:
    """F5: each outcome's mean by arm and wave."""
    exhibits = []
    for number, (planned, outcome) in enumerate(study.planned("wave"), start=1):
        curve = _times_larger(arm_means(study.panel, planned.id).where(term="mean"), outcome.unit)
        title = {"it": outcome.it, "en": outcome.en}
        labels = study.labels | {
            "y": unit_words(outcome.unit),
            "x": {"it": "Mesi dalla segnalazione", "en": "Months since referral"},
        }
        exhibits.append(
            Exhibit(
                id=f"F5.{number}",
                kind="trajectory",
                answers={"means": replace(curve, kind="trajectory")},
                title=title,
                outcome=planned.id,
                definition=outcome.definition().id,
                unit=unit_words(outcome.unit),
                reasons=(Reason("means_on_one_sample"),),
                **{**study.shared, "labels": labels},
            )
        )
    return exhibits


def forest(study: Study) -> list[Exhibit]:
    """F7: all outcomes at a glance, each in its own unit."""
    level = study.plan.level
    lead = next(iter(primary_answers(study).values()))
    rows = []
    if lead.difference is not None:
        own = _forest_row("independence", "family: housing", "months", lead.difference, level)
        rows.append(own | {"n_1": study.arms["1"], "n_0": study.arms["0"], "primary": True})
    for answer in secondary_answers(study):
        row = _forest_row(
            answer.planned.id,
            f"family: {answer.planned.family}",
            answer.outcome.unit,
            answer.overall,
            level,
        )
        described = _described(study.panel, answer)
        rows.append(row | {"n_1": described["n_1"], "n_0": described["n_0"], "primary": False})
    rows = [row for row in rows if not np.isnan(row["conf_low"])]
    if not rows:
        return []
    units = {row["axis"]: unit_words(row["axis"]) for row in rows}
    summary = Summary.of_kind(pd.DataFrame(rows), "forest")
    return [
        Exhibit.of_words(
            "F7",
            kind="forest",
            answers={"rows": summary},
            **{**study.shared, "labels": study.labels | units},
        )
    ]


def _forest_row(term: str, family: str, unit: str, est: Estimates, level: float) -> dict[str, Any]:
    tidy = _in_points(est.tidy(level).iloc[0], unit)
    return {
        "term": term,
        "family": family,
        "axis": unit,
        "estimate": tidy["estimate"],
        "conf_low": tidy["conf_low"],
        "conf_high": tidy["conf_high"],
    }


def _times(unit: str) -> float:
    """Shares are read in hundredths."""
    return 100.0 if unit == "share" else 1.0


def _times_larger(est: Estimates, unit: str) -> Estimates:
    times = _times(unit)
    covariance = est.model_covariance
    return replace(
        est,
        value=times * est.value,
        influence=times * est.influence,
        model_covariance=None if covariance is None else times**2 * covariance,
        fit=None,
    )


def _in_points(tidy: Any, unit: str) -> Any:
    shown = tidy.copy()
    for name in ("estimate", "conf_low", "conf_high"):
        shown[name] = tidy[name] * _times(unit)
    return shown
