"""The commands that the README names are there, and an old Python is told so in two languages."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ["setup", "data", "report", "notebooks", "test", "check", "bench", "docs", "clean"]

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")


@needs_make
def test_make_alone_lists_the_targets() -> None:
    answer = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert re.findall(r"^  (\w+) +\S", answer.stdout, flags=re.MULTILINE) == TARGETS


@needs_make
@pytest.mark.parametrize("target", TARGETS)
def test_each_target_has_a_recipe(target: str) -> None:
    subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)


def test_the_readme_names_commands_that_exist() -> None:
    named = re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text())
    assert {"report", "test"} <= set(named)
    assert set(named) <= {*TARGETS, "lock", "hooks"}


def test_both_commands_stand_on_the_first_screen() -> None:
    screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:24])
    assert "make report" in screen
    assert "make test" in screen
    assert "docs/images/report.png" in screen


def test_an_old_python_is_told_in_two_languages() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "check_python.py"))
    italian, english = script["sentence"]((3, 8, 18)).splitlines()
    assert italian.startswith("Serve Python 3.11")
    assert english.startswith("Python 3.11 or later is needed")
    assert "3.8.18" in italian
    assert "3.8.18" in english


def test_the_oldest_python_is_the_one_the_package_asks() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "check_python.py"))
    needed = ".".join(map(str, script["NEEDED"]))
    assert f'requires-python = ">={needed}"' in (ROOT / "pyproject.toml").read_text()


def test_this_python_is_accepted() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "check_python.py")]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert Path(answer.stdout.strip()).samefile(sys.executable)


def test_nothing_locked_names_a_host() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "://" not in text, lock.name
        assert not re.search(r"^-", text, flags=re.MULTILINE), lock.name


def test_everything_locked_has_its_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        pins = re.split(r"^(?=[a-z])", lock.read_text(), flags=re.MULTILINE)[1:]
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
