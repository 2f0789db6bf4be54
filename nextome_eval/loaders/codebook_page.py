"""The codebook of the canonical tables, as a page in Italian or English."""

from __future__ import annotations

from collections.abc import Mapping

from nextome_eval.study.tables import Column, Table, tables
from nextome_eval.words import words

__all__ = ["codebook_page"]


def codebook_page(language: str, of: Mapping[str, Table] | None = None) -> str:
    """Return the page in Markdown: a table for each canonical table.

    Parameters
    ----------
    language : {"it", "en"}
    of : mapping of name to Table, optional
        The tables it explains; all canonical ones where it is not given.

    Examples
    --------
    >>> codebook_page("it").splitlines()[0]
    '# Codebook delle tabelle canoniche'
    """
    said = words("codebook_page")
    parts = [f"# {said['title'][language]}"]
    for name, table in (of or tables()).items():
        heads = [
            said[head][language]
            for head in ("column", "meaning", "type", "unit", "allowed", "sensitivity")
        ]
        parts += [f"## {name}", getattr(table, language)]
        parts += [
            "\n".join(
                [
                    "| " + " | ".join(heads) + " |",
                    "|---" * len(heads) + "|",
                    *(_row(column, language, said) for column in table.columns.values()),
                ]
            )
        ]
    return "\n\n".join(parts) + "\n"


def _row(column: Column, language: str, said: dict[str, dict[str, str]]) -> str:
    allowed = ", ".join(column.allowed) if column.allowed else _limits(column)
    cells = [
        f"`{column.name}`",
        column.it if language == "it" else column.en,
        said[column.type][language],
        column.unit or "",
        allowed,
        said[column.sensitivity][language],
    ]
    return "| " + " | ".join(cells) + " |"


def _limits(column: Column) -> str:
    if column.min is None and column.max is None:
        return ""
    return (
        f"{'' if column.min is None else column.min} … {'' if column.max is None else column.max}"
    )
