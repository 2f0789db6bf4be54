"""The scan that keeps people out of git can fail, and passes what is no person's."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCAN = ROOT / "scripts" / "scan_identifiers.py"

# Put together here, so that this file itself holds no identifier.
CODICE_FISCALE = "".join(["RSSMRA", "85", "T", "10", "A", "562", "S"])
OMOCODIA = "".join(["RSSMRA", "8R", "T", "1L", "A", "R6N", "S"])
IBAN = "".join(["IT", "60", "X", "05428", "11101", "000000", "123456"])
IBAN_IN_FOURS = " ".join(IBAN[i : i + 4] for i in range(0, len(IBAN), 4))
MOBILE = " ".join(["347", "123", "4567"])
MOBILE_WITH_PREFIX = "+" + "39" + MOBILE.replace(" ", "")
AT_HOME = "/".join(["049", "8205555"])
ABROAD = "+" + " ".join(["212", "612", "345678"])


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty checkout with the scan in it."""
    (tmp_path / "scripts").mkdir()
    for name in ("scan_identifiers.py", "made_up.toml"):
        (tmp_path / "scripts" / name).write_bytes((SCAN.parent / name).read_bytes())
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def scan(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    subprocess.run(["git", "add", "-A", "-f"], cwd=checkout, check=True)
    return subprocess.run(
        [sys.executable, "scripts/scan_identifiers.py", *options],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def put(checkout: Path, path: str, content: str | bytes) -> None:
    target = checkout / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        (CODICE_FISCALE, "codice fiscale"),
        (CODICE_FISCALE.lower(), "codice fiscale"),
        (OMOCODIA, "codice fiscale"),
        (IBAN, "IBAN"),
        (IBAN_IN_FOURS, "IBAN"),
        (MOBILE, "phone"),
        (MOBILE.replace(" ", ""), "phone"),
        (MOBILE_WITH_PREFIX, "phone"),
        (AT_HOME, "phone"),
        (ABROAD, "phone"),
    ],
)
def test_an_identifier_is_refused_and_not_repeated(
    checkout: Path, identifier: str, kind: str
) -> None:
    put(checkout, "notes/visits.csv", f"id;who\n1;{identifier};x\n")
    for options in ((), ("--staged",)):
        answer = scan(checkout, *options)
        assert answer.returncode == 1
        assert "notes/visits.csv:2" in answer.stderr
        assert kind in answer.stderr
        assert identifier not in answer.stderr + answer.stdout


@pytest.mark.parametrize(
    "innocent",
    [
        "0.3471234567",
        "347.1234567",
        "[3.471234567, 12.0347123456, -347123.4567]",
        "20/02/2020 21/02/2020",
        "2020-02-20T10:00:00+01:00",
        "--hash=sha256:3471234567abcdef049820555500aa",
        "doi:10.1093/biomet/81.3.515",
        "IT60X0542811101000000123457",  # check digits that do not hold
        "028060 436 Z330 1606780800",
    ],
)
def test_numbers_that_name_nobody_pass(checkout: Path, innocent: str) -> None:
    put(checkout, "notes/figures.txt", innocent + "\n")
    answer = scan(checkout)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", ["a.sav", "b.dta", "deep/c.XLSX", "key/study.key", "d.parquet"])
def test_a_data_file_is_refused(checkout: Path, name: str) -> None:
    put(checkout, name, b"PK\0\0")
    assert scan(checkout).returncode == 1


@pytest.mark.parametrize("name", ["data/raw/padova/a.csv", "data/processed/x.csv", "reports/r.md"])
def test_a_study_stays_out_of_git(checkout: Path, name: str) -> None:
    put(checkout, name, "nothing\n")
    assert scan(checkout).returncode == 1


def test_the_made_up_example_passes(checkout: Path) -> None:
    put(checkout, "data/raw/example/padova.xlsx", b"PK\0\0")
    put(checkout, "data/raw/example/deep/abano.csv", CODICE_FISCALE)
    assert scan(checkout).returncode == 0


def test_a_notebook_with_results_is_refused(checkout: Path) -> None:
    empty = {"cells": [{"cell_type": "code", "outputs": [], "execution_count": None}]}
    put(checkout, "notebooks/a.ipynb", json.dumps(empty))
    assert scan(checkout).returncode == 0
    full = {"cells": [{"cell_type": "code", "outputs": [{"text": "1"}], "execution_count": 3}]}
    put(checkout, "notebooks/a.ipynb", json.dumps(full))
    assert scan(checkout).returncode == 1


def test_staged_reads_what_would_be_committed(checkout: Path) -> None:
    put(checkout, "notes.csv", CODICE_FISCALE)
    subprocess.run(["git", "add", "notes.csv"], cwd=checkout, check=True)
    put(checkout, "notes.csv", "clean again\n")
    answer = subprocess.run(
        [sys.executable, "scripts/scan_identifiers.py", "--staged"],
        cwd=checkout,
        capture_output=True,
        check=False,
    )
    assert answer.returncode == 1


def test_what_is_listed_as_made_up_has_a_reason_and_is_there() -> None:
    listed = tomllib.loads((SCAN.parent / "made_up.toml").read_text())["made_up"]
    followed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    for entry in listed:
        assert entry["reason"].strip(), entry
        assert any(fnmatch(name, entry["files"]) for name in followed), entry
