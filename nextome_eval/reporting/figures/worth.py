"""F9: cost against effect, and how sure one can be that the effect is worth its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Speech, rows_of
from nextome_eval.reporting.style import ARMS, FAINT, PAPER, WIDE, percents, speak, tidy_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["alt", "draw"]


def draw(say: Speech) -> Figure:
    """Draw the plane with the region that holds the truth, and the acceptability curve."""
    import matplotlib.pyplot as plt

    figure, (plane, curve) = plt.subplots(1, 2, figsize=(WIDE, 3.6))
    _draw_plane(plane, say)
    _draw_curve(curve, say)
    return figure


def _draw_plane(axes: Axes, say: Speech) -> None:
    cost, effect = rows_of(say.exhibit.released("plane"))
    centre = np.array([effect.real("estimate"), cost.real("estimate")])
    spread = np.array(
        [
            [effect.real("variance"), cost.real("covariance")],
            [cost.real("covariance"), cost.real("variance")],
        ]
    )
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.sqrt(cost.real("region")) * np.column_stack([np.cos(angle), np.sin(angle)])
    x, y = (centre + circle @ np.linalg.cholesky(spread).T).T
    look = ARMS["1"]
    axes.fill(x, y, facecolor=PAPER, edgecolor=look["color"], linewidth=1.2)
    axes.plot(*centre, marker=look["marker"], color=look["color"])
    axes.axhline(0, color=FAINT, linewidth=1)
    axes.axvline(0, color=FAINT, linewidth=1)
    axes.margins(0.08)
    axes.set_xlabel(say.word("effect"))
    axes.set_ylabel(say.word("cost"))
    speak(axes, say.language)
    tidy_axes(axes)


def _draw_curve(axes: Axes, say: Speech) -> None:
    rows = rows_of(say.exhibit.released("curve"))
    worth = [row.real("worth_eur") for row in rows]
    axes.plot(worth, [row.real("confidence") for row in rows], color=ARMS["1"]["color"])
    axes.axhline(0.5, color=FAINT, linewidth=1, linestyle=":")
    axes.set(ylim=(0, 1), xlim=(worth[0], worth[-1]))
    axes.set_xlabel(say.word("worth_eur"))
    axes.set_ylabel(say.word("confidence"))
    speak(axes, say.language, y=False)
    percents(axes, say.language)
    tidy_axes(axes)


def alt(say: Speech) -> str:
    """Say the two differences, and the curve at its ends."""
    cost, effect = rows_of(say.exhibit.released("plane"))
    curve = rows_of(say.exhibit.released("curve"))
    ends = "; ".join(
        f"{say.word('worth_eur')} {say.number(row, 'worth_eur', 0)}: "
        f"{_sure(row.real('confidence'), say.language)}"
        for row in (curve[0], curve[len(curve) // 2], curve[-1])
    )
    found = [
        f"{say.word(name)}: {say.number(row, 'estimate', digits)}"
        for name, row, digits in (("cost", cost, 0), ("effect", effect, 1))
    ]
    return f"{'; '.join(found)}. {say.word('confidence')}: {ends}."


def _sure(share: float, language: str) -> str:
    """Nobody is ever 100 % sure."""
    capped = min(max(share, 0.01), 0.99)
    sign = "" if capped == share else ">" if share > capped else "<"
    return f"{sign}{numbers.percent(100 * capped, language)}"
