"""Adjusted survival with a known truth: bias and coverage, with and without late entry."""

from __future__ import annotations

import numpy as np
import pandas as pd

import nextome_eval as ne
from nextome_eval.errors import NextomeProblem
from nextome_eval.models.survival import adjusted_survival, survival_at

RUNS, HOUSEHOLDS, MONTH = 400, 100, 12.0


def study(rng: np.random.Generator, *, late: bool) -> pd.DataFrame:
    """A hundred households, better off ones oftener in the pilot; half enter late, if late."""
    n = HOUSEHOLDS * 2
    z = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-0.7 * z))
    time = rng.exponential(1 / (0.08 * np.exp(0.7 * z + 0.5 * treated)))
    end = rng.uniform(14, 30, n)
    df = pd.DataFrame({"z": z, "arm": np.where(treated, "pilot", "now")})
    df["months"], df["housed"] = np.minimum(time, end), time <= end
    df["from"] = np.where(rng.random(n) < 0.5, rng.uniform(0, 6, n), 0.0) if late else 0.0
    return df[df["from"] < df["months"]].head(HOUSEHOLDS).reset_index(drop=True)


def truth() -> float:
    """Difference of the arms' survival at 12 months, everybody in each."""
    z = np.random.default_rng(0).normal(size=1_000_000)
    arms = [np.exp(-0.08 * MONTH * np.exp(0.7 * z + 0.5 * a)).mean() for a in (0, 1)]
    return float(arms[1] - arms[0])


def differences(df: pd.DataFrame, *, late: bool) -> dict[str, ne.Estimates]:
    """Each way of comparing the arms at 12 months."""
    spells = ne.Durations.from_frame(df, time="months", event="housed", entry="from", arm="arm")
    ways = {"unadjusted": survival_at(spells, [MONTH])}
    ways["standardised"] = adjusted_survival(spells, [MONTH], adjust=["z"])
    if late:
        ignored = ne.Durations.from_frame(df, time="months", event="housed", arm="arm")
        ways["standardised, entry ignored"] = adjusted_survival(ignored, [MONTH], adjust=["z"])
    else:
        ways["doubly robust"] = adjusted_survival(
            spells, [MONTH], adjust=["z"], method="doubly-robust"
        )
    return {name: est.where(term="difference") for name, est in ways.items()}


def measure() -> dict[str, float]:
    """Bias and coverage of 95 % intervals."""
    target, figures = truth(), {}
    for late in (False, True):
        rng = np.random.default_rng(11)
        found: dict[str, list[tuple[float, bool]]] = {}
        for _ in range(RUNS):
            try:
                answers = differences(study(rng, late=late), late=late)
            except NextomeProblem:
                continue
            for name, est in answers.items():
                low, high = est.interval()
                found.setdefault(name, []).append(
                    (float(est.value[0]) - target, bool(low[0] <= target <= high[0]))
                )
        when = "late entry" if late else "all from 0"
        for name, runs in found.items():
            figures[f"{name}, {when}: bias"] = float(np.mean([bias for bias, _ in runs]))
            figures[f"{name}, {when}: coverage"] = float(np.mean([held for _, held in runs]))
            figures[f"{name}, {when}: runs"] = len(runs)
    return figures
