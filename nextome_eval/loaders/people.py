"""Identifiers become pseudonyms here, after their codes were checked; nothing else leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.identity import Pseudonymiser
from nextome_eval.loaders.ledger import Lines
from nextome_eval.loaders.reading import ReadSource
from nextome_eval.loaders.source import Source
from nextome_eval.loaders.tax_codes import TaxCode, contradiction, read_tax_code

__all__ = ["name_owners", "name_rows"]

_INVALID = ("cf_malformed", "cf_check_digit")


def name_owners(source: Source, names: Pseudonymiser) -> None:
    """Give each row of a source the pseudonym of its household, for the ledger."""
    kind = source.owner
    if kind == "person":
        return
    source.pseudonyms = names.column(kind, source.texts[kind]).reset_index(drop=True)


def name_rows(source: Source, read: ReadSource, names: Pseudonymiser, lines: Lines) -> pd.DataFrame:
    """Return the read rows with pseudonyms in the place of identifiers.

    Parameters
    ----------
    source : Source
    read : ReadSource
    names : Pseudonymiser
    lines : Lines
        Takes a line for each tax code that cannot be right or contradicts its row.

    Returns
    -------
    DataFrame
        `at`, the canonical columns, identifiers as pseudonyms.
    """
    frame = read.frame
    for kind in ("household", "operator", "employer", "flat"):
        if kind in source.texts:
            ids = source.texts[kind].iloc[frame["at"]].reset_index(drop=True)
            frame = frame.assign(**{kind: names.column(kind, ids)})
    if "person" in source.texts:
        frame = _persons(source, frame, names, lines)
    return frame


def _persons(
    source: Source, frame: pd.DataFrame, names: Pseudonymiser, lines: Lines
) -> pd.DataFrame:
    at = frame["at"].to_numpy(int)
    texts = source.texts["person"].iloc[at].reset_index(drop=True)
    codes, different = pd.factorize(texts)
    reads = [read_tax_code(shown(text)) if text.strip() else TaxCode() for text in different]
    frame = frame.assign(person=names.column("person", texts.map(_good(different, reads))))
    rules = np.array([read.rule for read in reads] or [None], dtype=object)[codes]
    if source.table == "jobs":
        bad = np.isin(rules, _INVALID) | (texts.str.strip() == "").to_numpy(bool)
        for rule in _INVALID:
            lines.cells(rule, source, at[rules == rule], column="person", severity="set_aside")
        empty = at[(texts.str.strip() == "").to_numpy(bool)]
        lines.cells("required_missing", source, empty, column="person", severity="set_aside")
        for rule in (*_INVALID, "required_missing"):
            source.set_aside(empty if rule == "required_missing" else at[rules == rule], rule)
        return frame[~bad].reset_index(drop=True)
    rules = _contradictions(frame, reads, codes, rules)
    for rule in sorted({rule for rule in rules if rule is not None}):
        lines.cells(rule, source, at[rules == rule], column="person")
    return frame


def _good(different: pd.Index, reads: list[TaxCode]) -> dict[str, str]:
    return {text: read.code or "" for text, read in zip(different, reads, strict=True)}


def _contradictions(
    frame: pd.DataFrame, reads: list[TaxCode], codes: np.ndarray, rules: np.ndarray
) -> np.ndarray:
    blank = pd.Series([None] * len(frame), dtype=object)
    sexes = frame.get("sex", blank).astype(object)
    births = frame.get("birth_date", blank).astype(object)
    places = frame.get("birthplace", blank).astype(object)
    found = rules.copy()
    for i, (code, sex, born, place) in enumerate(zip(codes, sexes, births, places, strict=True)):
        if found[i] is None:
            found[i] = contradiction(
                reads[code],
                sex=None if pd.isna(sex) else sex,
                born=None if pd.isna(born) else born,
                place=None if pd.isna(place) else place,
            )
    return found
