"""A reader for each source, tried on a small made-up file of exactly its shape."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.load import Loaded, read_files

FIXTURES = Path(__file__).with_name("fixtures")


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    lines = loaded.ledger
    rows = [None if pd.isna(row) else int(row) for row in lines["row"]]
    return list(zip(lines["rule"], rows, lines["column"].fillna(""), strict=True))


def counts(loaded: Loaded, file: str) -> tuple[int, int, int]:
    table = loaded.reconciliation
    part = table.loc[table["file"] == file, ["rows_in", "kept", "set_aside"]].sum()
    return tuple(int(n) for n in part)


def followups(loaded: Loaded) -> pd.DataFrame:
    return loaded.records.followups.sort_values(["wave", "household"], ignore_index=True)


def fixture(name: str) -> dict[str, bytes]:
    return {name: (FIXTURES / name).read_bytes()}


LIMESURVEY = """
files = ["limesurvey_vecchia.csv"]
format = "limesurvey"
delimiter = ","
dates = "ymd"
[[tables]]
table = "followups"
ignore = ["id", "AIUTI[*]"]
[tables.columns]
household = "IDNUCLEO"
wave = "ONDATA"
interview_date = "DATAINTERVISTA"
who5_1 = "WHO5[SQ001]"
"""


def test_limesurvey_of_an_older_export(study):
    loaded = read_files(study(fixture("limesurvey_vecchia.csv"), survey=LIMESURVEY))
    assert said(loaded) == [
        ("incomplete_response", 3, ""),
        ("unreadable_number", 4, "WHO5[SQ001]"),
    ]
    assert counts(loaded, "limesurvey_vecchia.csv") == (3, 2, 1)


GOOGLE = """
files = ["google_forms.csv"]
format = "google_forms"
dates = "dmy"
[[tables]]
table = "followups"
ignore = ["Informazioni cronologiche", "Chi vi aiuta?"]
[tables.columns]
household = "Codice del nucleo"
wave = "Ondata"
interview_date = "Data della visita"
employed = ["Qualcuno lavora?", "Qualcuno lavora in casa?"]
"""


def test_google_forms_with_commas_and_twin_columns(study):
    loaded = read_files(study(fixture("google_forms.csv"), forms=GOOGLE))
    assert said(loaded) == [("twin_columns", 4, "Qualcuno lavora in casa?")]
    answers = loaded.records.followups["employed"]
    assert sorted(answers.dropna()) == [False, True]
    assert answers.isna().sum() == 1


REDCAP = """
files = ["redcap.csv"]
format = "redcap"
dates = "ymd"
[missing]
"99" = "refused"
[[tables]]
table = "households"
only = { redcap_event_name = ["ingresso*"], redcap_repeat_instrument = [""] }
ignore = ["*"]
[tables.columns]
household = "codice"
municipality = "comune"
arm = { from = "gruppo", words = { "1" = "pilot", "2" = "control" } }
referral_date = "segnalazione"
[[tables]]
table = "followups"
only = { redcap_repeat_instrument = [""] }
ignore = ["*"]
[tables.columns]
household = "codice"
interview_date = "data_visita"
employed = "lavoro"
own_contract = { from = "aiuti___1", form = "casa_complete" }
[tables.columns.wave]
from = "redcap_event_name"
words = { "ingresso_arm_1" = 0, "mese_6_arm_1" = 6, "mese_12_arm_1" = 12 }
"""


def test_redcap_rows_by_event(study):
    plan = study(fixture("redcap.csv"), nuclei=REDCAP)
    (plan.folder / "nuclei.csv").unlink()
    loaded = read_files(plan)
    assert said(loaded) == [("no_table", 6, "")]
    assert len(loaded.records.households) == 2
    table = followups(loaded)
    assert table["wave"].tolist() == [0, 0, 6, 12]
    opened = table.sort_values(["wave", "own_contract"])["own_contract"]
    assert opened.isna().tolist() == [False, False, True, True]
    reasons = loaded.records.missing
    assert reasons["reason"].tolist() == ["refused"]


LAC = """
files = ["anagrafe_lac.csv"]
dates = "dmy"
[[tables]]
table = "members"
drop = ["Cognome", "Nome"]
ignore = ["Codpro", "Codcom"]
[tables.columns]
household = "Codfam"
member = "Progr"
person = "Codfiscale"
sex = "Sesso"
citizenship = "Codcit"
birth_date = { from = "Datanas", unknown_day = "01/01" }
"""


def test_a_register_with_unknown_birthdays(study):
    loaded = read_files(study(fixture("anagrafe_lac.csv"), lac=LAC))
    rules = [line for line in said(loaded) if line[0] != "members_number"]
    assert rules == [("partial_date", 3, "Datanas"), ("partial_date", 4, "Datanas")]
    assert sorted(loaded.records.members["citizenship"]) == ["MA", "MA", "NG"]
    assert loaded.ledger["value"].dropna().tolist().count("01/01/2015") == 1
    people = loaded.records.members
    assert 2015 in people.loc[people["birth_date"].isna(), "birth_year"].tolist()
    assert people["birth_year"].notna().all()


KOBO = """
files = ["kobo.xlsx"]
format = "kobo"
dates = "ymd"
[[tables]]
table = "followups"
sheets = ["visita"]
ignore = ["aiuti/*", "aiuti", "_*"]
[tables.columns]
household = "dati/id_nucleo"
wave = "dati/ondata"
interview_date = "dati/data"
employed = "lavoro/lavora"
[[tables]]
table = "members"
sheets = ["persone"]
repeat_of = "visita"
ignore = ["../*", "_*"]
[tables.columns]
household = "../dati/id_nucleo"
member = "persone/numero"
sex = "persone/sesso"
"""


def kobo() -> bytes:
    book = openpyxl.Workbook()
    forms, people = book.active, book.create_sheet("persone")
    forms.title = "visita"
    tail = ["_id", "_uuid", "_submission_time", "_validation_status", "_index"]
    forms.append(
        ["dati/id_nucleo", "dati/ondata", "dati/data", "aiuti", "aiuti/a", "aiuti/b",
         "lavoro/lavora", *tail]
    )  # fmt: skip
    for index, (home, status) in enumerate(
        [("PD-001", "Approved"), ("PD-002", "Not Approved"), ("AB-001", "")], start=1
    ):
        forms.append(
            [home, "T0", "2021-04-03", "a b", 1, 1, "yes", 700 + index, f"u{index}",
             "2021-04-03T10:00:00", status, index]
        )  # fmt: skip
    people.append(["persone/numero", "persone/sesso", "_index", "_parent_index"])
    for index, (number, sex, form) in enumerate(
        [(1, "F", 1), (2, "M", 1), (1, "F", 2), (1, "F", 3)]
    ):
        people.append([number, sex, index + 1, form])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_kobo_with_groups_and_a_repeat(study):
    loaded = read_files(study({"kobo.xlsx": kobo()}, kobo=KOBO))
    rules = [line[:2] for line in said(loaded) if line[0] != "members_number"]
    assert ("not_approved", 3) in rules
    assert ("not_approved", 4) in rules
    table = loaded.reconciliation.set_index("sheet")
    assert table.loc["visita", ["rows_in", "kept"]].tolist() == [3, 2]
    assert table.loc["persone", ["rows_in", "kept"]].tolist() == [4, 3]
    assert len(loaded.records.members) == 3


def test_kobo_without_its_index(study):
    book = KOBO.replace('sheets = ["persone"]', 'sheets = ["visita"]')
    with pytest.raises(DataProblem) as found:
        read_files(study({"kobo.xlsx": kobo()}, kobo=book))
    assert found.value.code == "repeat_index"


@pytest.mark.parametrize(
    ("written", "year", "full"),
    [("1990", 1990, False), ("03/1990", 1990, False), ("5/3/1990", 1990, True),
     ("gen '90", 1990, False), ("boh", None, False), ("", None, False)],
)  # fmt: skip
def test_a_partial_birthday_keeps_its_year(study, written, year, full):
    rows = f"Codfam;Progr;Datanas\nPD-001;1;{written}\n"
    book = LAC.replace("anagrafe_lac.csv", "p.csv")
    book = "\n".join(li for li in book.splitlines() if not li.startswith(("person", "sex", "cit")))
    person = read_files(study({"p.csv": rows}, lac=book)).records.members.iloc[0]
    assert (None if pd.isna(person["birth_year"]) else person["birth_year"]) == year
    assert pd.notna(person["birth_date"]) == full
