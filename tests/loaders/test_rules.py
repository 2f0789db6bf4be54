"""Each of the ledger's rules on the smallest files that break it."""

from __future__ import annotations

import pytest
from conftest import FOLLOWUPS, HEAD, NUCLEI

from nextome_eval.loaders.ledger import rules
from nextome_eval.loaders.load import Loaded, read_files

INTERVIEWS = "ID_NUCLEO;ONDATA;DATA;OCCUPATO;WHO5_1\n"
HOUSING = """
files = ["storia.csv"]
dates = "dmy"
decimal = ","
[[tables]]
table = "housing"
[tables.columns]
household = "ID_NUCLEO"
from_date = "DA"
to_date = "A"
place = "TIPO"
"""
COSTS = """
files = ["costi.csv"]
decimal = ","
[[tables]]
table = "costs"
set_aside = { ID_NUCLEO = ["TOTALE*"] }
[tables.columns]
household = "ID_NUCLEO"
month = "MESE"
category = "CATEGORIA"
amount_eur = "IMPORTO"
quantity = "QUANTITA"
unit_cost_eur = "UNITARIO"
"""


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    lines = loaded.ledger
    return list(zip(lines["rule"], lines["row"], lines["column"].fillna(""), strict=True))


def interviews(study, rows: str, **more) -> Loaded:
    return read_files(study({"interviste.csv": INTERVIEWS + rows}, interviste=FOLLOWUPS, **more))


@pytest.mark.parametrize(
    ("row", "rule", "column", "kept"),
    [
        ("PD-001;T0;05/03/2021;#N/D;3", "excel_error", "OCCUPATO", 1),
        ("PD-001;T0;05/03/2021;boh;3", "unknown_word", "OCCUPATO", 1),
        ("PD-001;T9;05/03/2021;si;3", "unknown_word", "ONDATA", 0),
        ("PD-001;;05/03/2021;si;3", "required_missing", "ONDATA", 0),
        ("PD-001;T0;31/02/2021;si;3", "unreadable_date", "DATA", 1),
        ("PD-001;T0;03/2021;si;3", "partial_date", "DATA", 1),
        ("PD-001;T0;05/03/2021;si;7", "out_of_range", "WHO5_1", 1),
        ("PD-001;T0;05/03/2021;si;2,5", "unreadable_number", "WHO5_1", 1),
        ("PD-001;T12;05/09/2021;si;3", "wave_out_of_window", "DATA", 1),
        ("PD-001;T6;05/02/2021;si;3", "event_before_entry", "DATA", 1),
        ("XX-9;T0;05/03/2021;si;3", "unknown_household", "", 0),
        ("PD-001/A;T0;05/03/2021;si;3", "household_split", "", 0),
        ("PD-001 bis;T0;05/03/2021;si;3", "household_split", "", 0),
        ("prova;T0;05/03/2021;si;3", "test_row", "", 0),
        (";T0;05/03/2021;si;3", "no_household", "", 0),
        ("PD-001;T0;05/03/2021;si;3;oltre", "ragged_row", "", 0),
    ],
)
def test_a_row_breaks_one_rule(study, row, rule, column, kept):
    loaded = interviews(study, row + "\n")
    assert said(loaded) == [(rule, 2, column)]
    assert len(loaded.records.followups) == kept
    assert loaded.reconciliation["set_aside"].sum() == 1 - kept


def test_a_row_that_repeats_another(study):
    loaded = interviews(study, "PD-001;T0;05/03/2021;si;3\n" * 3)
    assert said(loaded) == [("duplicate_row", 3, ""), ("duplicate_row", 4, "")]
    assert len(loaded.records.followups) == 1


def test_a_wave_twice_is_nobodys_guess(study):
    loaded = interviews(study, "PD-001;T0;05/03/2021;si;3\nPD-001;T0;05/03/2021;no;3\n")
    assert said(loaded) == [("wave_twice", 2, ""), ("wave_twice", 3, "")]
    assert len(loaded.records.followups) == 0


def test_a_wave_twice_in_other_words_is_the_same(study):
    loaded = interviews(study, "PD-001;T0;05/03/2021;si;3\npd-001;t0;2021-03-05;1,0;3\n")
    assert said(loaded) == [("duplicate_row", 3, "")]
    assert len(loaded.records.followups) == 1


def test_two_episodes_that_begin_on_one_day(study):
    rows = "ID_NUCLEO;DA;A;TIPO\nPD-001;01/01/2021;31/03/2021;SAI\nPD-001;01/01/2021;;Affitto\n"
    loaded = read_files(study({"storia.csv": rows}, storia=HOUSING))
    assert said(loaded) == [("episode_overlap", 3, "DA")]
    assert loaded.ledger["severity"].tolist() == ["set_aside"]
    assert len(loaded.aside) == 1


def test_undeclared_styles_are_not_guessed(study):
    plain = FOLLOWUPS.replace('dates = "dmy"\n', "")
    loaded = read_files(
        study({"interviste.csv": INTERVIEWS + "PD-001;T0;05/03/21;si;3\n"}, interviste=plain)
    )
    assert said(loaded) == [("ambiguous_date", 2, "DATA")]


def test_episodes_overlapping_and_reversed(study):
    rows = (
        "ID_NUCLEO;DA;A;TIPO\n"
        "PD-001;01/01/2021;31/03/2021;SAI\n"
        "PD-001;15/03/2021;30/06/2021;Cohousing\n"
        "PD-001;01/07/2021;;Affitto\n"
        "PD-002;01/05/2021;01/02/2021;SAI\n"
    )
    loaded = read_files(study({"storia.csv": rows}, storia=HOUSING))
    assert said(loaded) == [("episode_overlap", 3, "DA"), ("episode_reversed", 5, "A")]
    assert len(loaded.records.housing) == 3


def test_an_unreadable_end_makes_no_overlap(study):
    rows = "ID_NUCLEO;DA;A;TIPO\nPD-001;01/01/2021;boh;SAI\nPD-001;15/03/2021;;Affitto\n"
    loaded = read_files(study({"storia.csv": rows}, storia=HOUSING))
    assert said(loaded) == [("unreadable_date", 2, "A")]
    missing = loaded.records.missing.iloc[0]
    assert (missing["table"], missing["column"], missing["reason"]) == (
        "housing",
        "to_date",
        "unreadable",
    )


def test_costs_that_do_not_add_up(study):
    rows = (
        "ID_NUCLEO;MESE;CATEGORIA;IMPORTO;QUANTITA;UNITARIO\n"
        "PD-001;03/2021;Accoglienza;1.050,00;30;35,00\n"
        "PD-001;03/2021;Accoglienza;100,00;;\n"
        "PD-001;04/2021;Affitto;500,00;2;200\n"
        "TOTALE;;;1.650,00;;\n"
    )
    loaded = read_files(study({"costi.csv": rows}, costi=COSTS))
    assert said(loaded) == [
        ("cost_twice", 3, "IMPORTO"),
        ("cost_mismatch", 4, "IMPORTO"),
        ("totals_row", 5, ""),
    ]
    assert loaded.records.costs["amount_eur"].sum() == 1650


def test_unknown_columns_and_unread_files_are_listed(study):
    files = {"interviste.csv": INTERVIEWS[:-1] + ";UMORE\n", "altro.csv": "a;b\n"}
    lines = read_files(study(files, interviste=FOLLOWUPS)).ledger
    found = list(zip(lines["rule"], lines["file"], lines["column"], strict=True))
    assert found == [
        ("unread_file", "altro.csv", ""),
        ("unknown_column", "interviste.csv", "UMORE"),
    ]


def test_a_missing_column_is_awaited(study):
    head = HEAD.replace("ISEE;", "")
    rows = NUCLEI.replace(HEAD, "").replace("1.250,00;", "").replace(";2;;", ";2;")
    rows = rows.replace("3.000,50;", "")
    loaded = read_files(study({"nuclei.csv": head + rows}))
    assert said(loaded) == [("missing_column", 1, "ISEE")]


def test_names_stop_at_the_door(study):
    loaded = read_files(study())
    text = "".join(table.to_csv() for table in loaded.records.tables().values())
    assert "Rossi" not in text
    assert "richiamare" not in text
    assert "PD-001" not in text


@pytest.mark.parametrize(("rule", "entry"), rules().items())
def test_every_rule_has_its_sentences(rule, entry):
    assert entry["severity"] in ("note", "problem", "set_aside")
    assert entry["en"].endswith(".")
    assert entry["it"].endswith(".")


def test_a_household_needs_its_time_zero(study):
    rows = HEAD + "PD-001;Padova;Controllo;;;3;;;;\n"
    loaded = read_files(study({"nuclei.csv": rows}))
    assert said(loaded) == [("required_missing", 2, "SEGNALAZIONE")]
    assert len(loaded.records.households) == 1


@pytest.mark.parametrize(
    "text",
    [
        "tel. 347" + " 1234567",
        "maria@posta.it",
        "+39 049" + " 8200000",
        "HSSFTM" + "90B41Z330J",
        "HSS FTM " + "90B41 Z330J",
    ],
)
def test_who_is_named_in_the_wrong_cell_is_not_shown(study, text):
    loaded = interviews(study, f"PD-001;T0;05/03/2021;{text};3\nPD-777;T0;;{text};\n")
    assert set(loaded.ledger["rule"]) == {"unknown_word", "unknown_household"}
    assert text not in loaded.ledger.to_csv() + loaded.aside.to_csv()


WIDE = """
files = ["largo.csv"]
dates = "dmy"
decimal = ","
[[tables]]
table = "followups"
long = ["T0", "T6"]
[tables.columns]
household = "ID_NUCLEO"
rent_eur_month = "CANONE_*"
employed = "OCCUPATO_*"
"""


def test_columns_by_wave_become_rows(study):
    rows = (
        "ID_NUCLEO;CANONE_T0;OCCUPATO_T0;CANONE_T6;OCCUPATO_T6\n"
        "PD-001;300,50;no;400;boh\nPD-002;;;;si\nAB-001;;;;\n"
    )
    loaded = read_files(study({"largo.csv": rows}, largo=WIDE))
    table = loaded.records.followups
    assert said(loaded) == [("unknown_word", 2, "OCCUPATO_T6"), ("no_answers", 4, "")]
    assert sorted(table["wave"].tolist()) == [0, 6, 6]
    counts = loaded.reconciliation.set_index("file").loc["largo.csv"]
    assert (counts["rows_in"], counts["kept"], counts["set_aside"]) == (3, 2, 1)
