"""From the towns' files to the report, as a person runs it: whole, repeated, changed, published."""

from __future__ import annotations

import csv
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from copied_example import Copy, run, tree

ROOT = Path(__file__).resolve().parents[2]
FEW = (
    "padova_nuclei",
    "abano_nuclei",
    "cadoneghe_nuclei",
    "montegrotto_nuclei",
    "storia_abitativa",
    "interviste_limesurvey",
)
COUNTS = re.compile(
    r"^(n|n_\d|n_risk|n_event|entered|events|count|missing|lost|retained|payers)(_\d)?$"
)
PAGES = [
    f"report.{language}.{form}" for language in ("it", "en") for form in ("html", "pdf", "docx")
]


@pytest.fixture(scope="module", autouse=True)
def _code_stands_still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever edits the package while this runs must not make a report look out of date."""
    from nextome_eval.cli import unchanged

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unchanged, "_CODE", tmp_path_factory.mktemp("code"))
        yield


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A lighter plan on the example's files, none of it run yet."""
    copy = Copy(tmp_path_factory.mktemp("study"), only=FEW)
    copy.lighten()
    return copy


def test_the_report_is_written_repeated_and_follows_its_files(
    study: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, error = run(study, capsys, "report", "example")
    assert code == 0, error
    assert "report.it.html" in out
    first = tree(study.reports)
    assert {*PAGES, "provenance.json", "manifest.json"} <= set(first)
    assert any(name.startswith("figures/") for name in first)
    assert any(name.startswith("tables/") for name in first)

    written = (study.reports / "report.it.html").stat().st_mtime_ns
    code, out, _ = run(study, capsys, "report", "example")
    assert code == 0
    assert "nothing has changed" in out
    assert (study.reports / "report.it.html").stat().st_mtime_ns == written
    assert tree(study.reports) == first

    _answer_better(study)
    code, out, error = run(study, capsys, "report", "example")
    assert code == 0, error
    changed = {name for name, sha in tree(study.reports).items() if first.get(name) != sha}
    assert {*PAGES, "tables/T6.csv", "provenance.json"} <= changed
    assert "tables/T2.csv" not in changed  # who was recruited, where: the same


def _answer_better(study: Copy) -> None:
    """One cell: an answer to the first WHO-5 question, at a wave after the beginning."""

    def change(rows: list[list[str]]) -> None:
        wave, answer = (rows[0].index(name) for name in ("ONDATA", "WHO5[SQ001]"))
        row = next(r for r in rows[1:] if r[wave] == "T24" and r[answer] in ("0", "1", "2"))
        row[answer] = "5"

    study.rows("interviste_limesurvey.csv", change, "utf-8-sig", ";")


def test_what_is_published_names_no_household_and_counts_none_below_the_threshold(
    study: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = run(study, capsys, "report", "example", "--profile", "public")
    assert code == 0, error
    folder = study.reports.with_name("example-public")
    assert set(PAGES) <= set(tree(folder))
    assert {path.suffix for path in (folder / "figures").iterdir()} == {".png"}
    held = "\n".join(_texts(folder))
    for name in _households(study):
        assert name not in held
    small = [found for path in sorted((folder / "tables").glob("*.csv")) for found in _small(path)]
    assert small == []
    assert "NON DIFFONDERE" not in held


def _households(study: Copy) -> list[str]:
    pseudonyms = pd.read_parquet(study.processed / "households.parquet")["household"].tolist()
    assert len(pseudonyms) > 40
    written = re.findall(r"\b(?:PD|AB|CD|MT)-\d{3}\b", (study.raw / "planted.csv").read_text())
    return [*pseudonyms, "PD-001", "AB-001", "MT-001", *written]


def _texts(folder: Path) -> Iterator[str]:
    """Every text in a folder, that inside Word files and workbooks too."""
    for path in folder.rglob("*"):
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(path) as parts:
                for part in parts.namelist():
                    yield parts.read(part).decode("utf-8", "replace")
        elif path.is_file():
            yield path.read_bytes().decode("utf-8", "replace")


def _small(path: Path) -> list[tuple[str, str, str]]:
    """Cells that count between one household and four."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (path.name, column, cell)
        for row in rows
        for column, cell in row.items()
        if COUNTS.match(column) and re.fullmatch(r"[1-4](\.0+)?", cell or "")
    ]


def test_the_checkout_stays_clean() -> None:
    """What a run writes is ignored by git."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    written = [
        "reports/example/report.it.html",
        "reports/example-public/provenance.json",
        "data/processed/example/ledger.parquet",
        "data/processed/.example.lock",
        "data/raw/mystudy/plan.toml",
        "benchmarks/results/import_time.json",
    ]
    asked = subprocess.run(
        ["git", "check-ignore", *written], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert asked.stdout.split() == written
