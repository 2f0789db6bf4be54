"""The outcomes a plan may name: unit, kind, and the definition printed with every number."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nextome_eval.errors import DesignProblem

__all__ = ["Definition", "Outcome", "outcome_named", "outcomes"]


@dataclass(frozen=True)
class Definition:
    """One way of saying exactly what an outcome is."""

    name: str
    id: str
    en: str
    it: str


@dataclass(frozen=True)
class Outcome:
    """One outcome: `kind` is "duration", "wave" or "month"."""

    name: str
    kind: str
    unit: str
    better: str
    sensitive: bool
    en: str
    it: str
    definitions: Mapping[str, Definition]

    def definition(self, name: str | None = None) -> Definition:
        """Return a definition by name; the only one where there is only one."""
        if name is None and len(self.definitions) == 1:
            return next(iter(self.definitions.values()))
        if name is None or name not in self.definitions:
            raise DesignProblem(
                "definition_unknown",
                outcome=self.name,
                definition=name or "-",
                found=list(self.definitions),
            )
        return self.definitions[name]


@cache
def outcomes() -> dict[str, Outcome]:
    """Return all outcomes by name, as ``outcomes.toml`` declares them.

    Examples
    --------
    >>> outcomes()["who5"].unit, outcomes()["independence"].definition("contract").id
    ('points 0-100', 'IND-2')
    """
    source = files("nextome_eval.study").joinpath("outcomes.toml").read_text("utf-8")
    return {
        name: Outcome(
            name=name,
            definitions={
                key: Definition(name=key, **definition)
                for key, definition in entry["definition"].items()
            },
            **{key: entry[key] for key in ("kind", "unit", "better", "sensitive", "en", "it")},
        )
        for name, entry in tomllib.loads(source).items()
    }


def outcome_named(name: str) -> Outcome:
    """Return an outcome, or say which there are."""
    if name not in outcomes():
        raise DesignProblem("outcome_unknown", outcome=name, found=", ".join(outcomes()))
    return outcomes()[name]
