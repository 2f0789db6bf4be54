"""F9, F10 and F11: costs by category, what is missing, and when households entered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Row, Speech, rows_of
from nextome_eval.reporting.style import ARMS, FAINT, INK, WIDE, speak, tidy_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "calendar_alt",
    "costs_alt",
    "draw_calendar",
    "draw_costs",
    "draw_missingness",
    "missingness_alt",
]

_BAR = 0.38
_MASKED_BAR: dict[str, Any] = {"va": "center", "ha": "left", "fontsize": 9, "color": INK}


def draw_costs(say: Speech) -> Figure:
    """F9: mean cost by category, the arms side by side."""
    import matplotlib.pyplot as plt

    rows = [r for r in rows_of(say.exhibit.released()) if r.has("mean_1") or r.has("mean_0")]
    figure, axes = plt.subplots(figsize=(WIDE, 0.52 * len(rows) + 1.2))
    for shift, arm, hatch in ((_BAR / 2, "1", ""), (-_BAR / 2, "0", "///")):
        for line, row in enumerate(reversed(rows)):
            value = row.real(f"mean_{arm}")
            shown = 0.0 if np.isnan(value) else value
            axes.barh(
                line + shift, shown, _BAR, color=ARMS[arm]["color"], hatch=hatch,
                edgecolor="white", linewidth=0.6, label=say.arm(arm) if line == 0 else None,
            )  # fmt: skip
            text = say.number(row, f"mean_{arm}", 0)
            axes.text(shown, line + shift, f" {text}", **{**_MASKED_BAR, "fontsize": 8})
    axes.set_yticks(range(len(rows)), [_category(r, say) for r in reversed(rows)])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
    axes.set_xlabel(say.line("euro_month"))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)
    speak(axes, say.language, y=False)
    return figure


def _category(row: Row, say: Speech) -> str:
    name = say.word(row.text("term"))
    group = row.text("group")
    return f"{name} ({say.word(group).lower()})" if group == "transfer" else name


def costs_alt(say: Speech) -> str:
    """Say each category's mean in both arms."""
    rows = [r for r in rows_of(say.exhibit.released()) if r.has("mean_1") or r.has("mean_0")]
    return (
        "; ".join(
            f"{_category(r, say)}: "
            + ", ".join(f"{say.arm(a)} {say.number(r, f'mean_{a}', 0)}" for a in ("1", "0"))
            for r in rows
        )
        + "."
    )


def draw_missingness(say: Speech) -> Figure:
    """F10: share missing by variable and wave, an arm beside the other."""
    import matplotlib.pyplot as plt

    rows = rows_of(say.exhibit.released())
    terms = list(dict.fromkeys(r.text("term") for r in rows))
    waves = list(dict.fromkeys(r.text("wave") for r in rows))
    figure, panels = plt.subplots(
        1, 2, figsize=(WIDE, 0.34 * len(terms) + 1.3), sharey=True, squeeze=False
    )
    for axes, arm in zip(panels[0], ("1", "0"), strict=True):
        own = [r for r in rows if r.text("arm") == arm]
        _map(axes, own, terms, waves, say)
        axes.set_title(say.arm(arm), color=ARMS[arm]["color"])
    panels[0][0].set_yticks(range(len(terms)), [say.word(t) for t in terms])
    return figure


def _map(axes: Axes, rows: list[Row], terms: list[str], waves: list[str], say: Speech) -> None:
    share = np.full((len(terms), len(waves)), np.nan)
    for row in rows:
        at = terms.index(row.text("term")), waves.index(row.text("wave"))
        percent = row.real("percent")
        share[at] = percent
        dark = percent > 55
        text = numbers.MASKED if row.hidden("percent", "missing") else say.number(row, "percent", 0)
        axes.text(
            at[1], at[0], text, ha="center", va="center", fontsize=8, color="white" if dark else INK
        )
    axes.imshow(
        share, aspect="auto", cmap="Greys", vmin=0, vmax=110, interpolation="none", origin="upper"
    )
    axes.set_xticks(range(len(waves)), [f"T{w}" for w in waves])
    axes.set_facecolor("#F6F6F3")
    axes.set_xticks(np.arange(-0.5, len(waves)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(terms)), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(say.line("percent_missing"))


def missingness_alt(say: Speech) -> str:
    """Say where most is missing."""
    rows = [r for r in rows_of(say.exhibit.released()) if not np.isnan(r.real("percent"))]
    worst = sorted(rows, key=lambda r: -r.real("percent"))[:3]
    told = "; ".join(
        f"{say.word(r.text('term'))}, {say.wave(r)}, {say.arm(r.text('arm'))}:"
        f" {numbers.percent(r.real('percent'), say.language)}"
        for r in worst
    )
    return f"{say.line('percent_missing')}: {told}."


def draw_calendar(say: Speech) -> Figure:
    """F11: entries by month (half years outside the house), with what happened meanwhile."""
    import matplotlib.pyplot as plt

    entries = rows_of(say.exhibit.released("entries"))
    spans = [_span(r.text("month")) for r in entries]
    figure, axes = plt.subplots(figsize=(WIDE, 3.9))
    base = np.zeros(len(entries))
    for arm, hatch in (("1", ""), ("0", "///")):
        count = np.array([np.nan_to_num(r.real(f"n_{arm}")) for r in entries])
        axes.bar(
            [start for start, _ in spans], count, [0.94 * wide for _, wide in spans], base,
            align="edge", color=ARMS[arm]["color"], hatch=hatch, edgecolor="white", linewidth=0.5,
            label=say.arm(arm),
        )  # fmt: skip
        base += count
    for (start, wide), row, top in zip(spans, entries, base, strict=True):
        if row.hidden("n_1", "n_0"):
            axes.text(start + wide / 2, top + 0.05, numbers.MASKED, ha="center", fontsize=9)
    low, high = min(s for s, _ in spans), max(s + w for s, w in spans)
    tallest = max(float(base.max()), 1.0)
    lines = _events(axes, say, low, high, tallest)
    axes.set_ylim(0, tallest * (1.12 + 0.13 * lines))
    axes.set_xlim(low - 1.2, high + 0.6)
    _months(axes, low, high, say)
    axes.set_yticks([t for t in axes.get_yticks() if t <= tallest and float(t).is_integer()])
    axes.set_ylabel(_new_households(say))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)
    speak(axes, say.language, x=False)
    tidy_axes(axes)
    return figure


def _new_households(say: Speech) -> str:
    halves = "S" in say.exhibit.released("entries").rows["month"].astype(str).str.cat()
    return say.line("new_households_half" if halves else "new_households")


def _number(year: int, month: float) -> float:
    return year * 12 + month - 1


def _span(month: str) -> tuple[float, float]:
    year = int(month[:4])
    if month[5] == "S":
        return _number(year, 1 if month[6] == "1" else 7), 6.0
    return _number(year, int(month[5:7])), 1.0


def _events(axes: Axes, say: Speech, low: float, high: float, top: float) -> int:
    if "events" not in say.exhibit.answers:
        return 0
    line = 0
    for row in rows_of(say.exhibit.released("events")):
        start, end = _moment(row.text("from")), _moment(row.text("to"))
        if start is None or start > high or (end or start) < low - 1:
            continue
        y = top * (1.1 + 0.13 * line)
        line += 1
        left, right = max(start, low - 1), min(end or start, high)
        axes.plot([left, right], [y, y], color=INK, linewidth=3, solid_capstyle="butt")
        if end is None:
            axes.plot([start], [y], marker="v", color=INK, markersize=6)
            axes.plot([start, start], [0, y], color=FAINT, linewidth=0.8, linestyle=":")
        text = row.text(f"label_{say.language}") or say.word(row.text("term"))
        late = left > (low + high) / 2
        axes.annotate(
            text, (left if late else right, y), xytext=(-7 if late else 7, 0), va="center",
            textcoords="offset points", ha="right" if late else "left", fontsize=8,
        )  # fmt: skip
    return line


def _moment(day: str) -> float | None:
    if len(day) < 7:
        return None
    when = pd.Timestamp(day)
    return _number(when.year, when.month) + (when.day - 1) / 30.5


def _months(axes: Axes, low: float, high: float, say: Speech) -> None:
    ticks = [m for m in range(int(low), int(high) + 1) if m % 3 == 0]
    names = [numbers.month(date(m // 12, m % 12 + 1, 1), say.language, short=True) for m in ticks]
    axes.set_xticks(ticks, names)


def calendar_alt(say: Speech) -> str:
    """Say how many entered over which time, and what happened meanwhile."""
    entries = rows_of(say.exhibit.released("entries"))
    months = [r.text("month") for r in entries]
    told = [f"{say.line('new_households')}: {months[0]} – {months[-1]}"]
    if "events" in say.exhibit.answers:
        told += [
            f"{r.text(f'label_{say.language}')} ({r.text('from')}"
            + (f" – {r.text('to')})" if r.text("to") else ")")
            for r in rows_of(say.exhibit.released("events"))
        ]
    return "; ".join(told) + "."
