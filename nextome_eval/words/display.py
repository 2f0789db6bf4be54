"""How a thing looks at a prompt and in a notebook: a heading, a small table, notes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Displayed", "cell"]

_LONGEST = 24


class Displayed:
    """Shows its heading, table and notes as text and as HTML; never a household.

    Examples
    --------
    >>> class Jar(Displayed):
    ...     def _heading(self):
    ...         return "A jar"
    ...     def _notes(self):
    ...         return ("Keep it closed.",)
    >>> Jar()
    A jar
    - Keep it closed.
    """

    def _heading(self) -> str:
        return type(self).__name__

    def _table(self) -> pd.DataFrame | None:
        return None

    def _parts(self) -> pd.DataFrame | None:
        """What the table is made of, shown under it."""
        return None

    def _notes(self) -> Sequence[str]:
        return ()

    def __repr__(self) -> str:
        said = [self._heading()]
        for table in (self._table(), self._parts()):
            if table is None or not len(table):
                continue
            said.append(_cells(table).to_string(index=False, max_rows=_LONGEST))
        return "\n".join([*said, *(f"- {note}" for note in self._notes())])

    def _repr_html_(self) -> str:
        said = [f"<p><strong>{escape(self._heading())}</strong></p>"]
        for table in (self._table(), self._parts()):
            if table is None or not len(table):
                continue
            said.append(_cells(table).to_html(index=False, border=0, max_rows=_LONGEST))
        said += [f"<p><small>{escape(str(note))}</small></p>" for note in self._notes()]
        return "\n".join(said)


def cell(value: Any) -> str:
    """Return a value as read at a glance: four figures, nothing where it is missing.

    Examples
    --------
    >>> [cell(value) for value in (0.123456, 24.0, 4563.2, 4.9e-20, "pilot")]
    ['0.1235', '24', '4563', '4.9e-20', 'pilot']
    """
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    if 0 < size < 1e-4:
        return f"{value:.1e}"
    return f"{value:.0f}" if 1000 <= size < 1e12 else f"{value:.4g}"


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """Texts of the cells; columns in which nothing stands are left out."""
    table = table.dropna(axis="columns", how="all")
    return table.astype(object).map(cell).mask(table.isna(), "")
