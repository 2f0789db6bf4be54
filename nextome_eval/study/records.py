"""What was recorded about each household, in the canonical tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nextome_eval.study.tables import empty

__all__ = ["TABLES", "Records"]

TABLES = ("households", "members", "followups", "housing", "jobs", "costs", "operators", "missing")


def _none(name: str) -> Any:
    return field(default_factory=lambda: empty(name))


@dataclass(frozen=True)
class Records:
    """The canonical tables of one study (columns: ``nextome_eval/study/tables.toml``).

    `truth` is what a simulation chose; it is None for a real study.
    """

    households: pd.DataFrame = _none("households")
    members: pd.DataFrame = _none("members")
    followups: pd.DataFrame = _none("followups")
    housing: pd.DataFrame = _none("housing")
    jobs: pd.DataFrame = _none("jobs")
    costs: pd.DataFrame = _none("costs")
    operators: pd.DataFrame = _none("operators")
    missing: pd.DataFrame = _none("missing")
    truth: Mapping[str, Any] | None = None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, in the order in which they are written."""
        return {name: getattr(self, name) for name in TABLES}
