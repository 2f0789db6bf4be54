"""One sheet as a person fills it in, and the register of the problems planted in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd

from nextome_eval.errors import DesignProblem

__all__ = ["Planted", "Row", "Sheet", "rows_of"]

Row = dict[str, Any]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a canonical table, keyed by column."""
    return cast("list[Row]", table.to_dict("records"))


@dataclass(frozen=True, order=True)
class Planted:
    """One problem the ledger must find, at its address as a person sees it."""

    file: str
    sheet: str
    row: str
    column: str
    rule: str


@dataclass(eq=False)
class Sheet:
    """Headers and rows; `first` is the row number (1-based) of the first data row.

    Rows are known by identity, so a problem keeps its address when rows are put in above it.
    """

    file: str
    name: str
    headers: Sequence[str]
    first: int
    rows: list[Row] = field(default_factory=list)
    hidden: list[Row] = field(default_factory=list)
    _problems: list[tuple[Row | None, str, str]] = field(default_factory=list)
    _taken: set[tuple[int, str]] = field(default_factory=set)

    def find(self, wanted: Callable[[Row], bool], nth: int = 0) -> Row:
        """Return the nth row (counting round) that is wanted and has nothing planted in it."""
        taken = {key for key, _ in self._taken}
        free = [row for row in self.rows if id(row) not in taken and wanted(row)]
        if not free:
            raise DesignProblem("example_seed_unlucky", file=self.file)
        return free[nth % len(free)]

    def plant(self, row: Row, column: str, value: Any, rule: str) -> Row:
        """Write a value into a cell, and note the rule that must find it."""
        row[column] = value
        return self.note(row, column, rule)

    def note(self, row: Row, column: str, rule: str) -> Row:
        """Note a problem at a cell (column "" = the whole row)."""
        self._problems.append((row, column, rule))
        self._taken.add((id(row), column))
        return row

    def note_header(self, column: str, rule: str) -> None:
        """Note a problem of a column: its address is the header row."""
        self._problems.append((None, column, rule))

    def put(self, row: Row, rule: str, *, after: Row | None = None) -> Row:
        """Put in a row that makes a problem as a whole, at the end or after another."""
        at = len(self.rows) if after is None else self._index(after) + 1
        self.rows.insert(at, row)
        return self.note(row, "", rule)

    def hide(self, row: Row) -> Row:
        """Hide a row, as people do with rows they have dealt with."""
        self.hidden.append(row)
        return self.note(row, "", "hidden_row")

    def _index(self, row: Row) -> int:
        return next(i for i, other in enumerate(self.rows) if other is row)

    def number(self, row: Row) -> int:
        """Return the row number as a person sees it."""
        return self.first + self._index(row)

    def lines(self) -> list[list[Any]]:
        """Return the header and the rows as a text file holds them."""
        return [list(self.headers), *([row.get(h) for h in self.headers] for row in self.rows)]

    def planted(self) -> list[Planted]:
        """Return the problems with their addresses as the file now stands."""
        return [
            Planted(
                self.file,
                self.name,
                str(self.first - 1 if row is None else self.number(row)),
                column,
                rule,
            )
            for row, column, rule in self._problems
        ]
