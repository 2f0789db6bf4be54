"""What is sent out as the library holds the library, and no study."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
BESIDE = {"PKG-INFO", "LICENSE", "README.md", "pyproject.toml"}
ALSO = {"pyproject.toml.orig"}  # kept by some versions of the build tool
LISTS = {"nextome_eval/loaders/cells/countries.csv"}  # the public lists that the library brings
KINDS = {".py", ".typed", ".toml", ".css", ".html", ".md", ".lua", ".typ", ".j2", ".docx", ".ttf"}


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> list[PurePosixPath]:
    """The names in the source distribution, built without a network."""
    folder = tmp_path_factory.mktemp("sdist")
    code = f"import uv_build; print(uv_build.build_sdist({str(folder)!r}))"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        check=True,
        capture_output=True,
    )
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        return [PurePosixPath(*PurePosixPath(m.name).parts[1:]) for m in archive if m.isfile()]


def test_only_the_library_and_its_papers(listing: list[PurePosixPath]) -> None:
    beside = {str(name) for name in listing if name.parts[0] != "nextome_eval"}
    assert beside - ALSO == BESIDE


def test_only_kinds_of_file_that_hold_no_household(listing: list[PurePosixPath]) -> None:
    inside = [name for name in listing if name.parts[0] == "nextome_eval"]
    others = {str(name) for name in inside if name.suffix not in KINDS}
    assert sorted(others - LISTS) == []


def test_everything_that_git_follows_in_the_library_goes_along(
    listing: list[PurePosixPath],
) -> None:
    followed = subprocess.run(
        ["git", "ls-files", "nextome_eval"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert sorted(set(followed) - {str(name) for name in listing}) == []
