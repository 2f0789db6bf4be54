"""What towns corrected, applied on every reading; the files themselves never change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.dates import read_date
from nextome_eval.loaders.cells.excel import DATE, shown, typed
from nextome_eval.loaders.cells.numbers import read_number
from nextome_eval.loaders.cells.read import fold, tidy
from nextome_eval.loaders.cells.scales import read_wave
from nextome_eval.loaders.codebook import same_header
from nextome_eval.loaders.files import Sheet, open_file
from nextome_eval.loaders.identity import written_id
from nextome_eval.loaders.ledger import Lines, rule_sentence, visible
from nextome_eval.loaders.ledger_book import unescaped
from nextome_eval.loaders.source import Source

__all__ = ["COLUMNS", "apply_corrections"]

COLUMNS = ("file", "household", "column", "wave", "old", "new", "initials", "note")
_NEEDED = ("household", "column", "old", "new")
_ITALIAN = {
    "nucleo": "household",
    "colonna": "column",
    "ondata": "wave",
    "riga": "row",
    "foglio": "sheet",
    "vecchio": "old",
    "valore": "old",
    "nuovo": "new",
    "correzione": "new",
    "sigla": "initials",
    "nota": "note",
    "perche e un problema": "why",
}
# Lines about a whole row that a town puts right by writing the right id.
_OF_THE_ID = ("unknown_household", "household_split", "no_household", "unmatched_person")
_RECORD = {
    "followups": "wave",
    "operators": "wave",
    "members": "member",
    "housing": "from_date",
    "costs": "month",
    "jobs": "start_date",
}


def apply_corrections(folder: Path, sources: list[Source], lines: Lines) -> None:
    """Apply ``corrections.csv`` or ``corrections.xlsx`` to the texts of the sources.

    Parameters
    ----------
    folder : Path
        The study's raw folder.
    sources : list of Source
        Their texts are corrected in place.
    lines : Lines
        Takes a line for each correction whose old value is gone, or that fits no single cell.

    Raises
    ------
    DataProblem
        If a corrections file lacks one of its columns.
    """
    for name in ("corrections.csv", "corrections.xlsx"):
        if (folder / name).is_file():
            for sheet in open_file(folder / name):
                _apply_sheet(sheet, sources, lines)


def _apply_sheet(sheet: Sheet, sources: list[Source], lines: Lines) -> None:
    if not len(sheet.cells):
        return
    headers = [fold(text) for text in sheet.cells.iloc[0]]
    names = [_ITALIAN.get(h, h) for h in headers]
    by_cell = {"file", "row", "column", "new"} <= set(names)
    missing = [c for c in _NEEDED if c not in names]
    if missing and not by_cell:
        raise DataProblem("corrections_columns", file=sheet.file, missing=missing, columns=COLUMNS)
    table = sheet.cells.iloc[1:].copy()
    table.columns = pd.Index(names)
    for row, entry in enumerate(table.to_dict("records"), start=2):
        wanted: dict[str, str] = {str(k): _plain(str(v)) for k, v in entry.items()}
        wanted["new"] = str(entry["new"]) if typed(str(entry["new"])) else wanted["new"]
        if any(wanted.values()) and (wanted.get("new") or not by_cell):
            _apply(wanted, row, sheet, sources, lines)


def _apply(
    wanted: dict[str, str], row: int, sheet: Sheet, sources: list[Source], lines: Lines
) -> None:
    found = [(s, c, at) for s in sources for c, at in _cells(s, wanted)]
    hits = [(s, c, i) for s, c, at in found for i in at if _as_it_was(s, c, i, wanted)]
    places = {(s.file, s.sheet, s.rows[i], wanted["column"]) for s, _, i in hits}
    place: dict[str, Any] = {"file": sheet.file, "sheet": sheet.name, "row": row}
    if len(places) == 1:  # several hits: one cell that feeds several tables
        for source, column, i in hits:
            texts = source.texts[column].copy()
            texts.iloc[i] = wanted["new"]
            source.texts[column] = texts
    elif sum(len(at) for _, _, at in found) == 0 or len(hits) > 1:
        lines.add("correction_unmatched", column="household", **place)
    else:
        source, _, at = next(entry for entry in found if len(entry[2]))
        lines.add(
            "stale_correction", column="old", household=source.pseudonyms.iloc[at[0]], **place
        )


def _cells(source: Source, wanted: dict[str, str]) -> list[tuple[str, np.ndarray]]:
    if wanted.get("file") and wanted["file"].casefold() != source.file.casefold():
        return []
    if wanted.get("sheet") and wanted["sheet"] != source.sheet:
        return []
    rows = np.ones(len(source.rows), bool)
    if wanted.get("household") and not wanted.get("row"):
        owner = source.texts[source.owner].map(written_id)
        rows &= (owner == written_id(wanted["household"])).to_numpy(bool)
    if wanted.get("row"):
        rows &= source.rows.astype(str) == wanted["row"]
    if wanted.get("wave"):
        rows &= _records(source, wanted["wave"])
    why = [rule_sentence(rule, "it") for rule in _OF_THE_ID]
    if wanted.get("row") and not wanted["column"] and wanted.get("why") in why:
        return [(source.owner, np.flatnonzero(rows))]
    columns = map(str, source.texts)
    return [(c, np.flatnonzero(rows & _below(source, c, wanted["column"]))) for c in columns]


def _below(source: Source, column: str, wanted: str) -> np.ndarray:
    """Say which rows take a canonical column from below a header of the file."""
    header = source.header_of(column)
    heads, which = np.unique([header] if isinstance(header, str) else header, return_inverse=True)
    found = [bool(wanted) and same_header(str(head), wanted) for head in heads]
    return np.resize(np.array(found, bool)[which], len(source.rows))


def _records(source: Source, wanted: str) -> np.ndarray:
    column = _RECORD.get(source.table, "")
    if column not in source.texts:
        return np.zeros(len(source.rows), bool)
    texts = source.texts[column]
    same = texts.map(lambda text: _same(text, wanted)).to_numpy(bool)
    if column == "wave" and (wave := read_wave(wanted).value) is not None:
        same |= texts.map(lambda text: read_wave(text).value == wave).to_numpy(bool)
    return same


def _plain(cell: str) -> str:
    return unescaped(tidy(shown(cell)))


def _as_it_was(source: Source, column: str, i: int, wanted: dict[str, str]) -> bool:
    """Say whether a cell still holds the old value: whole, or as the ledger showed it."""
    text = source.texts[column].iloc[i]
    old = wanted.get("old", "")
    if _same(text, old):
        return True
    told = None if source.identifies(column) else visible(text)
    return bool(wanted.get("row")) and old == ("" if told is None else tidy(told))


def _same(text: str, wanted: str) -> bool:
    if tidy(shown(text)) == wanted:
        return True
    if text.startswith(DATE):
        return bool(wanted) and read_date(text).value == read_date(wanted, "dmy").value
    if text[:1] < " " and text:
        return bool(wanted) and read_number(text).value == read_number(wanted, ",").value
    return False
