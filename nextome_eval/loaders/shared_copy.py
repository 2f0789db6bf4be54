"""A copy of the tables for one recipient: pseudonyms of its own, days instead of dates."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.codebook_page import codebook_page
from nextome_eval.loaders.identity import Pseudonymiser, pseudonymiser
from nextome_eval.loaders.storage import shared_folder, write_whole
from nextome_eval.study.clock import completed_years
from nextome_eval.study.plan import Plan
from nextome_eval.study.records import Records
from nextome_eval.study.tables import Column, Table, tables
from nextome_eval.words import words

__all__ = ["share", "shared_tables"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def share(plan: Plan, records: Records, *, recipient: str) -> Path:
    """Write a copy of the canonical tables that one recipient may have.

    Parameters
    ----------
    plan : Plan
    records : Records
        As `load` gave them.
    recipient : str
        Who receives it: small letters, digits and hyphens. The same word gives the same
        pseudonyms again; another word gives others, so two recipients cannot join their copies
        by them.

    Returns
    -------
    Path
        ``data/shared/<study>/<recipient>``: a Parquet file a table and a codebook in two languages.

    Raises
    ------
    DataProblem
        The recipient's word cannot be a folder's name; the key is missing or wrong; the disk is
        full.

    Notes
    -----
    Dates become days, and months months, from the referral of the row's household (operators: from
    their first answers). Birth dates become years of age completed at that day. The ledger, the
    rows set aside and the addresses of cells stay in the house.

    Examples
    --------
    >>> import nextome_eval as ne
    >>> plan = ne.read_plan("data/raw/example/plan.toml")
    >>> records, _ = ne.load(plan)
    >>> share(plan, records, recipient="comune-di-padova").name
    'comune-di-padova'

    See METHODS.md: loading
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", recipient):
        raise DataProblem("recipient_name", recipient=recipient)
    frames = shared_tables(records, pseudonymiser(plan, recipient=recipient))
    folder = shared_folder(plan.folder, plan.study) / recipient
    write_whole(folder, lambda aside: _write(aside, frames))
    return folder


def shared_tables(records: Records, names: Pseudonymiser) -> dict[str, pd.DataFrame]:
    """Return the tables of a copy by name, rows in the order of their new pseudonyms.

    Parameters
    ----------
    records : Records
    names : Pseudonymiser
        The recipient's.
    """
    zeros = _zeros(records)
    return {
        name: _shared(tables()[name], frame, zeros[_owner(name)], names)
        for name, frame in records.tables().items()
    }


def _kept(table: Table) -> list[Column]:
    """Return the columns that a copy has: years of the calendar stay in the house."""
    return [column for column in table.columns.values() if column.type != "year"]


def _owner(table: str) -> str:
    return "operator" if table == "operators" else "household"


def _zeros(records: Records) -> dict[str, pd.Series[Any]]:
    """Return each household's referral, and each operator's first answers."""
    return {
        "household": records.households.groupby("household")["referral_date"].min(),
        "operator": records.operators.groupby("operator")["answered_on"].min(),
    }


def _shared(
    table: Table, frame: pd.DataFrame, zeros: pd.Series[Any], names: Pseudonymiser
) -> pd.DataFrame:
    owners = frame[_owner(table.name)]
    zero = pd.Series(zeros.reindex(owners).to_numpy("datetime64[ns]"), index=frame.index)
    columns = {
        _named(column).name: _cells(column, frame[column.name], zero, names)
        for column in _kept(table)
    }
    if table.name == "missing":
        columns["record"] = _dateless(frame, zero)
    keys = [_named(table.columns[key]).name for key in table.key]
    return pd.DataFrame(columns).sort_values(keys, kind="stable", ignore_index=True)


def _cells(
    column: Column, cells: pd.Series[Any], zero: pd.Series[Any], names: Pseudonymiser
) -> pd.Series[Any]:
    if column.type == "id":
        return names.column(column.name, cells.fillna(""))
    if column.type == "date":
        return completed_years(cells, zero) if _of_birth(column) else _days(cells, zero)
    return _months(cells, zero) if column.type == "month" else cells


def _named(column: Column) -> Column:
    """Return what a column of dates is in the copy: its name, its unit, its meaning."""
    if column.type not in ("date", "month"):
        return column
    name, unit = column.name, "months"
    if _of_birth(column):
        name, unit = name.replace("birth_date", "age_years"), "years"
    elif column.type == "date":
        name, unit = name.removesuffix("_date") + "_day", "days"
    told = words("codebook_page")[f"shared_{unit}"]
    return replace(
        column,
        name=name,
        type="whole",
        unit=unit,
        en=f"{column.en} {told['en']}",
        it=f"{column.it} {told['it']}",
    )


def _of_birth(column: Column) -> bool:
    return column.name.endswith("birth_date")


def _days(dates: pd.Series[Any], zero: pd.Series[Any]) -> pd.Series[Any]:
    days: pd.Series[Any] = (dates - zero).dt.days.astype("Int64")
    return days


def _months(dates: pd.Series[Any], zero: pd.Series[Any]) -> pd.Series[Any]:
    months = (dates.dt.year - zero.dt.year) * 12 + dates.dt.month - zero.dt.month
    whole: pd.Series[Any] = months.astype("Int64")
    return whole


def _dateless(frame: pd.DataFrame, zero: pd.Series[Any]) -> pd.Series[Any]:
    """Return which record a reason belongs to, its dates counted as in the record itself."""
    dates = pd.to_datetime(frame["record"].str.extract(f"({_DATE.pattern})", expand=False))
    by_month = frame["table"] == "costs"
    counted = _months(dates, zero).where(by_month, _days(dates, zero)).astype("string").fillna("")
    pairs = zip(frame["record"].fillna(""), counted, strict=True)
    return pd.Series([_DATE.sub(n, text) for text, n in pairs], index=frame.index, dtype="string")


def _write(folder: Path, frames: dict[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    seen = {
        name: replace(table, columns={c.name: c for c in map(_named, _kept(table))})
        for name, table in ((name, tables()[name]) for name in frames)
    }
    for language in ("it", "en"):
        page = codebook_page(language, seen)
        (folder / f"codebook.{language}.md").write_text(page, "utf-8", newline="\n")
