"""What stands around every picture: title, and under it n, definition, source, profile."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Speech, rows_of
from nextome_eval.reporting.style import FAINT, INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["footer", "framed", "sizes"]

_LETTERS_TITLE = 78
_LETTERS_FOOT = 118
_LINE_TITLE = 0.2
_LINE_FOOT = 0.15
_MARGIN = 0.1


def framed(drawn: Figure, say: Speech, *, banner: str) -> tuple[float, float]:
    """Make room above and below, and write there; a picture is often seen without its page.

    Returns the shares of the height taken above and below.
    """
    title = wrap(say.told(say.exhibit.title), _LETTERS_TITLE)
    foot = wrap(footer(say), _LETTERS_FOOT)
    above = _LINE_TITLE * len(title) + (_MARGIN if title else 0)
    below = _LINE_FOOT * len(foot) + (_MARGIN if foot or banner else 0)
    below = max(below, _LINE_FOOT + _MARGIN) if banner else below
    width, height = drawn.get_size_inches()
    whole = height + above + below
    drawn.set_size_inches(width, whole)
    room = (0.0, below / whole, 1.0, height / whole)
    engine = drawn.get_layout_engine()
    if engine is not None:
        engine.set(rect=room)  # type: ignore[call-arg]
    else:
        drawn.axes[0].set_position(room)
    margin = _MARGIN / width
    if title:
        drawn.text(
            margin, 1 - _MARGIN / 2 / whole, "\n".join(title), fontsize=10.5, weight="bold",
            va="top", color=INK, in_layout=False,
        )  # fmt: skip
    if foot:
        drawn.text(
            margin, _MARGIN / 2 / whole, "\n".join(foot), fontsize=7, va="bottom", color="#555555",
            in_layout=False,
        )  # fmt: skip
    if banner:
        drawn.text(
            1 - margin, _MARGIN / 2 / whole, banner, fontsize=7, weight="bold", ha="right",
            va="bottom", color=FAINT, in_layout=False,
        )  # fmt: skip
    return above / whole, below / whole


def sizes(say: Speech) -> str:
    """Return ``Pilot 21, Current services 24``, or nothing."""
    held = say.exhibit.n_released
    if held is None:
        return ""
    told = [f"{say.arm(r.text('arm'))} {say.count(r, 'n')}" for r in rows_of(held)]
    return ", ".join(told)


def footer(say: Speech) -> str:
    """Return n, definition and source in one line."""
    exhibit = say.exhibit
    parts = []
    if sizes(say):
        parts.append(f"{say.line('n')}: {sizes(say)}")
    if exhibit.definition:
        parts.append(f"{say.line('definition')}: {exhibit.definition}")
    if exhibit.source:
        parts.append(f"{say.line('source')}: {say.told(exhibit.source)}")
    if exhibit.profile == "public" and any(
        exhibit.released(name).masked.any(axis=None) for name in exhibit.answers
    ):
        parts.append(say.line("masked_only", sign=numbers.MASKED))
    return " · ".join(parts)
