"""A plan or a key that cannot be used stops each command with a sentence, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from copied_example import Copy, run, stopped

COMMANDS = (("plan", "check"), ("data",), ("report",))
OWN_KEY = "5f" * 32


@pytest.fixture
def study(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.fixture
def own(study: Copy, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """A study that is not made up: its key is looked for, and the example's is refused."""
    study.plan("made_up = true", "made_up = false")
    (study.raw / "key.check").unlink()
    monkeypatch.delenv("NEXTOME_KEY", raising=False)
    monkeypatch.delenv("NEXTOME_KEY_FILE", raising=False)
    monkeypatch.setenv("HOME", str(study.root / "home"))
    return study


PLANS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "unknown outcome": ('id = "who5"', 'id = "who6"', ("who6", "who5")),
    "unknown definition": ('"contract"', '"keys"', ("keys", "contract")),
    "a town twice": ('"028057"]', '"028057", "028060"]', ("Padova",)),
    "an unknown town": ('"028057"]', '"028999"]', ("028999", "028060")),
    "a threshold of 2": ("threshold = 5", "threshold = 2", ("2", "3")),
    "tau past follow-up": ("tau_months = 24", "tau_months = 30", ("30", "24")),
    "not TOML": ("[arms]", "[arms", ("plan.toml", "line")),
    "a section left out": ("[waves]", "[ondate]", ("plan.toml", "waves.months")),
    "two primaries": ('id = "who5"', 'id = "who5"\nprimary = true', ("independence", "who5")),
    "a sensitivity nobody knows": ('"worst_case"', '"luck"', ("luck", "worst_case")),
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("case", PLANS)
def test_a_plan_that_cannot_be_carried_out(
    study: Copy, capsys: pytest.CaptureFixture[str], case: str, command: tuple[str, ...]
) -> None:
    old, new, names = PLANS[case]
    study.plan(old, new)
    for sentence in stopped(study, capsys, *command, "example").values():
        for name in names:
            assert name in sentence
    assert study.untouched()


def _key(text: str) -> Callable[[Copy, pytest.MonkeyPatch], None]:
    def change(study: Copy, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("NEXTOME_KEY", text)

    return change


def _wrong(study: Copy, patch: pytest.MonkeyPatch) -> None:
    _key(OWN_KEY)(study, patch)
    (study.raw / "key.check").write_text("0123456789abcdef\n")


def _in_repository(study: Copy, patch: pytest.MonkeyPatch) -> None:
    (study.root / ".git").mkdir()
    (study.root / "mine.key").write_text(OWN_KEY)
    patch.setenv("NEXTOME_KEY_FILE", str(study.root / "mine.key"))


def _published(study: Copy, patch: pytest.MonkeyPatch) -> None:
    _key((study.raw / "key.txt").read_text())(study, patch)


KEYS: dict[str, tuple[Callable[[Copy, pytest.MonkeyPatch], None], tuple[str, ...]]] = {
    "missing": (lambda study, patch: None, ("example", "nextome key new example", ".key")),
    "short": (_key("5f" * 16), ("16", "32", "nextome key new")),
    "not hexadecimal": (_key("parola segreta"), ("NEXTOME_KEY", "nextome key new")),
    "wrong": (_wrong, ("example", "key.check")),
    "in a repository": (_in_repository, ("mine.key",)),
    "the example's": (_published, ("nextome key new",)),
}


@pytest.mark.parametrize("command", ["data", "report"])
@pytest.mark.parametrize("case", KEYS)
def test_a_key_that_cannot_be_used(
    own: Copy,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    command: str,
) -> None:
    change, names = KEYS[case]
    change(own, monkeypatch)
    for sentence in stopped(own, capsys, command, "example").values():
        for name in names:
            assert name in sentence
        assert OWN_KEY not in sentence
        assert "segreta" not in sentence
    assert own.untouched()


@pytest.mark.parametrize(
    ("content", "names"),
    [(None, ("key.txt", "example")), ("5f" * 8, ("8", "32")), ("5f" * 32, ("key.check",))],
    ids=["missing", "short", "wrong"],
)
def test_the_example_s_own_key(
    study: Copy, capsys: pytest.CaptureFixture[str], content: str | None, names: tuple[str, ...]
) -> None:
    path = study.raw / "key.txt"
    path.unlink()
    if content is not None:
        path.write_text(content)
    for sentence in stopped(study, capsys, "data", "example").values():
        for name in names:
            assert name in sentence
    assert study.untouched()


def test_the_key_that_the_sentence_proposes_works(
    own: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(own, capsys, "key", "new", "example")
    key = own.root / "home" / ".config" / "nextome" / "example.key"
    assert code == 0
    assert str(key) in out
    assert key.stat().st_mode & 0o077 == 0
    assert key.read_text().strip() not in out
    assert run(own, capsys, "data", "example")[0] == 0
    for sentence in stopped(own, capsys, "key", "new", "example").values():
        assert str(key) in sentence


def test_a_command_misspelt_is_told_and_nothing_is_done(
    study: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = run(study, capsys, "reprot", "example")
    assert code == 2
    assert "reprot" in error
    assert "Traceback" not in error
    assert study.untouched()


def test_a_profile_misspelt_stops_before_anything_is_read(
    study: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    for sentence in stopped(study, capsys, "report", "example", "--profile", "pubblico").values():
        assert "pubblico" in sentence
        assert "public" in sentence
    assert study.untouched()
