"""What became of each household at each wave: seen, or lost and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.study.panel import Panel

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

__all__ = ["Contact", "contact", "seen_at", "wave_of"]

_COMPLETED = "completed"
_NOT_DUE = "not_due"
_NO_RECORD = "not_recorded"
_NO_ANSWER = "not_answered"


@dataclass(frozen=True)
class Contact:
    """Words (n, T) that say what became of each household at each wave.

    ``completed`` = seen; ``not_due`` = nobody was expected yet; any other word is the reason for
    the loss (``not_recorded``: no row or no word; ``not_answered``: there, without the outcome).
    """

    word: NDArray[np.object_]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether each household was seen at each wave (n, T)."""
        return np.asarray(self.word == _COMPLETED)

    @property
    def expected(self) -> NDArray[np.bool_]:
        """Whether each household was to be seen at each wave (n, T)."""
        return np.asarray(self.word != _NOT_DUE)

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Expected and not seen (n, T)."""
        return self.expected & ~self.seen

    @property
    def reasons(self) -> list[str]:
        """The reasons that occur, sorted; those that nobody gave come last."""
        found = sorted({str(word) for word in self.word[self.lost]})
        unsaid = (_NO_ANSWER, _NO_RECORD)
        return [w for w in found if w not in unsaid] + [w for w in unsaid if w in found]


def contact(panel: Panel, outcome: str | None = None, *, response: str = "response") -> Contact:
    """Read from a panel who was seen at each wave.

    Parameters
    ----------
    panel : Panel
        Rows of missed waves may be there with their reason, or not be there at all.
    outcome : str, optional
        Seen = this column has a value. Without it: the response is "completed" or, where the
        panel has no such column, the household has a row.
    response : str
        Column of words; "completed" = seen, "not_due" = not expected yet.
    """
    word = np.full((panel.n, len(panel.times)), _NO_RECORD, dtype=object)
    wave = np.searchsorted(panel.times, panel.time)
    word[panel.unit, wave] = _words(panel, response)
    if outcome is not None:
        there = ~np.isnan(panel.wide(outcome))
        word[(word == _COMPLETED) & ~there] = _NO_ANSWER
        word[there] = _COMPLETED
    return Contact(word)


def wave_of(panel: Panel, time: float | None) -> int:
    """Return which of the panel's times is meant; the last one by default."""
    if time is None:
        return len(panel.times) - 1
    found = np.flatnonzero(panel.times == time)
    if not len(found):
        raise DesignProblem("wave_unknown", time=f"{time:g}", found=[f"{t:g}" for t in panel.times])
    return int(found[0])


def seen_at(panel: Panel, outcome: str, wave: int) -> tuple[Mask, Floats]:
    """Who was expected at the wave (n,), and their values, NaN for the lost; two seen an arm."""
    met = contact(panel, outcome)
    expected, values = met.expected[:, wave], panel.wide(outcome)[:, wave]
    for arm in (1, 0):
        seen = int((~np.isnan(values) & (panel.arm == arm)).sum())
        if seen < 2:
            raise NotEstimable(
                "arm_mean_alone",
                column=f"{outcome} ({panel.times[wave]:g})",
                arm=panel.arm_labels[arm],
                count=seen,
            )
    return expected, values


def _words(panel: Panel, response: str) -> NDArray[np.object_]:
    if response not in panel.frame:
        return np.full(len(panel.frame), _COMPLETED, dtype=object)
    column = panel.frame[response]
    if pd.api.types.is_numeric_dtype(column):
        raise DataProblem("response_not_words", column=response)
    words = column.astype(object).where(column.notna(), _NO_RECORD)
    return np.asarray(words.astype(str).to_numpy(), dtype=object)
