"""What has passed the gate: rows that people may see, and what was masked in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.inference import Reason
from nextome_eval.words.display import Displayed

__all__ = ["PROFILES", "Masking", "Released", "checked_profile"]

PROFILES = ("internal", "public")


@dataclass(frozen=True, order=True)
class Masking:
    """One thing that was masked: where, by which rule, and how many cells."""

    exhibit: str
    rule: str
    column: str
    cells: int
    text: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Released(Displayed):
    """Rows that passed the gate; nothing behind them travels along.

    Parameters
    ----------
    rows : DataFrame
        First column `term`. Masked cells are empty.
    masked : DataFrame of bool
        True where a cell of `rows` was masked.
    kind : str
        The table or picture it makes.
    profile : str
        ``"internal"`` or ``"public"``.
    scale : str
        ``"log"`` where rows are ratios.
    reasons : tuple of Reason
        Why this inference, and what was refused.
    shares : tuple of bool
        Rows that are shares of n: where n is masked, the share would give it back.
    log : tuple of Masking
        What was masked, and why (T14).
    """

    rows: pd.DataFrame
    masked: pd.DataFrame
    kind: str
    profile: str
    method: str = ""
    scale: str = "identity"
    threshold: int = 5
    units: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    shares: tuple[bool, ...] = ()
    log: tuple[Masking, ...] = ()

    def __post_init__(self) -> None:
        checked_profile(self.profile)
        assert list(self.rows.columns) == list(self.masked.columns)
        assert len(self.rows) == len(self.masked)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return the rows: `level` is taken so that every answer is asked alike."""
        return self.rows.copy()

    def _heading(self) -> str:
        leaves = "may leave the house" if self.public else "not for distribution"
        return f"Released, {self.profile} ({leaves}): {self.method or self.kind}"

    def _table(self) -> pd.DataFrame:
        return self.rows.astype(object).mask(self.masked.to_numpy(), "∗")

    def _notes(self) -> list[str]:
        told = [f"masked in {m.column}: {m.cells} ({m.rule})" for m in self.log if m.cells]
        return [*self.notes, *told]

    @property
    def public(self) -> bool:
        """Whether it may leave the house."""
        return self.profile == "public"


def checked_profile(profile: str) -> str:
    """Return the profile, or refuse an unknown one."""
    if profile not in PROFILES:
        raise DesignProblem("profile_unknown", profile=profile)
    return profile


def unmasked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of False in the shape of `rows`."""
    return pd.DataFrame(False, index=range(len(rows)), columns=rows.columns)


def emptied(rows: pd.DataFrame, masked: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with the masked cells empty."""
    shown = rows.reset_index(drop=True).copy()
    for column in shown.columns[masked.any().to_numpy()]:
        values: Any = shown[column]
        if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            values = values.astype(object)
        else:
            values = values.astype(float)
        shown[column] = values.mask(masked[column].to_numpy())
    return shown


def logged(masked: pd.DataFrame, rule: str, columns: Iterable[str] | None = None) -> list[Masking]:
    """Return a line a column for what `masked` covers."""
    names = list(masked.columns if columns is None else columns)
    return [
        Masking("", rule, str(name), int(masked[name].sum()))
        for name in names
        if masked[name].any()
    ]
