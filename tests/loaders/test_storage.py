"""A load that is stopped anywhere leaves the tables of the load before, whole."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders import storage
from nextome_eval.loaders.load import load
from nextome_eval.loaders.storage import alone, processed_folder, write_whole


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_the_same_files_give_the_same_bytes(study):
    plan = study()
    load(plan)
    folder = processed_folder(plan.folder, plan.study)
    before = digests(folder)
    load(plan)
    assert digests(folder) == before
    wanted = {"households", "members", "followups", "housing", "jobs", "costs", "ledger"}
    assert {f"{name}.parquet" for name in wanted} <= set(before)
    assert {"codebook.it.md", "codebook.en.md"} <= set(before)


@pytest.mark.parametrize(
    "stopped_by", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()]
)
@pytest.mark.parametrize("after", [0, 1, 5, 9])
def test_a_full_disk_or_ctrl_c_leaves_the_old_tables(study, monkeypatch, stopped_by, after):
    plan = study()
    load(plan)
    folder = processed_folder(plan.folder, plan.study)
    before = digests(folder)
    written = pd.DataFrame.to_parquet
    count = 0

    def stop(self, *args, **options):
        nonlocal count
        if count == after:
            raise stopped_by
        count += 1
        return written(self, *args, **options)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", stop)
    with pytest.raises((DataProblem, KeyboardInterrupt)):
        load(plan)
    assert digests(folder) == before
    assert not [p for p in folder.parent.iterdir() if p.name.endswith((".new", ".old"))]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(storage, "_exchange", lambda one, other: False)
    folder = tmp_path / "tables"
    for text in ("one", "two"):
        write_whole(folder, lambda aside, text=text: (aside / "a").write_text(text) and None)
        assert (folder / "a").read_text() == text
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]


def test_a_kill_between_two_renames_is_recovered(tmp_path, monkeypatch):
    folder = tmp_path / "tables"
    write_whole(folder, lambda aside: (aside / "a").write_text("one") and None)
    os.rename(folder, tmp_path / ".tables.old")
    (tmp_path / ".tables.new").mkdir()
    with alone(folder):
        assert (folder / "a").read_text() == "one"


def test_a_second_load_is_told_and_stops(tmp_path):
    folder = tmp_path / "tables"
    call = (
        "from pathlib import Path; from nextome_eval.loaders.storage import alone\n"
        f"with alone(Path({str(folder)!r})): pass"
    )
    with alone(folder):
        run = subprocess.run(
            [sys.executable, "-c", call], capture_output=True, text=True, check=False
        )
    assert run.returncode != 0
    assert "being read by another process" in run.stderr
    assert subprocess.run([sys.executable, "-c", call], check=False).returncode == 0


@pytest.mark.parametrize("wait", [1.4, 2.3])
def test_a_killed_load_leaves_the_old_tables(study, wait):
    plan = study()
    load(plan)
    folder = processed_folder(plan.folder, plan.study)
    before = digests(folder)
    call = (
        "from nextome_eval.study.plan import read_plan\n"
        "from nextome_eval.loaders.load import load\n"
        f"plan = read_plan({str(plan.folder / 'plan.toml')!r})\n"
        "while True: load(plan)"
    )
    run = subprocess.Popen([sys.executable, "-c", call])
    try:
        run.wait(timeout=wait)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
    with alone(folder):
        assert digests(folder) == before
