"""The gate: what comes out of here may be seen, and nothing else can be drawn or written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.estimates.test import Test
from nextome_eval.reporting.answers import (
    released_estimates,
    released_inference,
    released_test,
)
from nextome_eval.reporting.coarse_words import coarse_reasons, without_problems
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.few_reasons import without_few_reasons
from nextome_eval.reporting.released import Masking, Released, checked_profile, unmasked
from nextome_eval.reporting.summaries import masked_counts, released_summary
from nextome_eval.reporting.taken_together import counted_in, with_half_years, without_n

__all__ = ["Registry", "events_masked", "release", "release_exhibits"]

# where one of these is given, a row is about some of an arm's households only
_PARTS = ("town", "period", "month", "level", "sex", "age_group", "service")


@dataclass
class Registry:
    """What was published so far: a later release may not give back what an earlier one masked."""

    summaries: dict[str, tuple[Summary, pd.DataFrame]] = field(default_factory=dict)
    assigned: dict[str, int] = field(default_factory=dict)


def release(
    answer: Any, rules: Any, *, profile: str = "public", registry: Registry | None = None
) -> Released:
    """Let an answer through the gate.

    Counts of households under the threshold are masked with all that is computed from them, and
    with whatever would give them back; curves are known at planned months only; medians are
    rounded; extremes are dropped.

    Parameters
    ----------
    answer : Estimates, Summary, Test or Inference
    rules : Plan, Disclosure or mapping
        Anything with a ``disclosure``, or the rules themselves.
    profile : str
        ``"public"``, or ``"internal"``: nothing masked, not for distribution.
    registry : Registry, optional
        What was published before, and is published with this.

    Returns
    -------
    Released
        Rows, and a log of what was masked.

    Raises
    ------
    DesignProblem
        The threshold is below three; the answer names households.

    Examples
    --------
    >>> rows = pd.DataFrame({"term": ["works"], "events_1": [3], "n_1": [21], "percent_1": [14.3]})
    >>> release(Summary.of_kind(rows, "counts"), Disclosure()).rows.isna().to_dict("records")
    [{'term': False, 'events_1': True, 'n_1': False, 'percent_1': True}]

    See METHODS.md: Disclosure control
    """
    held = Disclosure.of(rules)
    checked_profile(profile)
    if isinstance(answer, Released):
        return answer
    if isinstance(answer, Summary):
        if profile == "internal":
            return _as_it_is(answer, held)
        return _one_summary(answer, held, registry or Registry())
    if isinstance(answer, Estimates):
        return released_estimates(answer, held, profile=profile)
    if isinstance(answer, Test):
        return released_test(answer, held, profile=profile)
    if isinstance(answer, Inference):
        return released_inference(answer, held, profile=profile)
    raise DesignProblem("not_releasable", found=type(answer).__name__)


def release_exhibits(
    exhibits: Sequence[Exhibit],
    rules: Any,
    *,
    profile: str = "public",
    assigned: Mapping[str, int] | None = None,
) -> tuple[Exhibit, ...]:
    """Let a whole report through the gate, every table and figure taken together.

    Parameters
    ----------
    exhibits : sequence of Exhibit
    rules : Plan, Disclosure or mapping
    profile : str
    assigned : mapping, optional
        Arm ("1", "0") -> its households, which every reader knows; else the largest n met.

    Returns
    -------
    tuple of Exhibit
        The same exhibits with released answers, and T14: what was masked and why. Outside the
        house those marked as internal are left out.
    """
    held = Disclosure.of(rules)
    checked_profile(profile)
    _refuse_twins(exhibits)
    counts: dict[str, pd.DataFrame] = {}
    inside: list[str] = []
    if profile == "public":
        inside = [e.id for e in exhibits if e.internal and e.id not in held.override]
        exhibits = [e for e in exhibits if e.id not in inside]
        exhibits = [e if e.id in held.override else _coarser(e, held) for e in exhibits]
        gated = [e for e in exhibits if e.id not in held.override]
        summaries = counted_in(gated)
        arms = assigned or _arms(summaries.values(), held.threshold)
        drawn = {e.definition for e in gated if e.definition and e.has_curve}
        counts = masked_counts(summaries, held, assigned=arms, drawn=drawn)
    shown: list[Exhibit] = []
    for exhibit in exhibits:
        passes = exhibit.id in held.override
        released = {
            name: _released(answer, held, profile, counts.get(f"{exhibit.id}/{name}"), passes)
            for name, answer in exhibit.all_answers().items()
        }
        passed = exhibit.with_released(released)
        shown.append(
            passed if passes or profile == "internal" else _with_coarse_words(passed, held)
        )
    log = [
        replace(line, exhibit=exhibit.id)
        for exhibit in shown
        for answer in exhibit.all_answers().values()
        for line in answer.log
    ]
    log += [Masking(exhibit, "kept_inside", "", 0) for exhibit in inside]
    if profile == "public":
        log += [Masking(e, "override", "", 0, str(text)) for e, text in held.override.items()]
    called = {k: v for e in exhibits for k, v in e.labels.items() if k in ("arm_1", "arm_0")}
    return (*shown, replace(masked_exhibit(log, held, profile), labels=called))


def _coarser(exhibit: Exhibit, rules: Disclosure) -> Exhibit:
    return without_few_reasons(with_half_years(exhibit), rules.threshold)


def _with_coarse_words(exhibit: Exhibit, rules: Disclosure) -> Exhibit:
    """Reasons without problems, and without the number of events where an arm's are masked."""
    masked = events_masked(exhibit)

    def coarse(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        told = without_problems(reasons)
        return coarse_reasons(told, rules.threshold) if masked else told

    answers = {
        name: replace(answer, reasons=coarse(answer.reasons))
        for name, answer in exhibit.answers.items()
    }
    return replace(exhibit, answers=answers, reasons=coarse(exhibit.reasons))


def events_masked(exhibit: Exhibit) -> bool:
    """Whether a number of events of a released exhibit is masked."""
    return any(
        bool(answer.masked[column].any())
        for answer in exhibit.answers.values()
        for column in answer.masked
        if str(column).startswith("events")
    )


def masked_exhibit(log: Sequence[Masking], rules: Disclosure, profile: str) -> Exhibit:
    """Return T14: what was masked, by exhibit and rule."""
    lines = pd.DataFrame(
        [(m.exhibit, m.rule, m.column, m.cells, m.text) for m in log],
        columns=["exhibit", "rule", "column", "cells", "text"],
    )
    rows = lines.groupby(["exhibit", "rule"], sort=False, as_index=False).agg(
        column=("column", lambda c: ", ".join(dict.fromkeys(n for n in c if n))),
        cells=("cells", "sum"),
        text=("text", lambda t: " ".join(dict.fromkeys(x for x in t if x))),
    )
    rows.insert(0, "term", rows.pop("exhibit"))
    released = Released(rows, unmasked(rows), "masked", profile, threshold=rules.threshold)
    return Exhibit.of_words("T14", kind="masked", answers={"rows": released})


def _released(
    answer: Any, rules: Disclosure, profile: str, counts: pd.DataFrame | None, passes: bool
) -> Released:
    if passes:
        inside = release(answer, rules, profile="internal")
        return replace(inside, profile=profile)
    if isinstance(answer, Summary) and profile == "public":
        assert counts is not None
        return released_summary(answer, rules, counts)
    released = release(answer, rules, profile=profile)
    return released if counts is None else without_n(released, counts)


def _one_summary(answer: Summary, rules: Disclosure, registry: Registry) -> Released:
    name = f"release {len(registry.summaries) + 1}"
    together = [answer, *(summary for summary, _ in registry.summaries.values())]
    counts = masked_counts(
        {name: answer},
        rules,
        assigned=registry.assigned or _arms(together, rules.threshold),
        earlier=registry.summaries,
    )[name]
    registry.summaries[name] = (answer, counts)
    return released_summary(answer, rules, counts)


def _as_it_is(answer: Summary, rules: Disclosure) -> Released:
    rows = answer.tidy()
    rows = rows.drop(columns=[c for c in ("counted",) if c in rows])
    return Released(
        rows,
        unmasked(rows),
        answer.kind,
        "internal",
        threshold=rules.threshold,
        units=dict(answer.units),
        notes=tuple(answer.notes),
    )


def _arms(summaries: Iterable[Summary], threshold: int) -> dict[str, int]:
    """The households of each arm, where they are not few: the most that a table is about."""
    largest: dict[str, int] = {}
    for summary in summaries:
        rows = summary.tidy()
        for part in (c for c in _PARTS if c in rows):
            rows = rows[rows[part].isna() | (rows[part].astype(str) == "")]
        for arm in ("1", "0"):
            found = [rows[f"n_{arm}"].max()] if f"n_{arm}" in rows else []
            if {"arm", "n"} <= set(rows.columns):
                found.append(rows.loc[rows["arm"].astype(str) == arm, "n"].max())
            known = [int(count) for count in found if pd.notna(count)]
            if known:
                largest[arm] = max(largest.get(arm, 0), *known)
    return {arm: count for arm, count in largest.items() if count >= threshold}


def _refuse_twins(exhibits: Sequence[Exhibit]) -> None:
    ids = [exhibit.id for exhibit in exhibits]
    for name in ids:
        if ids.count(name) > 1:
            raise DesignProblem("exhibit_twice", exhibit=name)
