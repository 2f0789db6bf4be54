"""Rows in, rows kept, rows set aside: per file, and they add up."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.ledger import names_someone
from nextome_eval.loaders.source import Source

__all__ = ["reconcile", "rows_aside"]


def reconcile(sources: list[Source]) -> pd.DataFrame:
    """Count the rows of each file and sheet.

    Returns
    -------
    DataFrame
        One row a source: `file`, `sheet`, `table`, `titles` (rows above the header), `blank`,
        `rows_in`, `kept`, `set_aside`, `why` (each rule with its count).
    """
    counts = []
    for source in sources:
        rules = _by_row(source)
        apart = rules[rules != ""]
        why = apart.value_counts().sort_index()
        counts.append(
            {
                "file": source.file,
                "sheet": source.sheet,
                "table": source.table,
                "titles": source.titles,
                "blank": source.blank,
                "rows_in": len(rules),
                "kept": len(rules) - len(apart),
                "set_aside": len(apart),
                "why": ", ".join(f"{rule} {count}" for rule, count in why.items()),
            }
        )
    columns = ["file", "sheet", "table", "titles", "blank", "rows_in", "kept", "set_aside", "why"]
    return pd.DataFrame(counts, columns=columns)


def rows_aside(sources: list[Source]) -> pd.DataFrame:
    """Return the rows set aside: address, rule, pseudonym, and the cells that identify nobody.

    Returns
    -------
    DataFrame
        `file`, `sheet`, `row`, `table`, `rule`, `household`, `cells` (JSON, header to text).
    """
    parts = [part for source in sources if (part := _aside(source)) is not None]
    columns = ["file", "sheet", "row", "table", "rule", "household", "cells"]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="string") for name in columns})
    return pd.concat(parts, ignore_index=True)[columns]


def _by_row(source: Source) -> pd.Series:
    """Return the rule of each row; a row that gave several records is aside if all of them are."""
    rules = pd.Series(["" if rule is None else str(rule) for rule in source.aside], dtype="string")
    return rules.groupby(source.rows).min() if source.rule.long else rules


def _aside(source: Source) -> pd.DataFrame | None:
    at = np.flatnonzero(~source.kept)
    if not len(at):
        return None
    shown_columns = [str(c) for c in source.texts if not source.identifies(str(c))]
    texts = source.texts.iloc[at][shown_columns].map(shown)
    texts = texts.mask(texts.map(names_someone), "")
    return pd.DataFrame(
        {
            "file": source.file,
            "sheet": source.sheet,
            "row": source.rows[at].astype("int64"),
            "table": source.table,
            "rule": [str(rule) for rule in source.aside[at]],
            "household": source.pseudonyms.iloc[at].to_numpy(),
            "cells": [json.dumps(r, ensure_ascii=False) for r in texts.to_dict("records")],
        }
    )
