"""Layouts that nobody told us of: remarks, totals and twins are found, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
from conftest import HEAD, HOUSEHOLDS, NUCLEI

from nextome_eval.loaders.load import Loaded, read_files


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    lines = loaded.ledger
    rows = [None if pd.isna(row) else int(row) for row in lines["row"]]
    return list(zip(lines["rule"], rows, lines["column"].fillna(""), strict=True))


def only(plan):
    (plan.folder / "nuclei.csv").unlink()
    return read_files(plan)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


RUBANO = """
files = ["rubano.xlsx"]
format = "workbook"
dates = "dmy"
decimal = ","
[[tables]]
table = "households"
sheets = ["Elenco *"]
header = [3, 4]
[tables.columns]
household = "Nucleo / Codice"
municipality = "Nucleo / Comune"
arm = "Presa in carico / Gruppo"
referral_date = "Presa in carico / Segnalaz."
intake_date = "Presa in carico / Presa in carico"
isee_eur = "Economia / ISEE €"
"""


def rubano() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Elenco 2021"
    for row in (
        ["Comune di Rubano"],
        ["Aggiornato al 31/12/2021"],
        ["Nucleo", None, "Presa in carico", None, None, "Economia"],
        ["Codice", "Comune", "Gruppo", "Segnalaz.", "Presa in carico", "ISEE €"],
        ["RU-01", "Rubano", "Sperimentale", dt.date(2021, 3, 5), "10.03.2021", 4520.5],
        ["RU-02", 28072, "Controllo", "5-apr-21", None, "€ 3.250,75", None, "vedi mail"],
        [],
        ["Totale", None, None, None, None, 7771.25],
        ["TOT. NUCLEI: 2"],
        ["Fonte: ufficio casa"],
        ["RU-09"],
    ):
        sheet.append(row)
    book.create_sheet("Legenda").append(["S = sperimentale"])
    book.create_sheet("Foglio3")
    return book


def test_remarks_totals_and_cells_beside_a_table(study):
    loaded = only(study({"rubano.xlsx": saved(rubano())}, nuclei=RUBANO))
    assert said(loaded) == [
        ("unknown_column", 4, "[H]"),
        ("totals_row", 8, ""),
        ("totals_row", 9, ""),
        ("remark_row", 10, ""),
        ("required_missing", 11, "Nucleo / Comune"),
        ("required_missing", 11, "Presa in carico / Gruppo"),
        ("required_missing", 11, "Presa in carico / Segnalaz."),
        ("unread_sheet", None, ""),
    ]
    assert loaded.records.households["isee_eur"].sum() == pytest.approx(7771.25)
    counts = loaded.reconciliation.iloc[0]
    assert (counts["rows_in"], counts["kept"], counts["set_aside"]) == (6, 3, 3)
    assert counts["blank"] == 1


MONTHS = """
files = ["mesi.xlsx"]
format = "workbook"
[[tables]]
table = "households"
sheets = ["*"]
[tables.columns]
household = "ID"
municipality = "COMUNE"
arm = "GRUPPO"
referral_date = "DATA"
"""


def months() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month, homes in (("Gennaio", ["A1", "A2"]), ("Febbraio", ["A2", "A3"])):
        sheet = book.create_sheet(month)
        sheet.append(["ID", "COMUNE", "GRUPPO", "DATA"])
        for home in homes:
            sheet.append([home, "Padova", "Controllo", dt.date(2021, 3, 5)])
    return book


def test_a_star_reads_every_sheet_and_a_household_again_is_once(study):
    loaded = only(study({"mesi.xlsx": saved(months())}, nuclei=MONTHS))
    assert said(loaded) == [("duplicate_row", 2, "")]
    assert len(loaded.records.households) == 3


def test_sheets_that_no_codebook_reads_are_listed(study):
    book = MONTHS.replace('sheets = ["*"]\n', "")
    loaded = only(study({"mesi.xlsx": saved(months())}, nuclei=book))
    assert said(loaded) == [("unread_sheet", None, "")]


def test_a_hidden_sheet_that_is_read_is_told(study):
    book = months()
    book["Febbraio"].sheet_state = "hidden"
    files = {"mesi.xlsx": saved(book)}
    named = MONTHS.replace('["*"]', '["Gen*", "Feb*"]')
    assert ("hidden_sheet_read", None, "") in said(only(study(files, nuclei=named)))
    assert said(only(study(files, nuclei=MONTHS))) == [("hidden_sheet", None, "")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "latin-1"])
def test_encodings_without_a_mark(study, encoding):
    text = NUCLEI.replace("Padova;Sperimentale", "Città di Padova;Sperimentale")
    loaded = read_files(study({"nuclei.csv": text.encode(encoding)}))
    assert said(loaded) == []
    assert len(loaded.records.households) == 3


TWINS = """
files = ["gf.csv"]
format = "google_forms"
dates = "dmy"
[[tables]]
table = "followups"
[tables.columns]
household = "Codice"
wave = "Ondata"
employed = "Lavora?"
own_contract = { from = "Aiuti", has = "Contratto, a nome nostro" }
"""


def test_a_header_twice_and_answers_with_commas(study):
    rows = (
        '"Codice","Ondata","Lavora?","Lavora? ","Aiuti"\n'
        '"PD-001","T0","Sì","","Vicini, Contratto, a nome nostro"\n'
        '"PD-002","T0","","No","Contratto"\n'
        '"AB-001","T0","Sì","No",""\n'
    )
    loaded = read_files(study({"gf.csv": rows}, gf=TWINS))
    assert said(loaded) == [("twin_columns", 4, "Lavora? (2)")]
    answers = loaded.records.followups[["employed", "own_contract"]].astype(object)
    pairs = [tuple(None if pd.isna(v) else v for v in row) for row in answers.to_numpy()]
    assert sorted(pairs, key=str) == [(False, False), (None, None), (True, True)]


KOBO = """
files = ["kobo.csv"]
format = "kobo"
[[tables]]
table = "followups"
[tables.columns]
household = "id"
wave = "ondata"
employed = { from = "entrate", has = "lavoro" }
"""


def test_a_form_with_several_answers_in_one_cell(study):
    rows = "id;ondata;entrate\nPD-001;T0;rdc lavoro\nPD-002;T0;non_lavoro\nAB-001;T0;\n"
    loaded = read_files(study({"kobo.csv": rows}, kobo=KOBO))
    assert said(loaded) == []
    assert sorted(loaded.records.followups["employed"].dropna()) == [False, True]
    assert loaded.records.followups["employed"].isna().sum() == 1


REDCAP = """
files = ["rc.csv"]
format = "redcap"
dates = "ymd"
[[tables]]
table = "followups"
[tables.columns]
household = "id"
wave = "redcap_event_name"
interview_date = "data"
own_contract = { from = "casa___1", form = "casa_complete" }
"""


def test_a_form_that_was_never_opened_though_its_state_is_zero(study):
    rows = (
        "id,redcap_event_name,data,casa___1,casa_complete\n"
        "PD-001,t0,2021-03-05,0,2\n"  # opened: no contract
        "PD-002,t0,,0,0\n"  # never opened, as most exports write it
        "AB-001,t0,,1,0\n"  # begun
    )
    table = read_files(study({"rc.csv": rows}, rc=REDCAP)).records.followups
    assert sorted(table["own_contract"].dropna()) == [False, True]
    assert table["own_contract"].isna().sum() == 1


def test_limesurvey_without_its_submission_date_is_told(study):
    book = TWINS.replace("google_forms", "limesurvey").replace("gf.csv", "ls.csv")
    rows = '"Codice";"Ondata";"Lavora?";"Aiuti"\n"PD-001";"T0";"Y";""\n'
    loaded = read_files(study({"ls.csv": rows}, gf=book))
    assert said(loaded) == [("missing_column", 1, "submitdate")]


def test_a_household_in_two_files_alike(study):
    second = HEAD + NUCLEI.split("\n")[1] + "\n"
    book = HOUSEHOLDS.replace("nuclei.csv", "ancora.csv")
    loaded = read_files(study({"ancora.csv": second}, ancora=book))
    assert [line[0] for line in said(loaded)] == ["duplicate_row"]
    assert len(loaded.records.households) == 3


def test_headers_again_between_the_rows(study):
    first, *rows = NUCLEI.splitlines()
    text = "\n".join([first, rows[0], first, *rows[1:]]) + "\n"
    loaded = read_files(study({"nuclei.csv": text}))
    assert said(loaded) == [("header_row", 3, "")]
    assert len(loaded.records.households) == 3


def test_two_rows_of_headers_again(study):
    book = rubano()
    sheet = book["Elenco 2021"]
    sheet.delete_rows(7, 5)
    sheet.append([cell.value for cell in sheet[3]])
    sheet.append([cell.value for cell in sheet[4]])
    loaded = only(study({"rubano.xlsx": saved(book)}, nuclei=RUBANO))
    assert [line for line in said(loaded) if line[1] in (7, 8)] == [
        ("header_row", 7, ""),
        ("header_row", 8, ""),
    ]


def test_a_stray_zero_byte_is_no_encoding(study):
    loaded = read_files(study({"nuclei.csv": NUCLEI.replace("COMUNE", "CO\0MUNE", 1)}))
    assert said(loaded)  # a header that is not the one awaited, not a file in another encoding
