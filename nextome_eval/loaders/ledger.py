"""Every problem found, with its address: what a town gets back, and what the report counts."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nextome_eval.loaders.cells.excel import MISSING, shown
from nextome_eval.study.tables import tables, typed
from nextome_eval.words import words

if TYPE_CHECKING:
    from nextome_eval.loaders.source import Source

__all__ = ["Lines", "names_someone", "rule_sentence", "rules", "visible"]

_LONGEST = 80
# A codice fiscale, an e-mail address, a telephone number, an IBAN, wherever someone typed it.
_IDENTIFIER = re.compile(
    r"(?i)\b[a-z]{3} ?[a-z]{3} ?[0-9lmnpqrstuv]{2} ?[a-ehlmprst] ?[0-9lmnpqrstuv]{2} ?"
    r"[a-z] ?[0-9lmnpqrstuv]{3} ?[a-z]\b"
    r"|[^\s@]@[^\s@]{1,80}\.[a-z]{2}|\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){4}"
    r"|(?<![\d.,/-])(?:\+39 ?|0039 ?)?(?:3\d{2}|0\d{1,3})[ ./-]?\d{3}[ ./-]?\d{3,4}(?![\d.,/-])"
)


@cache
def rules() -> dict[str, dict[str, str]]:
    """Return the ledger's rules: each with its severity and its sentence in two languages."""
    return words("ledger")


def rule_sentence(rule: str, language: str) -> str:
    """Return why a line of this rule is a problem, in ``"it"`` or ``"en"``.

    Examples
    --------
    >>> rule_sentence("no_household", "en")
    'The household id is empty.'
    """
    return rules()[rule][language]


class Lines:
    """Collects the lines of one load; `frame` puts them in their order."""

    def __init__(self) -> None:
        self._parts: list[pd.DataFrame] = []

    def cells(
        self, rule: str, source: Source, at: np.ndarray, *, column: str = "", severity: str = ""
    ) -> None:
        """Add a line for each row of a source, at one of its canonical columns.

        Parameters
        ----------
        rule : str
            Which rule is broken.
        source : Source
            Where the rows are.
        at : ndarray of int or bool, shape (lines,) or (rows,)
            Positions in the source.
        column : str
            The canonical column; empty where the whole row is meant.
        severity : str
            Another severity than the rule's own.
        """
        at = np.flatnonzero(at) if at.dtype == bool else at
        if not len(at):
            return
        header = source.header_of(column)
        hide = not column or source.identifies(column)
        values = [None] * len(at) if hide else source.texts[column].iloc[at].map(visible).tolist()
        self.add(
            rule,
            severity=severity,
            file=source.file,
            sheet=source.sheet,
            row=source.row_of(at, column),
            column=header if isinstance(header, str) else [header[i] for i in at],
            value=values,
            household=source.pseudonyms.iloc[at].tolist(),
        )

    def add(self, rule: str, **fields: Any) -> None:
        """Add lines of one rule; fields are single values or lists."""
        severity = fields.pop("severity", "") or rules()[rule]["severity"]
        fields = {"sheet": "", "column": "", "value": None, "household": None} | fields
        size = max(
            (len(v) for v in fields.values() if isinstance(v, (list, np.ndarray))), default=1
        )
        full = {
            name: value if isinstance(value, (list, np.ndarray)) else [value] * size
            for name, value in fields.items()
        }
        reason = rule_sentence(rule, "en")
        self._parts.append(
            pd.DataFrame({"rule": rule, "severity": severity, **full, "reason": reason})
        )

    def frame(self) -> pd.DataFrame:
        """Return the ledger as a canonical table, by file, sheet, row, column and rule."""
        if not self._parts:
            return typed("ledger", pd.DataFrame())
        lines = pd.concat([_plain(part) for part in self._parts], ignore_index=True)
        order = ["file", "sheet", "row", "column", "rule", "value"]
        lines = lines.sort_values(order, kind="stable", na_position="first")
        return typed("ledger", lines.reindex(columns=list(tables()["ledger"].columns)))


def _plain(part: pd.DataFrame) -> pd.DataFrame:
    part = part.astype({name: "string" for name in part.columns if name != "row"})
    part["row"] = part["row"].replace("", pd.NA).astype("Int64")
    return part


def names_someone(text: str) -> bool:
    """Say whether a text that should be an answer holds a tax code, an address or a number.

    Examples
    --------
    >>> names_someone("chiamare 049" + " 8200000"), names_someone("1.250,00")
    (True, False)
    """
    return bool(_IDENTIFIER.search(text))


def visible(text: str) -> str | None:
    """Return a cell as the ledger shows it: cut short, nothing where it names someone."""
    code, _, label = (
        shown(text).partition("|") if text.startswith(MISSING) else (shown(text), "", "")
    )
    text = f"{code} ({label})" if label else code
    if names_someone(text):
        return None
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
