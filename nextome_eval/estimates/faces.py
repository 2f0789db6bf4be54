"""What each kind of answer says of itself at a prompt and in a notebook."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.words.display import Displayed

__all__ = ["FaceOfEstimates", "FaceOfInference", "FaceOfSummary", "FaceOfTest"]

_MANY = 50_000  # beyond, influences may be costly, and they are counted only when asked
_RATIOS = "Ratios: estimate and limits are as read, std_error is of the logarithm."
_READ_WITH = (
    "role", "term", "group", "left_out", "estimate", "conf_low", "conf_high", "statistic",
    "p_value", "numerator", "denominator",
)  # fmt: skip


class FaceOfEstimates(Displayed):
    """The method, the outcome, who took part; the tidy rows; the notes."""

    def _heading(self: Any) -> str:
        outcome = f" of {self.outcome}" if self.outcome else ""
        few = len(self.units) <= _MANY
        count = int((~np.isnan(self.influence).all(axis=1)).sum()) if few else len(self.units)
        shared = len(np.unique(self.cluster)) < len(self.units)
        clusters = f" in {self.clusters} clusters" if few and shared else ""
        return f"{self.method or 'estimates'}{outcome}: {count} households{clusters}"

    def _table(self: Any) -> pd.DataFrame:
        rows: pd.DataFrame = self.tidy()
        return rows.drop(columns="refused", errors="ignore")

    def _notes(self: Any) -> tuple[str, ...]:
        scales = {self.scale} if isinstance(self.scale, str) else set(self.scale)
        ratios = "log" in scales and self.kind != "curve"
        told = {getattr(note, "code", "") for note in self.notes}
        reasons = [why for why in self.refused if why is not None]
        if "cells_in_one_cluster" in told:  # which says it of each
            reasons = [why for why in reasons if why.code != "cell_in_one_cluster"]
        said = dict.fromkeys((*self.notes, *reasons))
        return (*said, *([_RATIOS] if ratios else []))


class FaceOfTest(Displayed):
    """The test and what it takes to hold; one row; what each group contributed."""

    def _heading(self: Any) -> str:
        return f"{self.method}. Null: {self.null}."

    def _table(self: Any) -> pd.DataFrame:
        rows: pd.DataFrame = self.tidy()
        return rows.drop(columns="term")

    def _parts(self: Any) -> pd.DataFrame | None:
        parts: pd.DataFrame | None = self.table
        return parts

    def _notes(self: Any) -> tuple[str, ...]:
        return tuple(self.notes)


class FaceOfInference(Displayed):
    """Why this inference; the number that leads and those beside it; what was not given."""

    def _heading(self: Any) -> str:
        return str(self.reason.text("en"))

    def _table(self: Any) -> pd.DataFrame:
        rows: pd.DataFrame = self.tidy()
        return rows[[name for name in _READ_WITH if name in rows]]

    def _notes(self: Any) -> tuple[str, ...]:
        return tuple(reason.text("en") for reason in self.refusals)


class FaceOfSummary(Displayed):
    """The kind of summary and its rows."""

    def _heading(self: Any) -> str:
        return str(self.kind).replace("_", " ")

    def _table(self: Any) -> pd.DataFrame:
        rows: pd.DataFrame = self.tidy()
        return rows

    def _notes(self: Any) -> tuple[str, ...]:
        return tuple(self.notes)
