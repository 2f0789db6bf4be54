"""Columns repeated by wave (CANONE_T0, CANONE_T6...) become a row a wave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.loaders.codebook import same_header
from nextome_eval.loaders.source import Source

__all__ = ["to_long"]


def to_long(source: Source, cells: pd.DataFrame, headers: list[str]) -> Source:
    """Turn columns repeated by wave (CANONE_T0, CANONE_T6...) into a row a wave."""
    marks = source.rule.long
    spread = {n: c for n, c in source.rule.columns.items() if any("*" in h for h in c.headers)}
    parts: list[pd.DataFrame] = []
    keeps: list[np.ndarray] = []
    heads: dict[str, list[str]] = {name: [] for name in spread}
    for mark in marks:
        part = source.texts.drop(columns=list(spread), errors="ignore").copy()
        part["wave"] = mark
        filled = np.zeros(len(part), bool)
        for name, column in spread.items():
            wanted = [h.replace("*", mark) for h in column.headers]
            place = next(
                (i for i, h in enumerate(headers) for w in wanted if same_header(h, w)), None
            )
            part[name] = cells[place] if place is not None else ""
            filled |= part[name].str.strip().ne("").to_numpy(bool)
            heads[name].append(headers[place] if place is not None else "")
        parts.append(part)
        keeps.append(np.flatnonzero(filled))
    silent = np.setdiff1d(np.arange(len(source.rows)), np.concatenate(keeps))
    keeps[0] = np.concatenate([keeps[0], silent])
    texts = pd.concat([p.iloc[k] for p, k in zip(parts, keeps, strict=True)], ignore_index=True)
    at = np.concatenate(keeps)
    head: dict[str, str | np.ndarray] = dict(source.headers)
    for name, each in heads.items():
        head[name] = np.concatenate(
            [np.full(len(k), h, dtype=object) for h, k in zip(each, keeps, strict=True)]
        )
    long = Source(
        source.file,
        source.sheet,
        source.rule,
        source.codebook,
        texts.astype("string[pyarrow]"),
        source.rows[at],
        head,
        source.header_row,
        source.names.iloc[at].reset_index(drop=True),
        source.titles,
        source.blank,
    )
    long.aside = source.aside[at]
    long.set_aside(np.isin(at, silent), "no_answers")
    return long
