"""Damaged bytes on which a reader dies are a sentence, and this process lives on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from old_workbook import old_workbook

from nextome_eval.errors import DataProblem
from nextome_eval.loaders import fragile
from nextome_eval.loaders.files import open_file


def test_a_workbook_that_asks_for_all_the_memory(tmp_path):
    raw = bytearray(old_workbook())
    raw[2616] = 159  # a count in it becomes one of billions
    (tmp_path / "a.xls").write_bytes(bytes(raw))
    with pytest.raises(DataProblem) as found:
        open_file(tmp_path / "a.xls")
    assert found.value.code == "workbook_broken"


@pytest.mark.parametrize("ending", ["import os; os.abort()", "raise SystemExit"])
def test_a_reader_that_dies(tmp_path, monkeypatch, ending):
    frame = pd.DataFrame({"nucleo": ["A"], "ondata": [0.0]})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    assert len(open_file(tmp_path / "a.sav")[0].cells) == 2
    monkeypatch.setitem(fragile._READINGS, ".sav", ending)
    with pytest.raises(DataProblem) as found:
        open_file(tmp_path / "a.sav")
    assert found.value.code == "file_kind"


def test_damaged_files_of_every_fragile_kind(tmp_path):
    frame = pd.DataFrame({"nucleo": ["A", "B"], "quando": pd.to_datetime(["2021-03-01"] * 2)})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    pyreadstat.write_dta(frame, str(tmp_path / "a.dta"))
    whole = {kind: (tmp_path / f"a.{kind}").read_bytes() for kind in ("sav", "dta")}
    whole["xls"] = old_workbook()
    ends = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        for kind, raw in whole.items():
            damaged = bytearray(raw)
            for at in rng.integers(0, len(raw), 6):
                damaged[at] = rng.integers(0, 256)
            (tmp_path / f"b.{kind}").write_bytes(bytes(damaged))
            try:
                ends.append(len(open_file(tmp_path / f"b.{kind}")))
            except DataProblem as problem:
                ends.append(problem.code)
    assert set(ends) <= {1, 2, "file_kind", "workbook_broken"}
