"""What share is still without the event at the planned months, and how the arms differ then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_interval import OwnLimits
from nextome_eval.models.survival.kaplan_meier import kaplan_meier
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.study.durations import Durations


def survival_at(
    spells: Durations, times: Sequence[float], *, by: str = "arm", interval: str = "log-log"
) -> Estimates:
    """Estimate S(t) by group at given times, and the differences from the first group.

    Parameters
    ----------
    spells : Durations
    times : sequence of float
        Planned months; within every group's follow-up.
    by : str
        Role or column.
    interval : str
        As in `kaplan_meier`; "beta-product" with few at risk.

    Returns
    -------
    Estimates
        Rows survival (one a group) and difference for each time; coordinates strata, time. The
        limits of a difference are put together from those of the two curves, so they stay honest
        near 0 and 1.

    Raises
    ------
    NotEstimable
        A time past a group's follow-up.

    Notes
    -----
    Limits of differences: Zou and Donner 2008, Statistics in Medicine 27:1693 (MOVER).

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 4, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "a", "a", "b", "b", "b"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> survival_at(spells, [3], by="arm").tidy()["estimate"].round(3).tolist()
    [0.667, 1.0, 0.333]

    See METHODS.md: survival_at
    """
    curve = kaplan_meier(spells, by, interval=interval)
    labels = list(dict.fromkeys(curve.terms["strata"]))
    blocks = [np.flatnonzero((curve.terms["strata"] == label).to_numpy()) for label in labels]
    when = curve.terms["time"].to_numpy(np.float64)
    _refuse_far(when, blocks, labels, times)
    cells = np.array([[_cell(when, block, t) for block in blocks] for t in times])
    names, parts = [], []
    for i, t in enumerate(times):
        for g, label in enumerate(labels):
            names.append(("survival", str(label), float(t)))
            parts.append((i, g, -1))
        for g, label in enumerate(labels[1:], start=1):
            names.append(("difference", str(label), float(t)))
            parts.append((i, g, 0))
    what, who, at = zip(*names, strict=True)
    return Estimates(
        terms=pd.DataFrame({"term": what, "strata": who, "time": np.array(at)}),
        value=_combined(_value(curve.value, cells), parts),
        influence=_influence(curve, cells, blocks, parts),
        units=curve.units,
        cluster=curve.cluster,
        method=f"{curve.method} at planned times",
        reference=OwnLimits(lambda level: _limits(curve, cells, parts, level)),
        notes=curve.notes,
    )


Parts = list[tuple[int, int, int]]


def _value(values: Floats, cells: Ints) -> Floats:
    return np.where(cells < 0, 1.0, values[np.maximum(cells, 0)])


def _combined(table: Floats, parts: Parts) -> Floats:
    """Pick the groups' values (times, groups) and their differences, row by row."""
    return np.array([table[i, g] - (table[i, o] if o >= 0 else 0.0) for i, g, o in parts])


def _influence(curve: Estimates, cells: Ints, blocks: list[Ints], parts: Parts) -> Floats:
    took_part = [~np.isnan(curve.influence[:, block[:1]][:, 0]) for block in blocks]
    columns = []
    for i, g, o in parts:
        total = np.zeros(len(curve.units))
        seen = took_part[g] if o < 0 else took_part[g] | took_part[o]
        for group, sign in ((g, 1.0), (o, -1.0)):
            if group >= 0 and cells[i, group] >= 0:
                total += sign * np.nan_to_num(curve.influence[:, [cells[i, group]]][:, 0])
        columns.append(np.where(seen, total, np.nan))
    return np.stack(columns, axis=1)


def _limits(curve: Estimates, cells: Ints, parts: Parts, level: float) -> tuple[Floats, Floats]:
    value, low, high = (_value(v, cells) for v in (curve.value, *curve.interval(level)))
    lows, highs = [], []
    for i, g, o in parts:
        if o < 0:
            lows.append(low[i, g])
            highs.append(high[i, g])
            continue
        difference = value[i, g] - value[i, o]
        down = np.hypot(value[i, g] - low[i, g], high[i, o] - value[i, o])
        up = np.hypot(high[i, g] - value[i, g], value[i, o] - low[i, o])
        lows.append(difference - down)
        highs.append(difference + up)
    return np.array(lows), np.array(highs)


def _cell(time: Floats, block: Ints, t: float) -> int:
    place = int(np.searchsorted(time[block], t * (1 + 1e-9), side="right")) - 1
    return int(block[place]) if place >= 0 else -1


def _refuse_far(
    time: Floats, blocks: list[Ints], labels: list[object], times: Sequence[float]
) -> None:
    for block, label in zip(blocks, labels, strict=True):
        longest = float(time[block[-1]])
        if max(times) > longest * (1 + 1e-9):
            raise NotEstimable("tau_past_follow_up", tau=max(times), group=label, longest=longest)
