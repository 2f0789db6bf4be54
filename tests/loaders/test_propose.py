"""A drafted codebook is close to the one a person wrote, and is never taken as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.codebook import read_codebook
from nextome_eval.loaders.propose import propose_codebook
from nextome_eval.loaders.trial import try_file

EXAMPLE = Path("data/raw/example")
BOOKS = sorted(path.stem for path in (EXAMPLE / "codebooks").glob("*.toml"))

OWN_HEADERS = ("padova_nuclei", "montegrotto_nuclei")


def source_file(name: str) -> Path:
    return EXAMPLE / read_codebook(EXAMPLE / "codebooks" / f"{name}.toml").files[0]


@pytest.mark.parametrize("name", BOOKS)
def test_a_draft_waits_for_a_person(name, tmp_path):
    path = tmp_path / "bozza.toml"
    text = propose_codebook(source_file(name))
    path.write_text(text, "utf-8")
    with pytest.raises(DataProblem) as found:
        read_codebook(path)
    assert found.value.code == "codebook_draft"
    path.write_text(text.split("\n", 1)[1], "utf-8")
    assert read_codebook(path).tables


@pytest.mark.parametrize("name", [name for name in BOOKS if name not in OWN_HEADERS])
def test_a_draft_finds_the_columns_by_their_headers(name):
    drafted = tomllib.loads(propose_codebook(source_file(name)))["tables"][0]
    written = read_codebook(EXAMPLE / "codebooks" / f"{name}.toml").tables[0]
    assert drafted["table"] == written.table
    headers = {name: column.headers for name, column in written.columns.items()}
    found = [c for c, header in drafted["columns"].items() if header in headers.get(c, ())]
    assert len(found) >= 0.9 * len(headers)


def test_names_and_codes_are_never_shown(tmp_path):
    text = propose_codebook(EXAMPLE / "componenti.csv")
    rows = (EXAMPLE / "componenti.csv").read_text("utf-8-sig").splitlines()[1:]
    for row in rows[:40]:
        surname, name, code = row.split(";")[2:5]
        assert not any(word and f" {word}" in text for word in (surname, name, code))


@pytest.mark.parametrize("name", BOOKS)
def test_a_file_is_tried_alone(name):
    ledger, counts = try_file(source_file(name), EXAMPLE / "codebooks" / f"{name}.toml")
    assert (counts["rows_in"] == counts["kept"] + counts["set_aside"]).all()
    assert ledger["household"].isna().all()
