"""What stands beside a headline: each part computed, or its refusal kept in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nextome_eval.checks.design import problem_reason
from nextome_eval.errors import NextomeProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.test import Test

__all__ = ["Gathered"]


@dataclass
class Gathered:
    """Collects answers by name; a part that cannot be given becomes a refusal."""

    beside: dict[str, Estimates | Test] = field(default_factory=dict)
    refusals: list[Reason] = field(default_factory=list)

    def add(self, name: str, compute: Callable[[], Estimates | Test]) -> None:
        """Compute one part."""
        try:
            self.beside[name] = compute()
        except NextomeProblem as problem:
            self.problem(problem)

    def problem(self, problem: NextomeProblem) -> None:
        """Keep the words of a refusal."""
        self.refusals.append(problem_reason(problem))

    def refuse(self, code: str, **values: object) -> None:
        """Say what is not given, and why."""
        self.refusals.append(Reason(code, values))
