"""SPSS and Stata files: labels are read as words, the author's missing values keep their reason."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.files import open_file
from nextome_eval.loaders.load import Loaded, read_files


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    lines = loaded.ledger
    return list(zip(lines["rule"], lines["row"].astype(int), lines["column"], strict=True))


LABELLED = """
files = ["FILE"]
format = "FORMAT"
dates = "dmy"
[missing]
"non risponde" = "refused"
[[tables]]
table = "followups"
[tables.columns]
household = "nucleo"
wave = "ondata"
employed = "lavora"
neighbour_help = "aiuto"
"""


def test_spss_with_labels_and_user_missing(study, tmp_path):
    frame = pd.DataFrame(
        {
            "nucleo": ["PD-001", "PD-002", "AB-001"],
            "ondata": [0.0, 0.0, 0.0],
            "lavora": [1.0, 2.0, 9.0],
            "aiuto": [7.0, 98.0, 99.0],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        variable_value_labels={
            "lavora": {1.0: "Sì", 2.0: "No", 9.0: "Non risponde"},
            "aiuto": {98.0: "Boh"},
        },
        missing_ranges={"lavora": [9.0], "aiuto": [{"lo": 98.0, "hi": 99.0}]},
    )
    book = LABELLED.replace("FILE", "visite.sav").replace("FORMAT", "spss")
    loaded = read_files(study({"visite.sav": (tmp_path / "a.sav").read_bytes()}, sav=book))
    assert said(loaded) == [("user_missing", 2, "aiuto"), ("user_missing", 3, "aiuto")]
    assert sorted(loaded.records.followups["employed"].dropna()) == [False, True]
    assert loaded.records.followups["neighbour_help"].dropna().tolist() == [7]
    reasons = loaded.records.missing.groupby("column")["reason"].agg(list)
    assert reasons["employed"] == ["refused"]
    assert reasons["neighbour_help"] == ["unreadable"] * 2


def test_stata_with_labels(study, tmp_path):
    frame = pd.DataFrame(
        {"nucleo": ["PD-001", "PD-002"], "ondata": [0, 6], "lavora": [1, 2], "aiuto": [3, 4]}
    )
    pyreadstat.write_dta(
        frame, str(tmp_path / "a.dta"), variable_value_labels={"lavora": {1: "Sì", 2: "No"}}
    )
    book = LABELLED.replace("FILE", "visite.dta").replace("FORMAT", "stata")
    loaded = read_files(study({"visite.dta": (tmp_path / "a.dta").read_bytes()}, dta=book))
    assert said(loaded) == []
    table = loaded.records.followups.sort_values("wave")
    assert table["employed"].tolist() == [True, False]


def test_statas_own_missing_values(study, tmp_path):
    frame = pd.DataFrame({"nucleo": ["PD-001", "PD-002"], "ondata": [0, 0], "aiuto": ["a", 4]})
    pyreadstat.write_dta(
        frame, str(tmp_path / "a.dta"), missing_user_values={"aiuto": ["a"]}, version=15
    )
    book = LABELLED.replace("FILE", "v.dta").replace("FORMAT", "stata")
    book = book.replace('employed = "lavora"\n', "").replace(
        "[missing]", '[missing]\n".a" = "not_asked"'
    )
    loaded = read_files(study({"v.dta": (tmp_path / "a.dta").read_bytes()}, dta=book))
    assert said(loaded) == []
    assert loaded.records.missing["reason"].tolist() == ["not_asked"]


def test_a_labelled_file_that_is_none(tmp_path):
    (tmp_path / "a.sav").write_bytes(b"$FL2 not really")
    with pytest.raises(DataProblem) as found:
        open_file(tmp_path / "a.sav")
    assert found.value.code == "file_kind"
