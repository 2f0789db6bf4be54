"""What was recorded about each household, in the canonical tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from nextome_eval.study.faces import FaceOfRecords
from nextome_eval.study.tables import empty

__all__ = ["TABLES", "Records"]

TABLES = ("households", "members", "followups", "housing", "jobs", "costs", "operators", "missing")


@dataclass(frozen=True, repr=False)
class Records(FaceOfRecords):
    """The canonical tables of one study (columns: ``nextome_eval/study/tables.toml``).

    `truth` is what a simulation chose; it is None for a real study. `reconciliation` counts the
    rows of each file that was read: in, kept and set aside.
    """

    households: pd.DataFrame = field(default_factory=partial(empty, "households"))
    members: pd.DataFrame = field(default_factory=partial(empty, "members"))
    followups: pd.DataFrame = field(default_factory=partial(empty, "followups"))
    housing: pd.DataFrame = field(default_factory=partial(empty, "housing"))
    jobs: pd.DataFrame = field(default_factory=partial(empty, "jobs"))
    costs: pd.DataFrame = field(default_factory=partial(empty, "costs"))
    operators: pd.DataFrame = field(default_factory=partial(empty, "operators"))
    missing: pd.DataFrame = field(default_factory=partial(empty, "missing"))
    truth: Mapping[str, Any] | None = None
    reconciliation: pd.DataFrame | None = None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, in the order in which they are written."""
        return {name: getattr(self, name) for name in TABLES}
