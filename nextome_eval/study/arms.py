"""Which arm is compared with which: by number, by category, or by what its name says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.study.columns import Ints, coded

__all__ = ["coded_arms"]

_COMPARED_WITH = (
    "control",
    "controls",
    "controllo",
    "controlli",
    "comparison",
    "confronto",
    "services",
    "servizi",
    "current",
    "attuali",
    "usual",
    "standard",
    "placebo",
    "untreated",
    "non trattati",
    "never treated",
)
_TREATED = (
    "pilot",
    "pilota",
    "sperimentale",
    "sperimentali",
    "sperimentazione",
    "treated",
    "treatment",
    "trattati",
    "intervention",
    "intervento",
    "experimental",
)


def coded_arms(column: pd.Series[Any], name: str) -> tuple[Ints, pd.Index[Any]]:
    """Return codes (rows,), 0 = compared with, and the labels in that order.

    Two words are ordered by what they say ("servizi attuali" is compared with, "pilot" is
    treated); words that say neither are sorted, and a categorical keeps its own order.

    Examples
    --------
    >>> coded_arms(pd.Series(["pilot", "services", "pilot"]), "arm")
    (array([1, 0, 1]), Index(['services', 'pilot'], dtype='str'))
    >>> coded_arms(pd.Series(["a", "b"]), "arm")[0]
    array([0, 1])
    """
    codes, labels = coded(column, name)
    told = isinstance(column.dtype, pd.CategoricalDtype)
    if told or len(labels) != 2 or not all(isinstance(label, str) for label in labels):
        return codes, labels
    first, second = (_says(label) for label in labels)
    if second - first < 0:
        return np.asarray(1 - codes, dtype=np.int64), labels[::-1]
    return codes, labels


def _says(label: str) -> int:
    """-1 for words of a comparison arm, 1 for words of a treated one, 0 for neither."""
    text = " ".join(label.casefold().replace("_", " ").replace("-", " ").split())
    found = set(text.split()) | {text}
    if found & set(_COMPARED_WITH):
        return -1
    return 1 if found & set(_TREATED) else 0
