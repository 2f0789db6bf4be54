"""A study starts with three commands, and none of them guesses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example"


def said(folder: Path, *words: object, language: str = "en") -> subprocess.CompletedProcess[str]:
    command = "from nextome_eval.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, *map(str, words)],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200", "NEXTOME_LANGUAGE": language},
        capture_output=True,
        text=True,
    )


def test_a_folder_a_draft_and_a_trial(tmp_path: Path) -> None:
    assert said(tmp_path, "init", "mio").returncode == 0
    assert (tmp_path / "data/raw/mio/plan.toml").exists()
    again = said(tmp_path, "init", "mio")
    assert again.returncode == 1
    assert "mio" in again.stderr

    draft = said(tmp_path, "codebook", "propose", EXAMPLE / "operatori.xlsx").stdout
    assert draft.startswith("draft = true")

    book = EXAMPLE / "codebooks" / "operatori.toml"
    trial = said(tmp_path, "check", EXAMPLE / "operatori.xlsx", "--codebook", book)
    assert trial.returncode == 0
    assert "rows_in" in trial.stdout
    assert "column" in trial.stdout


def test_a_trial_speaks_italian(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID;ONDATA;OCCUPATO\nP1;T0;boh\nTOTALE;;\n", "utf-8")
    (tmp_path / "a.toml").write_text(
        'files = ["a.csv"]\n[[tables]]\ntable = "followups"\n[tables.columns]\n'
        'household = "ID"\nwave = "ONDATA"\nemployed = "OCCUPATO"\n',
        "utf-8",
    )
    words = ("check", tmp_path / "a.csv", "--codebook", tmp_path / "a.toml")
    trial = said(tmp_path, *words, language="it").stdout
    for part in ("righe arrivate", "1 - Riga di totali, non un dato", "valore non letto", "boh"):
        assert part in trial
    assert "Il codebook non conosce questa parola." in trial


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for words in (
        ("codebook", "propose", "none.csv"),
        ("check", "none.csv", "--codebook", "x.toml"),
    ):
        answer = said(tmp_path, *words)
        assert answer.returncode == 1
        assert "none.csv" in answer.stderr
        assert "Traceback" not in answer.stderr


def test_a_copy_for_a_recipient_and_the_plan_as_a_document(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "data/raw/example")
    shared = said(tmp_path, "share", "example", "--with", "comune-di-padova")
    assert shared.returncode == 0, shared.stderr
    assert (tmp_path / "data/shared/example/comune-di-padova/households.parquet").exists()
    assert "copy" in shared.stdout
    wrong = said(tmp_path, "share", "example", "--with", "../fuori")
    assert wrong.returncode == 1
    assert "cannot name a recipient" in wrong.stderr
    page = said(tmp_path, "plan", "document", "example", "--language", "en").stdout
    assert page.startswith("# Research project and analysis plan")
    assert said(tmp_path, "plan", "document", "example", "--language", "fr").returncode == 1
