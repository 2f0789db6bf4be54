"""Rows that are no records: totals, tests, unsent forms, repetitions."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.cells.read import fold
from nextome_eval.loaders.identity import written_id
from nextome_eval.loaders.ledger import Lines
from nextome_eval.loaders.source import Source
from nextome_eval.study.tables import tables

__all__ = ["set_rows_aside"]

_TEST = re.compile(r"(?:prova|test)(?: ?\d+)?(?: (?:prova|test)(?: ?\d+)?)*\Z")
_WORDS = ("prova", "test")
_REFUSED = frozenset(
    fold(w) for w in ("Not Approved", "validation_status_not_approved", "Non approvato")
)


def set_rows_aside(source: Source, lines: Lines) -> None:
    """Set aside the rows that are no records, with a line for each.

    Parameters
    ----------
    source : Source
        Its `aside` may already hold totals and ragged rows.
    lines : Lines
    """
    source.set_aside(_tests(source), "test_row")
    if "submitted" in source.texts:
        source.set_aside(_blank(source, "submitted"), "incomplete_response")
    if "approval" in source.texts:
        source.set_aside(_among(source.texts["approval"], _REFUSED), "not_approved")
    if source.table != "jobs":
        source.set_aside(_blank(source, source.owner), "no_household")
    source.set_aside(_repeated(source), "duplicate_row")
    for rule in sorted({rule for rule in source.aside if rule is not None}):
        lines.cells(rule, source, source.aside == rule)


def _tests(source: Source) -> np.ndarray:
    found = _matching(source.texts[source.owner])
    for name in source.names:
        found |= _matching(source.names[name])
    return found


def _matching(texts: pd.Series) -> np.ndarray:
    codes, different = pd.factorize(texts)
    hit = [any(w in t.casefold() for w in _WORDS) and bool(_TEST.match(fold(t))) for t in different]
    return np.array(hit or [False], bool)[codes]


def _among(texts: pd.Series, words: frozenset[str]) -> np.ndarray:
    codes, different = pd.factorize(texts)
    return np.array([fold(shown(t)) in words for t in different] or [False], bool)[codes]


def _blank(source: Source, column: str) -> np.ndarray:
    codes, different = pd.factorize(source.texts[column])
    return np.array([not written_id(t) for t in different] or [False], bool)[codes]


def _repeated(source: Source) -> np.ndarray:
    """Find rows equal to an earlier one, in every cell that is read."""
    key = [c for c in (*tables()[source.table].key, "event") if c in source.texts]
    stamps = [c for c in ("submitted", "approval") if c in source.texts]
    texts = source.texts.drop(columns=stamps).loc[source.kept]
    near = texts[texts.duplicated(key, keep=False)]
    again = np.zeros(len(source.rows), bool)
    again[near.index[near.duplicated()]] = True
    return again
