"""Runs the py:percent notebooks from top to bottom and writes them out with their results."""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient


def run(source: Path, target: Path) -> None:
    """Execute one notebook in its own folder's parent, as a reader at the checkout's root would."""
    notebook = jupytext.read(source)
    client = NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(source.resolve().parents[1])}}
    )
    client.execute()
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def main(folder: str, results: str) -> int:
    """Run each notebook of a folder, one line of progress each."""
    for source in sorted(Path(folder).glob("*.py")):
        target = Path(results) / f"{source.stem}.ipynb"
        print(f"notebooks: {source} -> {target}", flush=True)
        run(source, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
