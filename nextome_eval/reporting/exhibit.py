"""A table or a figure of the report: its answers, and all that must be read with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.released import Released
from nextome_eval.words import words

__all__ = ["Exhibit", "Words"]

Words = Mapping[str, str]
_N = "n per arm"


@dataclass(frozen=True, eq=False, kw_only=True)
class Exhibit:
    """One numbered thing to look at.

    Parameters
    ----------
    id : str
        ``"T5"`` a table, ``"F4"`` a figure.
    kind : str
        For a figure, which picture; for a table, what it holds.
    answers : mapping
        Name -> Released (before `release_exhibits`: Estimates, Summary, Test, Inference). Tables
        of several answers stand one under the other.
    title : mapping
        ``{"it": ..., "en": ...}``, as all words below.
    labels : mapping
        What any word met in the rows is called: terms, levels, strata, ``arm_1``, ``arm_0``; ``x``
        and ``y`` for axes; a column's name for its header.
    unit, source, says, notes : mapping, optional
        Unit; where the data come from; what it shows, in a plain sentence; what to know with it.
    definition, outcome : str
        The definition id, printed beside the numbers; the outcome's id.
    n : mapping
        Arm -> households.
    reasons : tuple of Reason
        Why this inference.
    flags : tuple of str
        Keys of ``words/report.toml`` [flags], such as ``"eligibility_criterion"``.
    internal : bool
        It stays in the house: the public profile leaves it out and says so (T14).
    """

    id: str
    kind: str
    answers: Mapping[str, Any]
    title: Words
    labels: Mapping[str, Words] = field(default_factory=dict)
    unit: Words | None = None
    source: Words | None = None
    says: Words | None = None
    notes: Words | None = None
    definition: str = ""
    outcome: str = ""
    n: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    flags: tuple[str, ...] = ()
    internal: bool = False
    n_released: Released | None = None

    @classmethod
    def of_words(cls, id: str, /, **more: Any) -> Exhibit:
        """Make an exhibit whose title and sentence stand in ``words/exhibits.toml``."""
        page = words("exhibits")[id]
        told = {"title": page["title"], "says": page.get("says"), "notes": page.get("notes")}
        return cls(id=id, **{**told, **more})

    @property
    def is_figure(self) -> bool:
        """Whether it is drawn."""
        return self.id.startswith("F")

    @property
    def anchor(self) -> str:
        """Its address on the page and its file's name."""
        return self.id.lower().replace(".", "-")

    def all_answers(self) -> dict[str, Any]:
        """Return the answers, and the n per arm as one more."""
        if self.n_released is not None:
            return {**self.answers, _N: self.n_released}
        if not self.n:
            return dict(self.answers)
        rows = pd.DataFrame({"term": "n", "arm": list(self.n), "n": list(self.n.values())})
        cells = {"n": {"of": f"n:{self.id}"}}
        return {
            **self.answers,
            _N: Summary(rows, {"n": ()}, "n", coordinates=("arm",), cells=cells),
        }

    def with_released(self, released: Mapping[str, Released]) -> Exhibit:
        """Return the exhibit with what the gate let through."""
        answers = {name: released[name] for name in self.answers}
        return replace(self, answers=answers, n_released=released.get(_N), n={})

    def released(self, name: str | None = None) -> Released:
        """Return an answer that passed the gate (the first, without a name), or refuse."""
        name = next(iter(self.answers)) if name is None else name
        answer = self.answers[name]
        if not isinstance(answer, Released):
            raise DesignProblem("not_released", exhibit=self.id, name=name)
        return answer

    @property
    def has_curve(self) -> bool:
        """Whether an answer is a survival curve."""
        return any(getattr(answer, "kind", "") == "curve" for answer in self.answers.values())

    @property
    def profile(self) -> str:
        """``"public"`` where every answer is; refuses answers that did not pass the gate."""
        profiles = {self.released(name).profile for name in self.answers}
        return "internal" if "internal" in profiles else "public"
