"""What people see: the gate, then figures, tables and the page, from released rows only."""

from __future__ import annotations

from typing import Any

__all__ = ["figure", "table"]


def figure(x: Any, /, *, language: str = "en", **words: Any) -> Any:
    """Draw an answer and return the matplotlib figure; see `reporting.figures.draw`."""
    from nextome_eval.reporting.figures import figure as drawn

    return drawn(x, language=language, **words)


def table(x: Any, /, *, language: str = "en", **words: Any) -> Any:
    """Show an answer as a table for people; see `reporting.tables.table`."""
    from nextome_eval.reporting.tables import table as shown

    return shown(x, language=language, **words)
