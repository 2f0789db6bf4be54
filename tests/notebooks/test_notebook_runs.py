"""Each notebook runs from top to bottom away from the checkout, and names nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

nbformat = pytest.importorskip("nbformat", reason="the notebooks group is not installed")
pytest.importorskip("nbclient", reason="the notebooks group is not installed")

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
PICTURES = {"study": 5, "studio": 5, "library": 2, "libreria": 2}

RUN = """
import sys, jupytext, nbformat
from nbclient import NotebookClient
notebook = jupytext.read(sys.argv[1])
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def executed(source: Path, folder: Path):
    """Run a notebook in a process of its own, whose traces stay in the folder."""
    names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    homes = {name: str(folder / name.lower()) for name in names}
    subprocess.run(
        [sys.executable, "-c", RUN, str(source), str(folder / "done.ipynb")],
        cwd=folder / "checkout",
        env=os.environ | homes,
        check=True,
        capture_output=True,
        text=True,
    )
    return nbformat.read(folder / "done.ipynb", as_version=4)


def pseudonyms(processed: Path) -> list[str]:
    """Those that the notebook read, where it read any."""
    table = processed / "households.parquet"
    return pd.read_parquet(table)["household"].tolist() if table.exists() else []


def listing(folder: Path) -> set[str]:
    """What git sees in the checkout, and what stands in the folders that notebooks could fill."""
    ask = ["git", "status", "--porcelain", "--untracked-files=all", "--", str(folder)]
    git = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return set(git.splitlines()) | {str(path) for path in folder.rglob("*")}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_it_runs_and_leaves_the_checkout_as_it_was(source: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "raw" / "example", tmp_path / "checkout/data/raw/example")
    before = listing(ROOT / "notebooks")
    notebook = executed(source, tmp_path)
    assert listing(ROOT / "notebooks") == before

    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    shown = [out.get("data", {}) for out in outputs]
    assert sum("image/png" in data for data in shown) == PICTURES[source.stem.split("_")[1]]
    texts = [str(data.get(kind, "")) for data in shown for kind in ("text/plain", "text/html")]
    texts += [str(out.get("text", "")) for out in outputs]
    households = pseudonyms(tmp_path / "checkout" / "data" / "processed" / "example")
    assert ("stud" in source.stem) == bool(households)
    assert [text for text in texts if any(household in text for household in households)] == []
    assert [text for text in texts if "Warning" in text] == []
