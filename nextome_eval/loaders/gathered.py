"""All sources of a load side by side: a frame a table, each row still knowing its address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nextome_eval.loaders.ledger import Lines
from nextome_eval.loaders.source import Source
from nextome_eval.study.plan import Plan

__all__ = ["Gathered"]


@dataclass
class Gathered:
    """What was read, before the tables are closed.

    Attributes
    ----------
    plan : Plan
    sources : list of Source
    frames : dict of str to DataFrame
        By canonical table; the columns `of` and `at` are the address.
    reasons : DataFrame
        `of`, `at`, `column`, `reason` of values missing for a stated reason.
    lines : Lines
    links : DataFrame
        How many people were found in both the members' and the jobs' files.
    """

    plan: Plan
    sources: list[Source]
    frames: dict[str, pd.DataFrame]
    reasons: pd.DataFrame
    lines: Lines
    links: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"what": [], "people": []}))

    def frame(self, table: str) -> pd.DataFrame:
        """Return a table's rows; an empty frame where no source has any."""
        return self.frames.get(table, pd.DataFrame({"of": [], "at": []}))

    def has(self, table: str, *columns: str) -> bool:
        """Say whether a table was read with all these columns."""
        return set(columns) <= set(self.frame(table).columns)

    def report(
        self, rule: str, table: str, rows: np.ndarray, column: str = "", severity: str = ""
    ) -> None:
        """Add a line for each of a table's rows, at its address."""
        for source, at in self._addresses(table, rows):
            self.lines.cells(rule, source, at, column=column, severity=severity)

    def set_aside(
        self, rule: str, table: str, rows: np.ndarray, *, column: str = "", silent: bool = False
    ) -> None:
        """Set some of a table's rows aside, with a line each."""
        if not rows.any():
            return
        if not silent:
            self.report(rule, table, rows, column, "set_aside")
        for source, at in self._addresses(table, rows):
            source.set_aside(at, rule)
        self.frames[table] = self.frame(table)[~rows].reset_index(drop=True)

    def texts(self, table: str, column: str) -> pd.Series:
        """Return a column of a table's rows as it was written."""
        frame = self.frame(table)
        out = pd.Series("", index=frame.index, dtype="string")
        for number in frame["of"].unique().astype(int):
            rows = frame["of"] == number
            source = self.sources[number]
            if column in source.texts:
                out.loc[rows] = source.texts[column].iloc[frame.loc[rows, "at"]].to_numpy()
        return out

    def _addresses(self, table: str, rows: np.ndarray) -> Iterator[tuple[Source, np.ndarray]]:
        frame = self.frame(table).loc[rows, ["of", "at"]]
        for number in np.unique(frame["of"].to_numpy(int)):
            part = frame[frame["of"] == number]
            yield self.sources[number], part["at"].to_numpy(int)
