"""Sentences through the gate: exact numbers of households stay in the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.notes import Note

__all__ = ["coarse_notes", "coarse_reasons", "without_problems"]

# values of a note that count households, or what was observed of them
_COUNTED = ("count", "treated", "compared_to")


def coarse_notes(notes: Iterable[str], threshold: int) -> tuple[str, ...]:
    """Return notes whose counts are "<5" where small, and about so many where not.

    An exact sum over masked cells is one equation more for whoever wants to solve for them.

    Examples
    --------
    >>> note = Note.of("left_out_no_before", count=2, outcome="cost")
    >>> print(coarse_notes([note], 5)[0])
    Households left out: <5; "cost" was not observed before the beginning.
    """
    return tuple(
        Note.of(note.code, **_coarse(note.values, threshold)) if isinstance(note, Note) else note
        for note in notes
    )


def _coarse(values: Mapping[str, Any], threshold: int) -> dict[str, Any]:
    return {
        name: _about(value, threshold) if name in _COUNTED and isinstance(value, int) else value
        for name, value in values.items()
    }


def _about(count: int, threshold: int) -> str:
    if count < threshold:
        return f"<{threshold}"
    step = 10 if count >= 100 else threshold
    return f"~{round(count / step) * step}"


def coarse_reasons(reasons: Iterable[Reason], threshold: int) -> tuple[Reason, ...]:
    """Return reasons whose number of events is known to the ten only.

    Arms whose events are masked would be given back by their sum.

    Examples
    --------
    >>> few = Reason("infer_survival_few_events", {"events": 25, "limit": 30})
    >>> coarse_reasons([few], 5)[0].values["events"]
    '>20'
    """
    return tuple(
        Reason(r.code, {**r.values, "events": _more_than(int(r.values["events"]), threshold)})
        if isinstance(r.values.get("events"), int)
        else r
        for r in reasons
    )


def without_problems(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons without the sentences of problems, which may hold times, counts and labels.

    Examples
    --------
    >>> without_problems([Reason("could_not", {"problem": "follow-up ends at 23.46"})])[0].code
    'could_not_outside'
    """
    told = [Reason("could_not_outside") if "problem" in r.values else r for r in reasons]
    return tuple(r for i, r in enumerate(told) if r not in told[:i])


def _more_than(events: int, threshold: int) -> str:
    tens = (events - 1) // 10 * 10
    return f">{tens}" if tens > 0 else ("<10" if events >= threshold else f"<{threshold}")
