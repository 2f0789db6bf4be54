"""Which town a line of the ledger is about, and the month of the record it was found in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.loaders.gathered import Gathered
from nextome_eval.study.records import Records

__all__ = ["dates_of_rows", "placed"]

# the date a record is of; members have none of their own
_DATED = {
    "households": "referral_date",
    "followups": "interview_date",
    "housing": "from_date",
    "jobs": "start_date",
    "costs": "month",
    "operators": "answered_on",
}
_ADDRESS = ["file", "sheet", "row"]


def dates_of_rows(read: Gathered) -> pd.DataFrame:
    """Return the date of each row as it was read, with its address (`of`, `at`)."""
    parts = [
        frame[["of", "at", _DATED[table]]].set_axis(["of", "at", "date"], axis=1)
        for table, frame in read.frames.items()
        if _DATED.get(table) in frame
    ]
    none = pd.DataFrame({"of": [], "at": [], "date": pd.to_datetime([])})
    return pd.concat(parts or [none], ignore_index=True).dropna()


def placed(
    ledger: pd.DataFrame, dates: pd.DataFrame, read: Gathered, records: Records
) -> pd.DataFrame:
    """Return the ledger with the town and the month of each line, where they are known.

    Parameters
    ----------
    ledger : DataFrame
    dates : DataFrame
        From `dates_of_rows`, before rows were set aside for what other rows say.
    read : Gathered
    records : Records

    Notes
    -----
    A line about a household is of the town that has it in charge; another line is of the town of
    all rows kept of its file, if that is one. A row set aside before it was read has no month.
    """
    towns = _towns(records)
    own = ledger["household"].map(towns).astype("string")
    one = ledger["file"].map(_of_one_town(read, towns)).astype("string")
    months = ledger[_ADDRESS].merge(_months(ledger, dates, read), on=_ADDRESS, how="left")["month"]
    return ledger.assign(municipality=own.fillna(one), month=months.to_numpy("datetime64[ns]"))


def _towns(records: Records) -> pd.Series[Any]:
    households = records.households.set_index("household")["municipality"]
    operators = records.operators.set_index("operator")["municipality"]
    towns: pd.Series[Any] = pd.concat([households, operators]).dropna()
    return towns[~towns.index.duplicated()]


def _of_one_town(read: Gathered, towns: pd.Series[Any]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for source in read.sources:
        kept = source.pseudonyms[source.kept].map(towns).dropna()
        found.setdefault(source.file, set()).update(kept.unique())
    return {file: min(names) for file, names in found.items() if len(names) == 1}


def _months(ledger: pd.DataFrame, dates: pd.DataFrame, read: Gathered) -> pd.DataFrame:
    """Return the month of each address that the ledger names."""
    parts = []
    for number, rows in dates.groupby(dates["of"].astype(int)):
        source = read.sources[number]
        said = source.rows[rows["at"].to_numpy(int)]
        named = np.isin(said, ledger.loc[ledger["file"] == source.file, "row"].dropna())
        months = rows["date"].loc[named].dt.to_period("M").dt.to_timestamp()
        address = {"file": source.file, "sheet": source.sheet, "row": said[named]}
        parts.append(pd.DataFrame({"month": months, **address}))
    none = pd.DataFrame({"month": pd.to_datetime([]), **{name: [] for name in _ADDRESS}})
    months = pd.concat(parts or [none], ignore_index=True)
    kinds = {name: ledger[name].dtype for name in _ADDRESS}
    return months.astype(kinds).drop_duplicates(_ADDRESS)
