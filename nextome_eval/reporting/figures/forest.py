"""F7 and F2: points with their intervals, one line each; what differs, and by how much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Row, Speech, rows_of
from nextome_eval.reporting.style import ARMS, FAINT, INK, WIDE, speak

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["alt", "draw", "draw_love", "love_alt"]

_LIMITS = ("estimate", "conf_low", "conf_high")


def draw(say: Speech) -> Figure:
    """Draw every outcome; those measured alike share a panel and its axis."""
    import matplotlib.pyplot as plt

    rows = [r for r in rows_of(say.exhibit.released()) if r.has("estimate")]
    panels: dict[str, list[Row]] = {}
    for row in rows:
        panels.setdefault(_axis(row, say), []).append(row)
    figure, drawn = plt.subplots(
        len(panels),
        1,
        figsize=(WIDE, sum(0.36 * len(p) + 0.85 for p in panels.values())),
        height_ratios=[len(p) + 0.9 for p in panels.values()],
        squeeze=False,
    )
    for axes, (axis, panel) in zip(drawn[:, 0], panels.items(), strict=True):
        _panel(axes, axis, panel, say)
    return figure


def _axis(row: Row, say: Speech) -> str:
    """What a row is measured on; effects that do not say it are plain or ratios."""
    if row.text("axis"):
        return row.text("axis")
    ratio = say.exhibit.released().scale == "log" or row.text("term").endswith("ratio")
    return "ratio" if ratio else "effect"


def _panel(axes: Axes, axis: str, rows: list[Row], say: Speech) -> None:
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    ratio = axis.endswith("ratio")
    null = 1.0 if ratio else 0.0
    axes.axvline(null, color=FAINT, linewidth=1, linestyle=":")
    for line, row in enumerate(reversed(rows)):
        if not row.hidden("estimate"):
            _point(axes, row, line)
        axes.annotate(
            _written(row, axis, say), (1.01, line), xycoords=axes.get_yaxis_transform(),
            va="center", fontsize=8, annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [_name(row, say) for row in reversed(rows)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if ratio:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        _about_the_null(axes)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.set_xlabel(say.word(axis))
    speak(axes, say.language, y=False)


def _point(axes: Axes, row: Row, line: int) -> None:
    value, low, high = (row.real(name) for name in _LIMITS)
    primary = row.values.get("primary") is True
    look = ARMS["1"]
    axes.plot([low, high], [line, line], color=look["color"], linewidth=2.2 if primary else 1.4)
    axes.plot(
        [value], [line], marker="D" if primary else "o", color=look["color"],
        markersize=7 if primary else 5, linestyle="none",
    )  # fmt: skip


def _about_the_null(axes: Axes) -> None:
    low, high = axes.get_xlim()
    far = 1.06 * max(abs(low), abs(high))
    axes.set_xlim(-far, far)


def _name(row: Row, say: Speech) -> str:
    sizes = [say.count(row, f"n_{a}") for a in ("1", "0") if row.has(f"n_{a}")]
    name = say.word(row.text("term")) + (f" ({' + '.join(sizes)})" if sizes else "")
    return f"{name} ◆" if row.values.get("primary") is True else name


def _written(row: Row, axis: str, say: Speech) -> str:
    digits = 2 if axis.endswith(("ratio", "sd")) else None
    return say.with_interval(row, *_LIMITS, digits=digits)


def alt(say: Speech) -> str:
    """Say every estimate with its interval."""
    rows = [r for r in rows_of(say.exhibit.released()) if r.has("estimate")]
    parts = (
        f"{say.word(r.text('term'))}: {_written(r, axis, say)} {say.word(axis)}"
        for r, axis in ((r, _axis(r, say)) for r in rows)
    )
    return "; ".join(parts) + "."


def draw_love(say: Speech) -> Figure:
    """F2: standardised differences at the start, before and after weighting."""
    import matplotlib.pyplot as plt

    rows = [r for r in rows_of(say.exhibit.released()) if r.has("std_difference")]
    figure, axes = plt.subplots(figsize=(WIDE, 0.3 * len(rows) + 1.2))
    axes.axvspan(-0.25, 0.25, color="#EFEFEA", linewidth=0)
    axes.axvline(0, color=FAINT, linewidth=1)
    for column, marker, label, fill in (
        ("std_difference", "o", "before", True),
        ("std_difference_weighted", "^", "after", False),
    ):
        lines = [i for i, r in enumerate(reversed(rows)) if not math.isnan(r.real(column))]
        values = [list(reversed(rows))[i].real(column) for i in lines]
        if values:
            axes.plot(
                values, lines, linestyle="none", marker=marker, color=ARMS["1"]["color"],
                markerfacecolor=ARMS["1"]["color"] if fill else "white", label=say.line(label),
            )  # fmt: skip
    if any(r.has("std_difference_weighted") for r in rows):
        axes.legend(loc="best")
    axes.set_yticks(range(len(rows)), [_characteristic(r, say) for r in reversed(rows)])
    for line, row in enumerate(reversed(rows)):
        if row.hidden("std_difference"):
            axes.text(
                0.985, line, numbers.MASKED, ha="right", va="center", color=INK,
                transform=axes.get_yaxis_transform(),
            )  # fmt: skip
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(say.line("std_axis"))
    _about_the_null(axes)
    far = max(axes.get_xlim()[1], 0.5)
    axes.set_xlim(-far, far)
    speak(axes, say.language, y=False)
    return figure


def _characteristic(row: Row, say: Speech) -> str:
    level = row.text("level")
    return say.word(row.text("term")) + (f": {say.word(level)}" if level else "")


def love_alt(say: Speech) -> str:
    """Say every standardised difference."""
    rows = [r for r in rows_of(say.exhibit.released()) if r.has("std_difference")]
    return (
        "; ".join(f"{_characteristic(r, say)}: {say.number(r, 'std_difference', 2)}" for r in rows)
        + "."
    )
