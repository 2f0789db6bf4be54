"""Writes the library's pages from its docstrings, with nothing fetched from the net."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pdoc

import nextome_eval


def main(folder: str) -> int:
    """Open every name of the front door, then let pdoc write what stands there."""
    warnings.filterwarnings("ignore", message="Error parsing type annotation")  # stubs' generics
    for name in nextome_eval.__all__:
        setattr(nextome_eval, name, getattr(nextome_eval, name))
    pdoc.render.configure(docformat="numpy", footer_text="nextome_eval")
    pdoc.pdoc("nextome_eval", output_directory=Path(folder))
    print(f"docs: {folder}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
