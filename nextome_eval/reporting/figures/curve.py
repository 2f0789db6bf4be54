"""F4: how many are still without the event, with bands and the numbers at risk underneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.style import ARMS, MORE, WIDE, Look, percents, speak, tidy_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["alt", "draw", "looks"]

_MONTHS = (0.0, 6.0, 12.0, 18.0, 24.0)


def looks(strata: list[str], say: Speech) -> dict[str, Look]:
    """Return a look for each curve: an arm's own, the pilot's first, or one after the other."""
    arms = {say.arm(arm): ARMS[arm] for arm in ("1", "0")}
    named = {s: look for name, look in arms.items() for s in strata if say.arm(s) == name}
    rest = [look for look in MORE if look not in named.values()]
    others = [s for s in strata if s not in named]
    return {**named, **{s: rest[i % len(rest)] for i, s in enumerate(others)}}


def draw(say: Speech) -> Figure:
    """Draw the curves; a public one is known at planned months only."""
    import matplotlib.pyplot as plt

    released = say.exhibit.released()
    rows = _named(released.rows)
    strata = list(dict.fromkeys(rows["strata"]))
    figure, (axes, table) = plt.subplots(
        2,
        1,
        figsize=(WIDE, 4.3 + 0.2 * len(strata)),
        height_ratios=[1, 0.06 + 0.06 * len(strata)],
        sharex=True,
    )
    incidence = say.exhibit.kind == "incidence"
    for name, look in looks(strata, say).items():
        curve = rows[rows["strata"] == name].sort_values("time")
        _curve(axes, curve, look, say.arm(name), public=released.public, turned=incidence)
    last = max(24.0, float(rows["time"].max()))
    axes.set_xlim(-0.4, last + 0.6)
    axes.set_ylim(0, 1.02)
    months = [m for m in (*_MONTHS, 30.0, 36.0, 48.0, 60.0) if m <= last + 0.5]
    axes.set_xticks(months)
    axes.tick_params(axis="x", labelbottom=True)
    axes.set_xlabel(_label(say, "x", "months_since"))
    axes.set_ylabel(_label(say, "y", "share_with" if incidence else "share_without"))
    speak(axes, say.language, y=False)
    percents(axes, say.language)
    tidy_axes(axes)
    axes.legend(loc="upper left" if incidence else "lower left")
    _at_risk(table, rows, strata, months, say)
    return figure


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.copy()
    if "strata" not in shown:
        shown["strata"] = ""
    shown["strata"] = [
        str(int(s)) if isinstance(s, float) and s.is_integer() else str(s) for s in shown["strata"]
    ]
    return shown


def _label(say: Speech, axis: str, code: str) -> str:
    return say.word(axis) if axis in say.exhibit.labels else say.line(code)


def _curve(
    axes: Axes, curve: pd.DataFrame, look: Look, name: str, *, public: bool, turned: bool
) -> None:
    time, value, low, high = (
        curve[c].to_numpy(dtype=float) for c in ("time", "estimate", "conf_low", "conf_high")
    )
    if turned:
        value, low, high = 1 - value, 1 - high, 1 - low
    line: dict[str, Any] = {"color": look["color"], "linestyle": look["linestyle"], "label": name}
    if public:
        error = np.abs(np.vstack([value - low, high - value]))
        axes.errorbar(
            time, value, yerr=error, marker=look["marker"], capsize=3, elinewidth=1.2, **line
        )
        return
    start = 0.0 if turned else 1.0
    if time[0] > 0:
        time, value, low, high = (
            np.insert(v, 0, s)
            for v, s in zip((time, value, low, high), (0.0, start, start, start), strict=True)
        )
    axes.step(time, value, where="post", **line)
    axes.fill_between(time, low, high, step="post", color=look["color"], alpha=0.14, linewidth=0)


def _at_risk(
    axes: Axes, rows: pd.DataFrame, strata: list[str], months: list[float], say: Speech
) -> None:
    axes.set_axis_off()
    axes.set_ylim(-0.6 - len(strata), 0.6)
    threshold = say.exhibit.released().threshold
    axes.text(-0.4, 0.1, say.line("at_risk"), fontsize=8, weight="bold", va="center")
    for line, (name, look) in enumerate(looks(strata, say).items(), start=1):
        axes.annotate(
            say.arm(name),
            (0, -line + 0.1),
            xycoords=axes.get_yaxis_transform(),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8,
            color=look["color"],
            annotation_clip=False,
        )
        curve = rows[rows["strata"] == name]
        for month in months:
            text = at_risk_text(curve, month, say, threshold)
            axes.text(month, -line + 0.1, text, ha="center", va="center", fontsize=8)


def at_risk_text(curve: pd.DataFrame, month: float, say: Speech, threshold: int) -> str:
    """Return how many are at risk at a month: as counted, or as the gate let it be said."""
    if say.exhibit.released().public:
        here = curve[np.isclose(curve["time"].to_numpy(dtype=float), month)]
        if here.empty:
            return ""
        count = float(here["n_risk"].iloc[0])
        if np.isnan(count):
            return say.line("under", threshold=threshold)
        return numbers.count(count, say.language)
    later = curve[curve["time"] >= month]
    return numbers.count(float(later["n_risk"].iloc[0]) if len(later) else 0.0, say.language)


def alt(say: Speech) -> str:
    """Say in words where each curve ends."""
    rows = _named(say.exhibit.released().rows)
    turned = say.exhibit.kind == "incidence"
    parts = []
    for name, curve in rows.groupby("strata", sort=False):
        last = curve.sort_values("time").iloc[-1]
        share = 100 * (1 - last["estimate"] if turned else last["estimate"])
        when = numbers.number(float(last["time"]), say.language, digits=0)
        parts.append(
            f"{say.arm(str(name))}: {numbers.percent(float(share), say.language)}"
            f" ({say.header('time').lower()} {when})"
        )
    label = _label(say, "y", "share_with" if turned else "share_without")
    return f"{label}. " + "; ".join(parts) + "."
