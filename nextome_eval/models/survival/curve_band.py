"""One band that holds a whole survival curve with the confidence stated."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.curve_interval import OwnLimits
from nextome_eval.numerics.product_limit import Bools
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.simultaneous_bands import critical_value

KINDS = ("equal-precision", "hall-wellner")
SHAPES = ("log-log", "plain")


def curve_band(
    curve: Estimates,
    kind: str = "equal-precision",
    *,
    begin: float | None = None,
    end: float | None = None,
    shape: str = "log-log",
) -> Estimates:
    """Give Kaplan-Meier curves limits that hold at all times of a stretch together.

    Parameters
    ----------
    curve : Estimates
        From `kaplan_meier`; each of its curves gets a band of its own.
    kind : str
        "equal-precision" (as wide as pointwise limits times a constant) or "hall-wellner" (wider
        at the ends, valid from the first event).
    begin, end : float, optional
        The stretch; by default from the first event to the last that leaves somebody.
    shape : str
        "log-log" (stays within 0 and 1) or "plain".

    Returns
    -------
    Estimates
        The rows of the stretch; ``interval`` gives the band.

    Raises
    ------
    DesignProblem
        Not curves of `kaplan_meier`.
    NotEstimable
        No event in the stretch.

    Notes
    -----
    Hall and Wellner 1980; Nair 1984; Borgan and Liestol 1990 for the shapes. Critical values are
    computed, not read off tables. For many at risk: with few, pointwise beta-product limits.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.models.survival.kaplan_meier import kaplan_meier
    >>> from nextome_eval.study.durations import Durations
    >>> df = pd.DataFrame({"months": np.arange(1.0, 31), "housed": [1, 1, 0] * 10})
    >>> curve = kaplan_meier(Durations.from_frame(df, time="months", event="housed"))
    >>> low, high = curve_band(curve).where(time=10.0).interval()
    >>> float(low[0].round(3)), float(high[0].round(3))
    (0.388, 0.92)

    See METHODS.md: curve_band
    """
    if kind not in KINDS or shape not in SHAPES:
        raise DesignProblem("band_unknown", kind=kind, shape=shape, found=[*KINDS, *SHAPES])
    if not curve.method.startswith("Kaplan-Meier") or "n_event" not in curve.terms:
        raise DesignProblem("band_needs_curve", method=curve.method or "-")
    kept: list[Ints] = []
    for label in dict.fromkeys(curve.terms["strata"]):
        own = np.flatnonzero((curve.terms["strata"] == label).to_numpy())
        rows = own[_stretch(curve, own, begin, end)]
        if not len(rows):
            raise NotEstimable("band_without_events", group=label)
        kept.append(rows)
    chosen = np.concatenate(kept)
    sizes = np.cumsum([0, *map(len, kept)])
    parts = [np.arange(a, b) for a, b in pairwise(sizes)]
    value, error = curve.value[chosen], curve.std_error[chosen]
    people = [float(curve.terms["n_risk"].to_numpy()[_same(curve, rows)].max()) for rows in kept]

    def limits(level: float) -> tuple[Floats, Floats]:
        low, high = np.empty(len(chosen)), np.empty(len(chosen))
        for part, n in zip(parts, people, strict=True):
            width = _width(value[part], error[part], n, kind, level)
            low[part], high[part] = _shaped(value[part], width, shape)
        return low, high

    picked = curve._rows(chosen)
    name = f"{curve.method}, {kind} band"
    return replace(picked, reference=OwnLimits(limits), shown_interval=None, method=name)


def _same(curve: Estimates, rows: Ints) -> Bools:
    return np.asarray(curve.terms["strata"] == curve.terms["strata"].iloc[rows[0]])


def _stretch(curve: Estimates, own: Ints, begin: float | None, end: float | None) -> Bools:
    """Rows of one curve from the first event to the last that leaves somebody, or as asked."""
    time = curve.terms["time"].to_numpy(np.float64)[own]
    event = curve.terms["n_event"].to_numpy(np.float64)[own] > 0
    inside = (curve.value[own] > 0) & (curve.value[own] < 1 - 1e-12)
    fell = time[event & inside]
    if not len(fell):
        return np.zeros(len(own), bool)
    first = fell[0] if begin is None else begin
    last = fell[-1] if end is None else end
    return np.asarray(inside & (time >= first - 1e-9) & (time <= last + 1e-9))


def _width(value: Floats, error: Floats, n: float, kind: str, level: float) -> Floats:
    """Half width of the band for log S: (k,)."""
    spread = (error / value) ** 2
    share = n * spread / (1 + n * spread)
    a, b = float(share[0]), float(max(share[-1], share[0] + 1e-9))
    c = critical_value(kind, level, a, b)
    if kind == "equal-precision":
        return np.asarray(c * np.sqrt(spread))
    return np.asarray(c * (1 + n * spread) / np.sqrt(n))


def _shaped(value: Floats, width: Floats, shape: str) -> tuple[Floats, Floats]:
    if shape == "plain":
        return np.maximum(value * (1 - width), 0.0), np.minimum(value * (1 + width), 1.0)
    log = np.log(value)
    factor = np.exp(-width / log)
    return np.exp(log * factor), np.exp(log / factor)
