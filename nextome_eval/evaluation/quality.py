"""What was wrong in the files: problems by rule, and by file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study, Words
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.words import words

__all__ = ["INTERNAL", "quality"]

# They count lines of files, some about a single family: they stay in the house.
INTERNAL = ("T15", "T16")


def quality(study: Study) -> list[Exhibit]:
    """T15 and T16: the ledger's lines by rule and by file, what was kept and what set aside."""
    if study.ledger is None or not len(study.ledger):
        return []
    ledger = study.ledger
    return [
        _shown(study, "T15", _by(ledger, "rule"), _rules()),
        _shown(study, "T16", _by(ledger, "file"), {}),
    ]


def _by(ledger: pd.DataFrame, column: str) -> pd.DataFrame:
    counts = pd.crosstab(ledger[column], ledger["severity"])
    counts = counts.reindex(columns=["note", "problem", "set_aside"], fill_value=0)
    counts["lines"] = counts.sum(axis=1)
    counts = counts.sort_values("lines", ascending=False, kind="stable")
    return counts.rename_axis("term").reset_index().rename_axis(columns=None)


def _rules() -> dict[str, Words]:
    return {rule: {"it": told["it"], "en": told["en"]} for rule, told in words("ledger").items()}


def _shown(study: Study, number: str, rows: pd.DataFrame, labels: dict[str, Words]) -> Exhibit:
    more: dict[str, Any] = {
        **study.shared,
        "labels": study.labels | words("study")["ledger"] | labels,
    }
    del more["n"]
    return Exhibit.of_words(
        number, kind="counts", answers={"rows": Summary(rows, {}, "counts")}, **more
    )
