"""Job events become jobs: worked by hand, one trap at a time."""

from __future__ import annotations

import pandas as pd
from codicefiscale import codicefiscale

from nextome_eval.loaders.load import Loaded, read_files

WORKER = codicefiscale.encode("Inventata", "Prova", "F", "01/02/1990", "Marocco")
STRANGER = codicefiscale.encode("Estraneo", "Prova", "M", "01/02/1980", "Padova")
FIRM = "12345678903"
MEMBERS = """
files = ["componenti.csv"]
dates = "dmy"
[[tables]]
table = "members"
[tables.columns]
household = "ID_NUCLEO"
member = "PROGRESSIVO"
person = "CF"
"""
JOBS = """
files = ["co.csv"]
dates = "dmy"
decimal = ","
[[tables]]
table = "jobs"
[tables.columns]
person = "CF"
employer = "DATORE"
start_date = "INIZIO"
expected_end_date = "PREVISTA"
end_date = "CESSAZIONE"
contract_code = "CONTRATTO"
hours_week = "ORE"
event = "EVENTO"
extracted_on = "ESTRAZIONE"
"""
HEAD = "CF;DATORE;INIZIO;PREVISTA;CESSAZIONE;CONTRATTO;ORE;EVENTO;ESTRAZIONE\n"


def event(
    kind: str,
    *,
    who: str = WORKER,
    start: str = "01/03/2021",
    due: str = "",
    end: str = "",
    code: str = "A.02.00",
) -> str:
    return f"{who};{FIRM};{start};{due};{end};{code};20,5;{kind};15/01/2025\n"


def jobs(study, *events: str) -> Loaded:
    files = {
        "componenti.csv": f"ID_NUCLEO;PROGRESSIVO;CF\nPD-002;1;{WORKER}\n",
        "co.csv": HEAD + "".join(events),
    }
    return read_files(study(files, componenti=MEMBERS, co=JOBS))


def only(loaded: Loaded) -> pd.Series:
    assert len(loaded.records.jobs) == 1
    return loaded.records.jobs.iloc[0]


def rules(loaded: Loaded) -> list[str]:
    lines = loaded.ledger
    return lines.loc[lines["file"] == "co.csv", "rule"].tolist()


def test_extension_transformation_cessation(study):
    job = only(
        loaded := jobs(
            study,
            event("AVV", due="31/08/2021"),
            event("PRO", due="28/02/2022"),
            event("TRA", due="31/12/9999", code="A.01.00"),
            event("CES", end="10/10/2022", code="A.01.00"),
        )
    )
    assert rules(loaded) == []
    assert pd.isna(job["expected_end_date"])
    assert job["end_date"] == pd.Timestamp("2022-10-10")
    assert (job["contract_code"], job["contract_class"]) == ("A.01.00", "permanent")
    assert job["hours_week"] == 20.5
    assert job["household"] == loaded.records.members["household"].iloc[0]
    counts = loaded.reconciliation.set_index("file").loc["co.csv"]
    assert (counts["rows_in"], counts["kept"]) == (4, 4)


def test_an_expected_end_is_no_real_end(study):
    job = only(jobs(study, event("AVV", due="31/08/2021")))
    assert job["expected_end_date"] == pd.Timestamp("2021-08-31")
    assert pd.isna(job["end_date"])


def test_both_sentinels_mean_open(study):
    for due in ("31/12/2099", "31/12/9999", "2099-12-31"):
        assert pd.isna(only(jobs(study, event("AVV", due=due)))["expected_end_date"])


def test_two_jobs_with_one_employer(study):
    loaded = jobs(
        study, event("AVV"), event("CES", end="01/05/2021"), event("AVV", start="02/05/2021")
    )
    assert len(loaded.records.jobs) == 2


def test_a_placement_and_domestic_work_have_their_class(study):
    assert only(jobs(study, event("AVV", code="C.01.00")))["contract_class"] == "traineeship"
    assert only(jobs(study, event("AVV", code="A.04.02")))["contract_class"] == "domestic"


def test_a_stranger_is_reported_event_by_event(study):
    loaded = jobs(study, event("AVV", who=STRANGER), event("CES", who=STRANGER, end="01/05/2021"))
    assert rules(loaded) == ["unmatched_person"] * 2
    assert len(loaded.records.jobs) == 0


def test_people_found_and_not_found_are_counted(study):
    loaded = jobs(study, event("AVV"), event("AVV", who=STRANGER))
    assert loaded.links.set_index("what")["people"].to_dict() == {
        "members_with_a_code": 1,
        "members_found_in_jobs": 1,
        "members_not_found_in_jobs": 0,
        "people_of_jobs_no_member": 1,
    }


def test_an_event_without_its_start(study):
    assert rules(jobs(study, event("PRO", due="31/08/2021"))) == ["job_without_start"]


def test_a_job_that_ends_before_it_begins(study):
    loaded = jobs(study, event("AVV"), event("CES", end="01/02/2021"))
    assert rules(loaded) == ["episode_reversed"]
    assert loaded.reconciliation.set_index("file").loc["co.csv", "set_aside"] == 2


def test_two_starts_that_disagree(study):
    loaded = jobs(study, event("AVV"), event("AVV", code="A.01.00"))
    assert rules(loaded) == ["job_twice"]
    assert only(loaded)["contract_code"] == "A.02.00"


def test_a_code_with_a_wrong_check_character(study):
    wrong = WORKER[:-1] + ("A" if WORKER[-1] != "A" else "B")
    assert rules(jobs(study, event("AVV", who=wrong))) == ["cf_check_digit"]


def test_the_order_of_events_does_not_matter(study):
    events = (
        event("AVV", due="30/06/2021"),
        event("PRO", due="30/09/2021"),
        event("PRO"),
        event("TRA", due="31/12/9999", code="A.01.00"),
        event("CES", end="15/02/2023"),
    )
    tables = [jobs(study, *order).records.jobs for order in (events, events[::-1])]
    pd.testing.assert_frame_equal(*tables)
    assert tables[0]["contract_class"].tolist() == ["permanent"]
    assert tables[0]["expected_end_date"].isna().all()


def test_an_event_that_says_nothing_is_set_aside(study):
    loaded = jobs(study, event("AVV"), event("boh", due="31/12/2021"), event("", due="1/1/2022"))
    assert rules(loaded) == ["unknown_word", "required_missing"]
    assert loaded.ledger["severity"].tolist()[:2] == ["set_aside"] * 2
    assert len(loaded.aside) == 2


def test_two_ends_of_one_job(study):
    loaded = jobs(study, event("AVV"), event("CES", end="1/6/2021"), event("CES", end="2/6/2021"))
    assert rules(loaded) == ["job_twice"]
    assert loaded.records.jobs["end_date"].tolist() == [pd.Timestamp("2021-06-01")]
