"""What was found, in plain words, written only from numbers that passed the gate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.inference import Reason
from nextome_eval.evaluation.study import Study, unit_words
from nextome_eval.reporting import numbers
from nextome_eval.reporting.coarse_words import coarse_reasons, without_problems
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.release import events_masked
from nextome_eval.study.outcomes import outcome_named
from nextome_eval.study.plan import frozen_hash, plan_hash
from nextome_eval.words import words

__all__ = ["facts"]

LANGUAGES = ("it", "en")


@dataclass(frozen=True)
class Refused:
    """An analysis of the plan that the data cannot bear, and why."""

    analysis: str
    problem: NotEstimable

    def told(self, *, public: bool = False) -> dict[str, str]:
        """Return the sentence in both languages; outside the house without the problem's own."""
        named = words("findings")["analysis"][self.analysis.replace(" ", "_")]
        outside = words("reasons")["could_not_outside"]
        return {
            language: f"{named[language]}: "
            + (outside[language] if public else self.problem.text(language))
            for language in LANGUAGES
        }


def facts(
    study: Study,
    shown: Sequence[Exhibit],
    provenance: dict[str, Any],
    refused: Sequence[Refused] = (),
) -> dict[str, Any]:
    """Return what the page says around its exhibits, in both languages."""
    plan = study.plan
    by_id = {exhibit.id: exhibit for exhibit in shown}
    return {
        "study": plan.study,
        "made_up": plan.made_up,
        "title": plan.text["title"],
        "question": plan.text.get("question", plan.text["title"]),
        "finding": _findings(study, by_id),
        "certainty": _certainty(study, by_id),
        "design": [plan.text["assignment"]["how"]] if "how" in plan.text["assignment"] else [],
        "reasons": _warnings(study, shown),
        "paragraphs": {
            "study": [plan.text["eligibility"]] if "eligibility" in plan.text else [],
            "design": [one.told(public=_public(shown)) for one in refused],
        },
        "planned": _planned(study),
        "provenance": provenance,
    }


def _public(shown: Sequence[Exhibit]) -> bool:
    return any(exhibit.profile == "public" for exhibit in shown)


def _warnings(study: Study, shown: Sequence[Exhibit]) -> tuple[Reason, ...]:
    """What the design warns of; events that T5 masks are not told in words either."""
    told = tuple(study.check.warnings)
    if not _public(shown):
        return told
    told = without_problems(told)
    if any(exhibit.id == "T5" and not events_masked(exhibit) for exhibit in shown):
        return told
    return coarse_reasons(told, Disclosure.of(study.plan).threshold)


def said(code: str, **values: Any) -> dict[str, str]:
    """Return a sentence of ``words/findings.toml`` in both languages.

    Numbers are written by language; a mapping gives its own words for each.
    """
    page = words("findings")[code]
    return {
        language: page[language].format(**{k: _in(v, language) for k, v in values.items()})
        for language in LANGUAGES
    }


def _in(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return str(value[language])
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return numbers.count(value, language)
    return numbers.number(float(value), language)


def _findings(study: Study, by_id: dict[str, Exhibit]) -> list[dict[str, str]]:
    paragraphs = _primary(study, by_id["T5"]) if "T5" in by_id else []
    if "T6" in by_id:
        paragraphs += _secondary(by_id["T6"])
    if "T9" in by_id:
        paragraphs += _costs(by_id["T9"])
    return paragraphs


def _primary(study: Study, exhibit: Exhibit) -> list[dict[str, str]]:
    rows = exhibit.released().rows
    rows = rows[rows["measure"] == "rmst_difference"]
    planned = study.plan.outcome("independence").definition
    first = rows[rows["term"] == planned].iloc[0]
    definition = outcome_named("independence").definition(planned)
    named = {
        "tau": int(study.plan.tau),
        "definition": {"it": definition.it, "en": definition.en},
    }
    counts = [first[name] for name in ("events_1", "n_1", "events_0", "n_0")]
    if any(pd.isna(count) for count in counts):
        paragraphs = [said("primary_masked", **named)]
    else:
        held = dict(zip(("events_1", "n_1", "events_0", "n_0"), map(int, counts), strict=True))
        paragraphs = [said("primary_counts", **named, **held)]
    paragraphs += _difference(first, int(study.plan.tau))
    signs = {
        _direction("primary", row) for _, row in rows.iterrows() if not pd.isna(row["conf_low"])
    }
    if signs:
        paragraphs.append(said("definitions_agree" if len(signs) == 1 else "definitions_differ"))
    return paragraphs


def _difference(row: Any, tau: int) -> list[dict[str, str]]:
    if pd.isna(row["estimate"]) or pd.isna(row["conf_low"]):
        return [said("primary_described")]
    code = {"primary_open": "primary_open", "primary_less": "primary_sooner"}.get(
        _direction("primary", row), "primary_later"
    )
    return [said(code, tau=tau, **_sizes(row, "estimate"))]


def _secondary(exhibit: Exhibit) -> list[dict[str, str]]:
    paragraphs = []
    for _, row in exhibit.released().rows.iterrows():
        if pd.isna(row["estimate"]) or pd.isna(row["conf_low"]):
            continue
        outcome = outcome_named(str(row["term"]))
        paragraphs.append(
            said(
                _direction("outcome", row),
                outcome={"it": outcome.it, "en": outcome.en},
                unit=unit_words(outcome.unit),
                holm=_holm(row),
                **_sizes(row, "estimate"),
            )
        )
    return paragraphs


def _direction(stem: str, row: Any) -> str:
    if row["conf_low"] <= 0 <= row["conf_high"]:
        return f"{stem}_open"
    return f"{stem}_more" if row["conf_low"] > 0 else f"{stem}_less"


def _sizes(row: Any, name: str) -> dict[str, Any]:
    """The numbers a sentence may need: signed for open findings, sizes for clear ones."""
    value, low, high = (float(row[column]) for column in (name, "conf_low", "conf_high"))
    least, most = sorted((abs(low), abs(high)))
    sizes = {"size": abs(value), "least": least, "most": most}
    return {"value": value, "low": low, "high": high, "p": _p(row), **sizes}


def _holm(row: Any) -> dict[str, str]:
    if bool(row["exploratory"]) or pd.isna(row["p_holm"]):
        return said("exploratory")
    return said("holm", p={lang: numbers.p_value(row["p_holm"], lang) for lang in LANGUAGES})


def _p(row: Any) -> dict[str, str]:
    """The p-value named and signed: ``permutation p = 0.02 (199/10,000)``, ``p < 0.001``."""
    numerator, denominator = row.get("numerator", math.nan), row.get("denominator", math.nan)
    named = words("findings")["p"]["other" if pd.isna(denominator) else "permutation"]
    return {
        language: f"{named[language]} {_signed(row['p_value'], language, numerator, denominator)}"
        for language in LANGUAGES
    }


def _signed(p: float, language: str, numerator: float, denominator: float) -> str:
    told = numbers.p_value(p, language, numerator=numerator, denominator=denominator)
    return f"< {told[1:]}" if told.startswith("<") else f"= {told}"


def _costs(exhibit: Exhibit) -> list[dict[str, str]]:
    rows = exhibit.released().rows
    total = rows[(rows["term"] == "total") & (rows["group"] == "service")]
    if total.empty or total[["mean_1", "mean_0", "conf_low"]].isna().any(axis=None):
        return []
    row = total.iloc[0]
    means = {name: float(row[name]) for name in ("mean_1", "mean_0")}
    return [said(_direction("cost", row), **means, **_sizes(row, "difference"))]


def _certainty(study: Study, by_id: dict[str, Exhibit]) -> dict[str, str]:
    towns = len(study.plan.towns)
    if "T5" not in by_id:
        return said("certainty_masked", towns=towns)
    row = by_id["T5"].released().rows.iloc[0]
    if pd.isna(row["n_1"]) or pd.isna(row["n_0"]):
        return said("certainty_masked", towns=towns)
    return said("certainty", households=int(row["n_1"] + row["n_0"]), towns=towns)


def _planned(study: Study) -> dict[str, str]:
    frozen = frozen_hash(study.plan)
    if frozen is None:
        return said("not_frozen")
    day = {language: numbers.day(frozen[1], language) for language in LANGUAGES}
    same = frozen[0] == plan_hash(study.plan)
    return said("as_planned" if same else "plan_changed", day=day)
