"""A copy of the made-up example study, to be spoilt, and commands run on it as a person would."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "example"
BEFORE = b"what an earlier run left"


class Copy:
    """The files of the example under ``root/data/raw/example``, and what an earlier run left."""

    def __init__(self, root: Path, *, only: tuple[str, ...] | None = None) -> None:
        self.root = root
        self.raw = root / "data" / "raw" / "example"
        shutil.copytree(EXAMPLE, self.raw)
        for book in (self.raw / "codebooks").glob("*.toml"):
            if only is not None and book.stem not in only:
                book.unlink()
        self.processed = root / "data" / "processed" / "example"
        self.reports = root / "reports" / "example"
        for folder, name in ((self.processed, "ledger.parquet"), (self.reports, "report.it.html")):
            folder.mkdir(parents=True)
            (folder / name).write_bytes(BEFORE)

    def plan(self, old: str, new: str) -> None:
        """Change a line of the plan."""
        self.text("plan.toml", lambda text: _replaced(text, old, new))

    def lighten(self) -> None:
        """Ask for little, so that a whole run is quick: three outcomes, few draws."""
        self.plan("draws = 9999", "draws = 39")

        def fewer(text: str) -> str:
            head, *outcomes = text.split("[[outcomes]]")
            last, tail = outcomes[-1].split("[[compared]]", 1)
            kept = [o for o in (*outcomes[:-1], last) if '"independence"' in o or '"who5"' in o]
            head = re.sub(r"(?m)^sensitivity = .*$", "sensitivity = []", head)
            return "[[outcomes]]".join([head, *kept]) + "[[compared]]" + tail

        self.text("plan.toml", fewer)

    def text(self, name: str, change: Callable[[str], str], encoding: str = "utf-8") -> None:
        """Change a text file."""
        path = self.raw / name
        with path.open(encoding=encoding, newline="") as held:
            text = held.read()
        with path.open("w", encoding=encoding, newline="") as held:
            held.write(change(text))

    def rows(
        self, name: str, change: Callable[[list[list[str]]], None], encoding: str, delimiter: str
    ) -> None:
        """Change the rows of a CSV file, the header being the first."""

        def changed(text: str) -> str:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
            change(rows)
            out = io.StringIO(newline="")
            csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
            return out.getvalue()

        self.text(name, changed, encoding)

    def workbook(self, name: str, change: Callable[[openpyxl.Workbook], None]) -> None:
        """Change a workbook."""
        book = openpyxl.load_workbook(self.raw / name)
        change(book)
        book.save(self.raw / name)

    def untouched(self) -> bool:
        """Say whether everything that an earlier run left stands as it was, and nothing else."""
        return tree(self.processed.parent) == {"example/ledger.parquet": _sha(BEFORE)} and tree(
            self.reports.parent
        ) == {"example/report.it.html": _sha(BEFORE)}

    def report_untouched(self) -> bool:
        """The same of the reports alone."""
        return tree(self.reports.parent) == {"example/report.it.html": _sha(BEFORE)}


def tree(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder; locks are no results."""
    return {
        str(path.relative_to(folder)): _sha(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def stopped(study: Copy, capsys: pytest.CaptureFixture[str], *command: str) -> dict[str, str]:
    """Run a command that must end with code 1 and one sentence, in each language."""
    said = {}
    for language in ("it", "en"):
        code, _, error = run(study, capsys, *command, language=language)
        lines = [line for line in error.splitlines() if line.strip()]
        assert code == 1, error
        assert "Traceback" not in error
        assert "{" not in lines[-1]
        assert lines[-1].endswith((".", "!"))
        said[language] = lines[-1]
    assert said["it"] != said["en"]
    return said


def run(
    study: Copy, capsys: pytest.CaptureFixture[str], *command: str, language: str = "en"
) -> tuple[int, str, str]:
    """Run ``nextome`` in the study's folder; return exit code, output and errors."""
    from nextome_eval.cli import main

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(study.root)
        patch.setenv("NEXTOME_LANGUAGE", language)
        patch.setattr(sys, "argv", ["nextome", *command])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
    return code, said.out, said.err


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
