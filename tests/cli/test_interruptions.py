"""A full disk or Ctrl-C, at any moment: a sentence, code 1, and what stood before still stands."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from copied_example import Copy

COMMAND = [sys.executable, "-c", "from nextome_eval.cli import main; main()"]
FEW = ("abano_nuclei", "padova_nuclei", "cadoneghe_nuclei", "montegrotto_nuclei",
       "storia_abitativa", "interviste_limesurvey")  # fmt: skip
FULL = {"it": "spazio", "en": "space"}
STOPPED = {"it": "Interrotto su richiesta", "en": "Stopped by you"}


@pytest.fixture
def study(tmp_path: Path) -> Copy:
    copy = Copy(tmp_path, only=FEW)
    copy.lighten()
    return copy


def _started(
    study: Copy, *command: str, language: str, most: int | None = None
) -> subprocess.Popen:
    def limit() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs ignore it
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.Popen(
        [*COMMAND, *command],
        cwd=study.root,
        env={**os.environ, "NEXTOME_LANGUAGE": language, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=limit,
    )


def _last_line(errors: str) -> str:
    assert "Traceback" not in errors
    lines = [line for line in errors.replace("\r", "\n").splitlines() if line.strip()]
    return lines[-1]


@pytest.mark.parametrize(("language", "most"), [("it", 3_000), ("en", 12_000)])
def test_a_disk_that_fills_while_tables_are_written(study: Copy, language: str, most: int) -> None:
    run = _started(study, "data", "example", language=language, most=most)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 1
    assert FULL[language] in _last_line(errors)
    assert study.untouched()


@pytest.mark.parametrize(
    ("language", "most"),
    [("it", 60_000), pytest.param("en", 400_000, marks=pytest.mark.slow)],
    ids=["a figure", "a page"],
)
def test_a_disk_that_fills_while_the_report_is_written(
    study: Copy, language: str, most: int
) -> None:
    run = _started(study, "report", "example", language=language, most=most)
    _, errors = run.communicate(timeout=240)
    assert run.returncode == 1
    assert FULL[language] in _last_line(errors)
    assert study.report_untouched()


def _aside(study: Copy, name: str) -> Callable[[], bool]:
    return lambda: any(study.reports.parent.glob(f".example-*/{name}"))


MOMENTS: dict[str, Callable[[Copy], Callable[[], bool]]] = {
    "reading": lambda study: lambda: (study.processed.parent / ".example.lock").exists(),
    "analysing": lambda study: lambda: (study.processed / "households.parquet").exists(),
    "drawing": lambda study: _aside(study, "figures/*"),
    "writing": lambda study: _aside(study, "report.*"),
}


@pytest.mark.parametrize(
    "moment", [*list(MOMENTS)[:-1], pytest.param("writing", marks=pytest.mark.slow)]
)
def test_ctrl_c(study: Copy, moment: str) -> None:
    language = "it" if moment in ("reading", "drawing") else "en"
    come = MOMENTS[moment](study)
    run = _started(study, "report", "example", language=language)
    while run.poll() is None and not come():
        time.sleep(0.01)
    time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 1, errors
    assert STOPPED[language] in _last_line(errors)
    assert study.report_untouched()
    assert study.untouched() if moment == "reading" else (study.processed / "jobs.parquet").exists()
    assert not [p for p in study.processed.parent.iterdir() if p.suffix in (".new", ".old")]


def test_ctrl_c_while_the_command_opens(study: Copy) -> None:
    code = (
        "import os, signal, builtins\n"
        "from nextome_eval.cli import main\n"
        # a job started in the background ignores the signal until told otherwise
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "held = builtins.__import__\n"
        "def come(name, *rest, **more):\n"
        "    if name == 'typer':\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return held(name, *rest, **more)\n"
        "builtins.__import__ = come\n"
        "main()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "report", "example"],
        cwd=study.root,
        env={**os.environ, "NEXTOME_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert STOPPED["en"] in _last_line(run.stderr)
    assert study.untouched()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_every_way_a_disk_has_of_being_full_is_told(
    number: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from nextome_eval.cli.terminal import guarded

    monkeypatch.setenv("NEXTOME_LANGUAGE", "en")
    with pytest.raises(SystemExit), guarded():
        raise OSError(number, os.strerror(number), "x")
    assert FULL["en"] in capsys.readouterr().err
