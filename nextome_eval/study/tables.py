"""The canonical tables: what each column is called, holds, allows, and how sensitive it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["EU", "MUNICIPALITIES", "Column", "Table", "empty", "schema", "tables", "typed"]

MUNICIPALITIES = {
    "028001": "Abano Terme",
    "028016": "Cadoneghe",
    "028057": "Montegrotto Terme",
    "028058": "Noventa Padovana",
    "028060": "Padova",
    "028065": "Piove di Sacco",
    "028072": "Rubano",
    "028092": "Torreglia",
}

# citizens of these are not among the fund's people
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)

_DTYPES = {
    "id": "string",
    "word": "string",
    "date": "datetime64[ns]",
    "month": "datetime64[ns]",
    "year": "Int64",
    "whole": "Int64",
    "number": "float64",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column of a canonical table."""

    name: str
    type: str
    en: str
    it: str
    sensitivity: str
    allowed: tuple[str, ...] | None = None
    min: float | None = None
    max: float | None = None
    unit: str | None = None
    optional: bool = False  # a part of the key that may be missing

    @property
    def dtype(self) -> str:
        """The pandas dtype that holds it."""
        return _DTYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns in order and the columns that make a row unique."""

    name: str
    en: str
    it: str
    key: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts of the key that no row may lack."""
        return tuple(name for name in self.key if not self.columns[name].optional)


@cache
def tables() -> dict[str, Table]:
    """Return the canonical tables by name, as ``tables.toml`` declares them.

    Examples
    --------
    >>> tables()["followups"].key
    ('household', 'wave')
    >>> tables()["costs"].columns["amount_eur"].unit
    'eur'
    """
    source = files("nextome_eval.study").joinpath("tables.toml").read_text("utf-8")
    return {name: _table(name, entry) for name, entry in tomllib.loads(source).items()}


def _table(name: str, entry: dict[str, Any]) -> Table:
    columns = {c.name: c for key, spec in entry["columns"].items() for c in _columns(key, spec)}
    return Table(name, entry["en"], entry["it"], tuple(entry["key"]), columns)


def _columns(name: str, spec: dict[str, Any]) -> list[Column]:
    spec = dict(spec)
    repeat = spec.pop("repeat", None)
    allowed = spec.pop("allowed", None)
    allowed = tuple(MUNICIPALITIES if allowed == "municipalities" else allowed) if allowed else None
    if repeat is None:
        return [Column(name, allowed=allowed, **spec)]
    stem, en, it = name.removesuffix("_1"), spec.pop("en"), spec.pop("it")
    return [
        Column(f"{stem}_{i}", allowed=allowed, en=f"{en} {i}", it=f"{it} {i}", **spec)
        for i in range(1, repeat + 1)
    ]


def empty(name: str) -> pd.DataFrame:
    """Return a canonical table with its columns and no rows."""
    return typed(name, pd.DataFrame())


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with all columns of the table, in order and of their types.

    Parameters
    ----------
    name : str
        A canonical table.
    frame : DataFrame
        Values already read (no parsing is done here); columns it lacks become missing.

    Raises
    ------
    KeyError
        If the frame has a column that the table does not.
    """
    columns = tables()[name].columns
    unknown = [column for column in frame.columns if column not in columns]
    if unknown:
        raise KeyError(f"{name} has no column {unknown}")
    held = {
        c.name: frame[c.name].astype(c.dtype)  # type: ignore[call-overload]
        if c.name in frame
        else pd.Series(
            pd.NA if c.type not in ("number", "date", "month") else None, index=frame.index
        ).astype(c.dtype)  # type: ignore[call-overload]
        for c in columns.values()
    }
    return pd.DataFrame(held, index=frame.index).reset_index(drop=True)


@cache
def schema(name: str) -> pa.DataFrameSchema:
    """Return the contract of a canonical table; nothing is coerced, cells were read before."""
    import pandera.pandas as pa

    table = tables()[name]
    columns = {c.name: _contract(c, c.name in table.needed) for c in table.columns.values()}
    unique = list(table.key) if table.key else None
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique, coerce=False)


def _contract(column: Column, key: bool) -> pa.Column:
    import pandera.pandas as pa

    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed))
    if column.min is not None:
        checks.append(pa.Check.ge(column.min))
    if column.max is not None:
        checks.append(pa.Check.le(column.max))
    return pa.Column(column.dtype, checks, nullable=not key)
