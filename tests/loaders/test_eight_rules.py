"""The eight reading rules of the study's specification (DATA.md), a test under the name of each."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd
import pytest
from codicefiscale import codicefiscale
from conftest import FOLLOWUPS, HEAD, HOUSEHOLDS, NUCLEI

from nextome_eval.loaders.identity import Pseudonymiser
from nextome_eval.loaders.load import load, read_files
from nextome_eval.loaders.storage import processed_folder
from nextome_eval.study.outcomes import outcomes

INTERVIEWS = "ID_NUCLEO;ONDATA;DATA;OCCUPATO;WHO5_1\n"
MEMBERS = """
files = ["componenti.csv"]
dates = "dmy"
[[tables]]
table = "members"
drop = ["COGNOME", "TEL", "INDIRIZZO"]
[tables.columns]
household = "ID"
member = "N"
person = "CF"
sex = "SESSO"
birth_date = "NASCITA"
birthplace = "LUOGO"
"""


def person(letters: str, sex: str, born: dt.date, place: str) -> str:
    return codicefiscale.encode(letters, "Inventata", sex, born.strftime("%d/%m/%Y"), place)


def test_rule_1_a_dialect_is_a_codebook_and_nothing_is_guessed(study):
    other = HOUSEHOLDS.replace("nuclei.csv", "rubano.csv").replace('"ID_NUCLEO"', '"Codice"')
    other = other.replace('decimal = ","\n', "")
    rows = HEAD.replace("ID_NUCLEO", "Codice")[:-1] + ";COLORE\n"
    rows += "RU-1;Rubano;Boh;01/03/2021;;3;1.250;;;;verde\n"
    loaded = read_files(study({"rubano.csv": rows}, rubano=other))
    lines = loaded.ledger.set_index("rule")
    assert set(lines.index) == {"unknown_column", "unknown_word", "ambiguous_number"}
    assert lines.loc["unknown_column", "column"] == "COLORE"
    line = lines.loc["unknown_word"]
    address = tuple(line[["file", "sheet", "row", "column", "value"]])
    assert address == ("rubano.csv", "", 2, "GRUPPO", "Boh")
    assert line["reason"].endswith(".")
    key = bytes.fromhex((study().folder / "key.txt").read_text())
    assert line["household"] == Pseudonymiser(key, study="piccolo").one("household", "RU-1")
    home = loaded.records.households.set_index("municipality").loc["028072"]
    assert pd.isna(home["arm"])
    assert pd.isna(home["isee_eur"])


def test_rule_2_missing_has_a_reason(study):
    words = ("non chiesto", "rifiuta", "non so", "non pertinente", "forse")
    rows = "".join(f"PD-001;T{6 * at};;{word};\n" for at, word in enumerate(words))
    missing = read_files(
        study({"interviste.csv": INTERVIEWS + rows}, interviste=FOLLOWUPS)
    ).records.missing.sort_values("record", key=lambda text: text.astype(int))
    wanted = ["not_asked", "refused", "does_not_know", "not_applicable", "unreadable"]
    assert missing["reason"].tolist() == wanted
    assert set(missing["column"]) == {"employed"}


def test_rule_3_rows_in_are_kept_or_set_aside(study):
    rows = "PD-001;T0;;si;1\nPD-001;T0;;si;1\nprova;T0;;si;1\nXX;T0;;si;1\n;T0;;si;1\nTOTALE;;;;4\n"
    loaded = read_files(study({"interviste.csv": INTERVIEWS + rows}, interviste=FOLLOWUPS))
    counts = loaded.reconciliation.set_index("file").loc["interviste.csv"]
    assert (counts["rows_in"], counts["kept"], counts["set_aside"]) == (6, 1, 5)
    aside = loaded.aside.set_index("row")["rule"].to_dict()
    assert aside == {
        3: "duplicate_row",
        4: "test_row",
        5: "unknown_household",
        6: "no_household",
        7: "totals_row",
    }
    assert loaded.aside["cells"].str.contains("T0").sum() == 4


def test_rule_4_corrections_on_every_run_and_the_stale_one_told(study):
    files = {
        "interviste.csv": INTERVIEWS + "PD-001;T0;;boh;1\n",
        "corrections.csv": "household;column;wave;old;new;initials;note\n"
        "PD-001;OCCUPATO;T0;boh;si;mr;per telefono\nPD-001;WHO5_1;T0;2;3;mr;\n",
    }
    for _ in range(2):
        loaded = read_files(study(files, interviste=FOLLOWUPS))
        assert loaded.records.followups["employed"].tolist() == [True]
        assert loaded.ledger["rule"].tolist() == ["stale_correction"]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ("PD-001;T0;05/03/2021;si;1\nPD-001;T0;05/03/2021;no;1\n", "wave_twice"),
        ("PD-001 bis;T0;05/03/2021;si;1\n", "household_split"),
        ("PD-001;T12;05/09/2021;si;1\n", "wave_out_of_window"),
        ("PD-001;T6;05/02/2021;si;1\n", "event_before_entry"),
        ("Test 3;T0;05/03/2021;si;1\n", "test_row"),
    ],
)
def test_rule_5_what_cannot_be_is_found_and_reported(study, rows, rule):
    loaded = read_files(study({"interviste.csv": INTERVIEWS + rows}, interviste=FOLLOWUPS))
    assert set(loaded.ledger["rule"]) == {rule}


def test_rule_6_identifiers_are_checked_replaced_and_never_shown(study):
    born = dt.date(1990, 2, 1)
    woman = person("Provetta", "F", born, "Marocco")
    wrong = woman[:-1] + ("A" if woman[-1] != "A" else "B")
    phone = "347" + "1234567"
    rows = [
        f"PD-001;1;{woman};F;01/02/1990;Marocco",
        f"PD-001;2;{woman};M;01/02/1990;Marocco",
        f"PD-002;1;{woman};F;01/02/1990;Nigeria",
        f"PD-002;2;{wrong};F;01/02/1990;Marocco",
        "AB-001;1;12345678903;F;01/02/1990;Marocco",
    ]
    head = "ID;N;CF;SESSO;NASCITA;LUOGO;COGNOME;TEL;INDIRIZZO\n"
    text = head + "".join(f"{row};Provetta;{phone};via Inventata 3\n" for row in rows)
    plan = study({"componenti.csv": text}, componenti=MEMBERS)
    records, ledger = load(plan)
    found = set(ledger["rule"]) - {"members_number"}
    assert found == {
        "cf_sex",
        "cf_birthplace",
        "cf_check_digit",
        "cf_provisional",
        "family_two_ids",
    }
    assert records.members["person"].nunique() == 2
    folder = processed_folder(plan.folder, plan.study)
    written = "".join(
        pd.read_parquet(path).to_csv() for path in sorted(folder.glob("*.parquet"))
    ) + str(pd.read_excel(folder / "ledger.xlsx", sheet_name=None))
    for secret in (woman, wrong, "12345678903", phone, "Provetta", "Inventata", "PD-001"):
        assert secret not in written


def test_rule_7_every_outcome_has_an_id_and_a_test():
    tests = "".join(path.read_text("utf-8") for path in Path("tests").rglob("test_*.py"))
    for name, outcome in outcomes().items():
        assert outcome.definitions, name
        assert name in tests, name


def test_rule_8_the_same_bytes_again_and_the_old_ones_after_a_crash(study, monkeypatch):
    plan = study({"nuclei.csv": NUCLEI})
    folder = processed_folder(plan.folder, plan.study)

    def bytes_of() -> dict[str, str]:
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}

    load(plan)
    before = bytes_of()
    load(plan)
    assert bytes_of() == before
    (plan.folder / "nuclei.csv").write_text(NUCLEI.replace("PD-002", "PD-009"), "utf-8")
    monkeypatch.setattr("nextome_eval.loaders.load.write_ledger_book", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(plan)
    assert bytes_of() == before
