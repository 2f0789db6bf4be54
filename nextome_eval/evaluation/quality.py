"""What was wrong in the files: problems by rule, file, town and half-year; rows in and kept."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study, Words
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.words import words

__all__ = ["quality"]


def quality(study: Study) -> list[Exhibit]:
    """T15 to T18: the ledger by rule, file, town and half-year; T19: rows in and kept by file."""
    return _problems(study) + _rows(study)


def _problems(study: Study) -> list[Exhibit]:
    if study.ledger is None or not len(study.ledger):
        return []
    ledger = study.ledger
    halves = _half_year(ledger["month"])
    counted = {
        "T15": (ledger["rule"], "lines", _rules()),
        "T16": (ledger["file"], "lines", _files(ledger["file"])),
        "T17": (ledger["municipality"].fillna("no_town_known"), "lines", _head("town")),
        "T18": (halves.fillna("no_month_known"), "term", _halves(halves)),
    }
    return [
        _shown(study, number, _by(terms, ledger["severity"], first), labels)
        for number, (terms, first, labels) in counted.items()
    ]


def _by(terms: pd.Series[Any], severity: pd.Series[Any], first: str) -> pd.DataFrame:
    counts = pd.crosstab(terms, severity)
    counts = counts.reindex(columns=["note", "problem", "set_aside"], fill_value=0)
    counts["lines"] = counts.sum(axis=1)
    rows = counts.rename_axis("term").reset_index().rename_axis(columns=None)
    return rows.sort_values(first, ascending=first == "term", kind="stable", ignore_index=True)


def _rows(study: Study) -> list[Exhibit]:
    counts = study.records.reconciliation
    if counts is None or not len(counts):
        return []
    named = counts.rename(columns={"file": "term"})
    summed = named.groupby("term", sort=True)[["rows_in", "kept", "set_aside"]].sum()
    return [_shown(study, "T19", summed.reset_index(), _files(counts["file"]))]


def _half_year(months: pd.Series[Any]) -> pd.Series[Any]:
    year = months.dt.year.astype("Int64").astype("string")
    half = (1 + months.dt.month.astype("Int64") // 7).astype("string")
    halves: pd.Series[Any] = year + "-" + half
    return halves


def _halves(halves: pd.Series[Any]) -> dict[str, Words]:
    said = words("study")["half_years"]
    return _head("half_year") | {
        half: {language: said[half[-1]][language].format(year=half[:4]) for language in said["1"]}
        for half in halves.dropna().unique()
    }


def _files(names: pd.Series[Any]) -> dict[str, Words]:
    return _head("file") | {name: {"it": name, "en": name} for name in names.unique()}


def _head(of: str) -> dict[str, Words]:
    """Return what stands over the first column."""
    return {"term": words("study")["ledger"][of]}


def _rules() -> dict[str, Words]:
    return {rule: {"it": told["it"], "en": told["en"]} for rule, told in words("ledger").items()}


def _shown(study: Study, number: str, rows: pd.DataFrame, labels: dict[str, Words]) -> Exhibit:
    more: dict[str, Any] = {
        **study.shared,
        "labels": study.labels | words("study")["ledger"] | labels,
    }
    del more["n"]
    return Exhibit.of_words(
        number,
        kind="counts",
        answers={"rows": Summary(rows, {}, "counts")},
        internal=True,  # lines of files, some about a single family
        **more,
    )
