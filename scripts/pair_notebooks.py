"""Writes each py:percent notebook as .ipynb, without results and with cell names that stay."""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat


def paired(source: Path) -> str:
    """The .ipynb that goes with a py:percent notebook, always the same bytes."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02}"
    notebook.metadata.get("jupytext", {}).pop("text_representation", None)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.writes(notebook) + "\n"


def main(folder: str) -> int:
    """Write the pairs of a folder."""
    for source in sorted(Path(folder).glob("*.py")):
        source.with_suffix(".ipynb").write_text(paired(source), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
