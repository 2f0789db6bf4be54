"""Keys and pseudonyms: the right key, nobody else's, never in the repository."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.identity import Pseudonymiser, check_value, new_key, pseudonymiser

KEY = bytes.fromhex(new_key())


@pytest.fixture
def real(study, monkeypatch):
    """A study of real people: no key yet."""
    monkeypatch.delenv("NEXTOME_KEY", raising=False)
    monkeypatch.delenv("NEXTOME_KEY_FILE", raising=False)
    monkeypatch.setattr("pathlib.Path.home", lambda: study().folder.parents[3] / "home")
    return replace(study(), made_up=False)


def refused(plan, code: str) -> None:
    with pytest.raises(DataProblem) as found:
        pseudonymiser(plan)
    assert found.value.code == code


def test_without_a_key_nothing_is_read(real):
    refused(real, "key_missing")


def test_a_key_from_the_environment(real, monkeypatch):
    monkeypatch.setenv("NEXTOME_KEY", KEY.hex())
    assert len(pseudonymiser(real).one("household", "PD-001")) == 16


def test_a_key_from_a_file(real, monkeypatch, tmp_path):
    path = tmp_path / "chiave.key"
    path.write_text(KEY.hex() + "\n")
    monkeypatch.setenv("NEXTOME_KEY_FILE", str(path))
    first = pseudonymiser(real).one("household", "PD-001")
    assert first == Pseudonymiser(KEY, study=real.study).one("household", "PD-001")


@pytest.mark.parametrize(
    ("text", "code"),
    [("ab" * 31, "key_short"), ("una chiave", "key_format"), ("abc", "key_format")],
)
def test_a_key_that_is_none(real, monkeypatch, text, code):
    monkeypatch.setenv("NEXTOME_KEY", text)
    refused(real, code)


def test_another_key_than_before(real, monkeypatch):
    monkeypatch.setenv("NEXTOME_KEY", KEY.hex())
    pseudonymiser(real)
    monkeypatch.setenv("NEXTOME_KEY", new_key())
    refused(real, "key_wrong")


def test_a_key_inside_a_repository(real, monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "chiave.key").write_text(KEY.hex())
    monkeypatch.setenv("NEXTOME_KEY_FILE", str(tmp_path / "chiave.key"))
    refused(real, "key_in_repository")


def test_the_examples_key_protects_nobody(real, monkeypatch):
    with open("data/raw/example/key.txt", encoding="utf-8") as source:
        monkeypatch.setenv("NEXTOME_KEY", source.read().strip())
    refused(real, "key_published")


def test_the_stored_check_betrays_nothing(real, monkeypatch):
    monkeypatch.setenv("NEXTOME_KEY", KEY.hex())
    pseudonymiser(real)
    stored = (real.folder / "key.check").read_text().strip()
    assert stored == check_value(KEY, real.study)
    assert stored not in KEY.hex()


def test_pseudonyms_are_kept_apart():
    plain = Pseudonymiser(KEY, study="a")
    others = [
        Pseudonymiser(KEY, study="b").one("household", "1"),
        Pseudonymiser(KEY, study="a", recipient="universita").one("household", "1"),
        Pseudonymiser(bytes(32), study="a").one("household", "1"),
        plain.one("person", "1"),
        plain.one("household", "2"),
    ]
    assert plain.one("household", "1") not in others
    assert len(set(others)) == len(others)


def test_a_column_of_pseudonyms():
    names = Pseudonymiser(KEY, study="a")
    made = names.column("household", pd.Series(["PD-1", " pd-1", "", "PD-2"]))
    assert made[0] == made[1] != made[3]
    assert pd.isna(made[2])
