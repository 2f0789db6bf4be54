"""All of a study's files, read into records and a ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.closing import close
from nextome_eval.loaders.codebook import Codebook, TableRule, read_codebook
from nextome_eval.loaders.codebook_page import codebook_page
from nextome_eval.loaders.corrections import apply_corrections
from nextome_eval.loaders.cross_checks import cross_check
from nextome_eval.loaders.files import Sheet, open_file
from nextome_eval.loaders.gathered import Gathered
from nextome_eval.loaders.identity import Pseudonymiser, pseudonymiser
from nextome_eval.loaders.jobs import close_jobs
from nextome_eval.loaders.ledger import Lines
from nextome_eval.loaders.ledger_book import write_ledger_book
from nextome_eval.loaders.people import name_owners, name_rows
from nextome_eval.loaders.reading import read_source
from nextome_eval.loaders.reconciliation import reconcile, rows_aside
from nextome_eval.loaders.repeats import with_parents
from nextome_eval.loaders.row_rules import set_rows_aside
from nextome_eval.loaders.source import Source
from nextome_eval.loaders.sources import source_of, unclaimed
from nextome_eval.loaders.storage import alone, processed_folder, write_whole
from nextome_eval.loaders.town_and_month import dates_of_rows, placed
from nextome_eval.study.plan import Plan
from nextome_eval.study.records import Records

__all__ = ["Loaded", "load", "read_files", "sources_of_file"]

_DATA = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".sav", ".dta")
_OURS = ("corrections.*", "policy_events.csv", "planted.csv", "truth.*", "~$*", ".*")


@dataclass(frozen=True)
class Loaded:
    """One reading of a study's files.

    Attributes
    ----------
    records : Records
    ledger : DataFrame
        Every problem found.
    aside : DataFrame
        The rows set aside.
    origin : DataFrame
        File, sheet and row of each canonical row.
    links : DataFrame
        How many people were found in both the members' and the jobs' files.
    """

    records: Records
    ledger: pd.DataFrame
    aside: pd.DataFrame
    origin: pd.DataFrame
    links: pd.DataFrame

    @property
    def reconciliation(self) -> pd.DataFrame:
        """Rows in, kept and set aside, per file."""
        assert self.records.reconciliation is not None
        return self.records.reconciliation


def load(plan: Plan) -> tuple[Records, pd.DataFrame]:
    """Read all of a study's files, and write its canonical tables.

    Parameters
    ----------
    plan : Plan
        Its folder holds the files, ``codebooks/*.toml`` and perhaps corrections.

    Returns
    -------
    records : Records
        The canonical tables, identifiers replaced by pseudonyms.
    ledger : DataFrame
        Every problem found, one row each, with file, sheet, row and column.

    Raises
    ------
    DataProblem
        A file, sheet or header that a codebook names is not there; a workbook has a password; the
        key is missing, short or wrong; two households have one id; another load is running; the
        disk is full. The tables of the load before stay as they were.

    Notes
    -----
    ``data/processed/<study>/`` gets a Parquet file a table, the ledger, the rows set aside, the
    reconciliation and a codebook in two languages. The same files give the same bytes.

    Examples
    --------
    >>> from nextome_eval.study.plan import read_plan
    >>> records, ledger = load(read_plan("data/raw/example/plan.toml"))
    >>> len(records.households) > 40, bool(len(ledger))
    (True, True)

    See METHODS.md: loading
    """
    folder = processed_folder(plan.folder, plan.study)
    with alone(folder):
        loaded = read_files(plan)
        write_whole(folder, lambda aside: _write(aside, loaded))
    return loaded.records, loaded.ledger


def read_files(plan: Plan) -> Loaded:
    """Read all of a study's files and write no table."""
    names = pseudonymiser(plan)
    lines = Lines()
    sources = _sources(plan, lines)
    for source in sources:
        name_owners(source, names)
    apply_corrections(plan.folder, sources, lines)
    read = _read(plan, sources, names, lines)
    dates = dates_of_rows(read)
    cross_check(read)
    close_jobs(read)
    records, origin = close(read)
    ledger = placed(lines.frame(), dates, read, records)
    records = replace(records, reconciliation=reconcile(sources))
    return Loaded(records, ledger, rows_aside(sources), origin, read.links)


def _sources(plan: Plan, lines: Lines) -> list[Source]:
    books = [read_codebook(path) for path in sorted((plan.folder / "codebooks").glob("*.toml"))]
    if not books:
        raise DataProblem("codebooks_missing", study=plan.study)
    sources: list[Source] = []
    claimed: set[Path] = set()
    for book in books:
        for path in _paths(plan.folder, book):
            claimed.add(path)
            sources += sources_of_file(path, book, lines)
    unread = [
        path.name
        for path in sorted(plan.folder.iterdir())
        if path.suffix.casefold() in _DATA
        and path not in claimed
        and not any(fnmatch(path.name, pattern) for pattern in _OURS)
    ]
    if unread:
        lines.add("unread_file", file=unread, row=pd.NA)
    return sources


def _paths(folder: Path, book: Codebook) -> list[Path]:
    paths: list[Path] = []
    for pattern in book.files:
        found = sorted(p for p in folder.glob(pattern) if not p.name.startswith(("~$", ".")))
        if not found:
            raise DataProblem("file_missing", file=pattern, folder=folder.name)
        paths += found
    return list(dict.fromkeys(paths))


def sources_of_file(path: Path, book: Codebook, lines: Lines) -> list[Source]:
    """Return what a codebook reads of one file, sheet by sheet."""
    sheets = open_file(path, delimiter=book.delimiter)
    sources = []
    read: set[str] = set()
    for rule in book.tables:
        chosen = _chosen(sheets, rule)
        if not chosen:
            raise DataProblem(
                "sheet_missing",
                file=path.name,
                sheet=list(rule.sheets),
                found=[sheet.name for sheet in sheets],
            )
        for sheet in chosen:
            read.add(sheet.name)
            seen = with_parents(sheet, rule, sheets) if rule.repeat_of else sheet
            sources.append(source_of(seen, rule, book, lines))
    sources += unclaimed(sheets, book, sources)
    for sheet in sheets:
        if sheet.name in read:
            told = "hidden_sheet_read" if sheet.hidden else ""
        else:
            told = "hidden_sheet" if sheet.hidden else "unread_sheet" if sheet.filled else ""
        if told:
            lines.add(told, file=sheet.file, sheet=sheet.name, row=pd.NA)
    return sources


def _chosen(sheets: list[Sheet], rule: TableRule) -> list[Sheet]:
    if not rule.sheets:
        return [sheet for sheet in sheets if not sheet.hidden][:1]
    found = [sheet for sheet in sheets if rule.reads(sheet.name)]
    return [sheet for sheet in found if not sheet.hidden] if rule.sheets == ("*",) else found


def _read(plan: Plan, sources: list[Source], names: Pseudonymiser, lines: Lines) -> Gathered:
    frames: dict[str, list[pd.DataFrame]] = {}
    reasons = []
    for number, source in enumerate(sources):
        set_rows_aside(source, lines)
        read = read_source(source, plan.waves, lines)
        frame = name_rows(source, read, names, lines)
        frames.setdefault(source.table, []).append(frame.assign(of=number))
        reasons += [
            pd.DataFrame({"of": number, "at": at, "column": column, "reason": reason})
            for column, reason, at in read.reasons
        ]
    none = pd.DataFrame({"of": [], "at": [], "column": [], "reason": []})
    return Gathered(
        plan,
        sources,
        {table: pd.concat(parts, ignore_index=True) for table, parts in frames.items()},
        pd.concat(reasons, ignore_index=True) if reasons else none,
        lines,
    )


def _write(folder: Path, loaded: Loaded) -> None:
    pages = {
        **loaded.records.tables(),
        "ledger": loaded.ledger,
        "reconciliation": loaded.reconciliation,
        "setaside": loaded.aside,
        "origin": loaded.origin,
        "links": loaded.links,
    }
    for name, frame in pages.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    write_ledger_book(loaded.ledger, folder / "ledger.xlsx")
    for language in ("it", "en"):
        page = codebook_page(language)
        (folder / f"codebook.{language}.md").write_text(page, "utf-8", newline="\n")
