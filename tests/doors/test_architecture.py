"""ARCHITECTURE.md lists the folders that there are, and the floors that the contracts hold."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "ARCHITECTURE.md"
# Listed down to this depth; a folder of its own beneath is its parent's matter.
DEPTHS = {"nextome_eval": 3, "data": 3, "docs": 2}


def block(heading: str) -> list[str]:
    """The lines of the first fenced block under a heading."""
    section = PAGE.read_text().split(f"\n## {heading}\n", 1)[1]
    return section.split("```", 2)[1].strip("\n").splitlines()


def listed() -> set[str]:
    """The folders in the page's list, by their path."""
    folders, above = set(), {}
    for line in block("Folders"):
        indent = len(line) - len(line.lstrip())
        name = line.split()[0].rstrip("/")
        above[indent] = f"{above[indent - 2]}/{name}" if indent else name
        folders.add(above[indent])
    return folders


def followed() -> set[str]:
    """The folders that git follows, down to the depth that the page speaks of."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    folders = {folder for name in names if name for folder in PurePosixPath(name).parents}
    return {
        str(folder)
        for folder in folders
        if folder.parts
        and not folder.parts[0].startswith(".")
        and len(folder.parts) <= DEPTHS.get(folder.parts[0], 1)
    }


def test_every_folder_is_on_the_page() -> None:
    on_page = listed()
    reached = {str(parent) for name in on_page for parent in PurePosixPath(name).parents}
    assert sorted(followed() - on_page - reached) == []


def test_every_folder_on_the_page_is_there() -> None:
    assert sorted(listed() - followed()) == []


def test_the_floors_are_those_of_the_contract() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(rule["layers"] for rule in rules["contracts"] if rule["type"] == "layers")
    in_contract = [re.findall(r"[a-z]+", layer) for layer in layers]
    on_page = [re.split(r"\s{2,}", line)[0].split(" | ") for line in block("Floors")]
    assert on_page == in_contract


def test_the_page_is_one_page() -> None:
    assert len(PAGE.read_text().splitlines()) <= 90
