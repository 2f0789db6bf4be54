"""A line of the ledger knows its town and the month of its record."""

from __future__ import annotations

import pandas as pd
from conftest import FOLLOWUPS, HEAD, HOUSEHOLDS, NUCLEI

from nextome_eval.loaders.load import read_files

INTERVIEWS = (
    "ID_NUCLEO;ONDATA;DATA;OCCUPATO;WHO5_1\n"
    "PD-001;T0;05/03/2021;forse;3\n"  # a value lost: Padova, March
    "AB-001;T0;07/04/2021;si;9\n"  # out of range: Abano, April
    "AB-001;T6;31/02/2021;forse;3\n"  # no date to be read
    "XX-999;T0;05/05/2021;si;3\n"  # nobody's: no town, but a month
)


def placed(plan) -> pd.DataFrame:
    ledger = read_files(plan).ledger
    return ledger.set_index(["file", "row", "column"])[["municipality", "month"]].sort_index()


def test_lines_of_interviews(study):
    lines = placed(study({"interviste.csv": INTERVIEWS}, interviste=FOLLOWUPS))
    at = lines.loc["interviste.csv"]
    padova, abano = at.loc[(2, "OCCUPATO")], at.loc[(3, "WHO5_1")]
    assert (padova["municipality"], padova["month"]) == ("028060", pd.Timestamp("2021-03-01"))
    assert (abano["municipality"], abano["month"]) == ("028001", pd.Timestamp("2021-04-01"))
    undated = at.loc[(4, "OCCUPATO")]
    assert undated["municipality"] == "028001"
    assert pd.isna(undated["month"])
    nobody = at.loc[5].iloc[0]
    assert pd.isna(nobody["municipality"])
    assert nobody["month"] == pd.Timestamp("2021-05-01")


def test_a_line_without_a_household_is_of_the_files_one_town(study):
    empty = ";Abano;Controllo;02/04/2021;;4;;albanese;;\n"
    row = "AB-001;Abano;Controllo;02/04/2021;;4;3.000,50;albanese;;\n"
    other = HOUSEHOLDS.replace("nuclei.csv", "abano.csv")
    lines = placed(study({"abano.csv": HEAD + row.replace("001", "002") + empty}, abano=other))
    assert lines.loc["abano.csv"].loc[3, "municipality"].tolist() == ["028001"]
    several = placed(
        study(
            {"nuclei.csv": NUCLEI + empty, "abano.csv": HEAD + row.replace("001", "002")},
            abano=other,
        )
    )
    assert several.loc["nuclei.csv"].loc[5, "municipality"].isna().all()
