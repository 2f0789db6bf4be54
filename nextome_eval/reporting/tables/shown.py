"""A table as people read it: headers, lines of text, and what to know with it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Line", "Shown"]


@dataclass(frozen=True)
class Line:
    """Cells of text; `head` heads the lines after it, `indent` puts one under another."""

    cells: tuple[str, ...]
    head: bool = False
    indent: int = 0


@dataclass(frozen=True)
class Shown:
    """A table in one language.

    Parameters
    ----------
    header : tuple of str
    align : str
        A letter a column: l, r or c.
    lines : tuple of Line
    """

    header: tuple[str, ...]
    align: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        assert len(self.align) == len(self.header)
        assert all(len(line.cells) == len(self.header) for line in self.lines)

    @property
    def masks(self) -> bool:
        """Whether any cell was masked."""
        return any("∗" in cell for line in self.lines for cell in line.cells)

    def without_empty_columns(self) -> Shown:
        """Return the table without columns in which nothing stands."""
        keep = [
            i
            for i in range(len(self.header))
            if i == 0 or any(line.cells[i] not in ("", "–") for line in self.lines if not line.head)
        ]
        return Shown(
            tuple(self.header[i] for i in keep),
            "".join(self.align[i] for i in keep),
            tuple(
                Line(tuple(line.cells[i] for i in keep), line.head, line.indent)
                for line in self.lines
            ),
        )

    def _repr_markdown_(self) -> str:
        from nextome_eval.reporting.tables.markdown import as_markdown

        return as_markdown(self)

    def __str__(self) -> str:
        return self._repr_markdown_()
