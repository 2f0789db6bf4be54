"""F5 and F8: what happened over time, by arm, and before and after the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nextome_eval.reporting import numbers
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.style import ARMS, FAINT, WIDE, speak, tidy_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["alt", "draw", "draw_event_study", "event_study_alt"]


def draw(say: Speech) -> Figure:
    """Draw an arm's mean at each wave with its interval, and n underneath."""
    import matplotlib.pyplot as plt

    rows = _by_arm(say.exhibit.released().rows)
    terms = list(dict.fromkeys(rows["term"]))
    figure, panels = plt.subplots(1, len(terms), figsize=(WIDE, 3.7), squeeze=False, sharex=True)
    for axes, term in zip(panels[0], terms, strict=True):
        own = rows[rows["term"] == term]
        times = sorted(own["time"].unique())
        for shift, arm in ((-0.35, "1"), (0.35, "0")):
            part = own[own["arm"] == arm].sort_values("time")
            look = ARMS[arm]
            value = part["estimate"].to_numpy(dtype=float)
            error = np.vstack(
                [
                    value - part["conf_low"].to_numpy(float),
                    part["conf_high"].to_numpy(float) - value,
                ]
            )
            axes.errorbar(
                part["time"].to_numpy(float) + shift, value, yerr=np.abs(error), capsize=3,
                elinewidth=1.2, label=say.arm(arm), **look,
            )  # fmt: skip
        axes.set_xticks(times, [_tick(own, t, say) for t in times])
        axes.set_ylabel(_unit(say))
        speak(axes, say.language, x=False)
        tidy_axes(axes)
        if len(terms) > 1:
            axes.set_title(say.word(term))
    panels[0][-1].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)
    return figure


def _by_arm(rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.copy()
    shown["arm"] = [
        str(int(a)) if isinstance(a, float) and a.is_integer() else str(a) for a in shown["arm"]
    ]
    shown["time"] = pd.to_numeric(shown["time"])
    shown = shown[shown["arm"].isin(("1", "0"))]
    return shown[shown["term"] == "mean"] if (shown["term"] == "mean").any() else shown


def _tick(rows: pd.DataFrame, time: float, say: Speech) -> str:
    wave = f"T{time:g}"
    if "n" not in rows:
        return wave
    at = rows[rows["time"] == time]
    sizes = [at.loc[at["arm"] == arm, "n"] for arm in ("1", "0")]
    told = [
        numbers.MASKED if pd.isna(n.iloc[0]) else numbers.count(float(n.iloc[0]), say.language)
        for n in sizes
        if len(n)
    ]
    return f"{wave}\nn = {' + '.join(told)}"


def _unit(say: Speech) -> str:
    if "y" in say.exhibit.labels:
        return say.word("y")
    unit = say.told(say.exhibit.unit)
    return f"{say.line('mean')} ({unit})" if unit else say.line("mean")


def alt(say: Speech) -> str:
    """Say where each arm begins and ends."""
    rows = _by_arm(say.exhibit.released().rows)
    parts = []
    for (term, arm), part in rows.groupby(["term", "arm"], sort=False):
        ordered = part.sort_values("time")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        start, end = (numbers.number(float(r["estimate"]), say.language) for r in (first, last))
        parts.append(
            f"{say.word(str(term))}, {say.arm(str(arm))}: {start} (T{first['time']:g})"
            f" – {end} (T{last['time']:g})"
        )
    return "; ".join(parts) + "."


def draw_event_study(say: Speech) -> Figure:
    """F8: effects by months since the beginning; before it there should be none."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    rows = say.exhibit.released().rows
    at = rows["exposure" if "exposure" in rows else "time"].to_numpy(dtype=float)
    value, low, high = (
        rows[c].to_numpy(dtype=float) for c in ("estimate", "conf_low", "conf_high")
    )
    figure, axes = plt.subplots(figsize=(WIDE, 3.6))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 3, 6, 10], integer=True))
    axes.axhline(0, color=FAINT, linewidth=1)
    axes.axvline(-0.5, color=FAINT, linewidth=1, linestyle=":")
    for chosen, look in ((at < 0, ARMS["0"]), (at >= 0, ARMS["1"])):
        if chosen.any():
            error = np.abs(np.vstack([value - low, high - value]))[:, chosen]
            axes.errorbar(
                at[chosen], value[chosen], yerr=error, color=look["color"], marker=look["marker"],
                linestyle="none", capsize=3, elinewidth=1.3,
            )  # fmt: skip
    axes.set_xlabel(say.word("x") if "x" in say.exhibit.labels else say.line("months_beginning"))
    unit = say.told(say.exhibit.unit)
    axes.set_ylabel(f"{say.line('effect')} ({unit})" if unit else say.line("effect"))
    speak(axes, say.language)
    tidy_axes(axes)
    return figure


def event_study_alt(say: Speech) -> str:
    """Say every effect by time."""
    rows = say.exhibit.released().rows
    column = "exposure" if "exposure" in rows else "time"
    return (
        "; ".join(
            f"{numbers.number(float(r[column]), say.language, digits=0)}: "
            + numbers.with_interval(
                float(r["estimate"]), float(r["conf_low"]), float(r["conf_high"]), say.language
            )
            for _, r in rows.iterrows()
        )
        + "."
    )
