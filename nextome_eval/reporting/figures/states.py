"""F6: where the households of each arm live, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.style import INK, WIDE, percents, speak

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["alt", "draw"]

# from settled to unknown: dark to light, hatched where two would look alike in grey
_LOOKS = (
    ("#0B3C5D", ""),
    ("#3B85B5", ""),
    ("#7FC8A9", ""),
    ("#F2C14E", ""),
    ("#D97B66", "///"),
    ("#BBBBBB", ""),
    ("#FFFFFF", "..."),
)


def draw(say: Speech) -> Figure:
    """Draw the shares one on the other, an arm a panel."""
    import matplotlib.pyplot as plt

    rows = say.exhibit.released().rows
    arms = [arm for arm in ("1", "0") if (rows["arm"] == arm).any()]
    states = [str(state) for state in dict.fromkeys(rows["term"])]
    figure, panels = plt.subplots(1, len(arms), figsize=(WIDE, 3.8), sharey=True, squeeze=False)
    for axes, arm in zip(panels[0], arms, strict=True):
        own = _wide(rows, arm, states)
        areas = axes.stackplot(
            own.index.to_numpy(float),
            own.to_numpy(float).T,
            step="post",
            linewidth=0.4,
            labels=[say.word(s) for s in states],
        )
        for area, (colour, hatch) in zip(areas, _LOOKS, strict=False):
            area.set(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.4)
        axes.set(xlim=(own.index.min(), own.index.max()), ylim=(0, 1))
        axes.set_xticks([month for month in own.index if month % 6 == 0])
        axes.set_title(say.arm(arm))
        axes.set_xlabel(say.word("x"))
        speak(axes, say.language, y=False)
        percents(axes, say.language)
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside right center")
    return figure


def alt(say: Speech) -> str:
    """Say each arm's shares at the beginning and at the end."""
    rows = say.exhibit.released().rows
    states = [str(state) for state in dict.fromkeys(rows["term"])]
    parts = []
    for arm in ("1", "0"):
        own = _wide(rows, arm, states)
        for month in () if own.empty else (own.index.min(), own.index.max()):
            shares = ", ".join(
                f"{say.word(state)} {numbers.percent(100 * float(share), say.language)}"
                for state, share in own.loc[month].items()
                if share > 0
            )
            when = f"{say.word('x')} {numbers.number(month, say.language, digits=0)}"
            parts.append(f"{say.arm(arm)}, {when}: {shares}")
    return "; ".join(parts) + "."


def _wide(rows: pd.DataFrame, arm: str, states: list[str]) -> pd.DataFrame:
    own = rows[rows["arm"] == arm]
    return own.pivot(index="time", columns="term", values="estimate")[states]
