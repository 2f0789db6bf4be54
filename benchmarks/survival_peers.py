"""What curves and log-rank tests of a million rows cost beside other Python libraries.

Ours come with their limits; statsmodels' with standard errors, and its rows are given by group.

Peers live in an environment of their own; NEXTOME_PEERS names its Python:
    NEXTOME_PEERS=/path/to/peers/bin/python python benchmarks/run.py survival_peers
Seconds are processor time of the fastest of three runs, each in one thread.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

MANY = 1_000_000
UNTIED, DAYS = "", ", whole days"
PEERS = ("statsmodels", "lifelines", "sksurv")


def seconds(what: Callable[[], object]) -> float:
    """Shortest processor time of three runs."""
    runs = []
    for _ in range(3):
        begin = time.process_time()
        what()
        runs.append(time.process_time() - begin)
    return min(runs)


def rows(times: str, n: int = MANY) -> pd.DataFrame:
    """Times in two groups, half of them censored: without ties, or in whole days of ten years."""
    rng = np.random.default_rng(1)
    event, end = rng.exponential(size=n), rng.exponential(size=n)
    t = np.minimum(event, end)
    return pd.DataFrame(
        {
            "t": np.ceil(800 * t).clip(1, 3650) if times == DAYS else t,
            "e": (event < end).astype(int),
            "g": rng.integers(0, 2, n),
        }
    )


def ours(times: str) -> dict[str, float]:
    """Seconds of the door, of curves with limits, of the log-rank test."""
    import nextome_eval as ne

    df = rows(times)

    def door() -> ne.Durations:
        return ne.Durations.from_frame(df, time="t", event="e", arm="g")

    spells = door()
    return {
        f"the door{times}": seconds(door),
        f"kaplan_meier{times}": seconds(lambda: ne.kaplan_meier(spells, by="arm").interval()),
        f"logrank{times}": seconds(lambda: ne.logrank(spells, by="arm")),
    }


def measure() -> dict[str, float]:
    """Seconds, and ratios to the peers that are installed."""
    figures = ours(UNTIED) | ours(DAYS)
    python = os.environ.get("NEXTOME_PEERS")
    if not python:
        print("survival_peers: NEXTOME_PEERS names no environment, so there are no ratios")
        return figures
    for peer in PEERS:
        run = subprocess.run([python, __file__, peer], capture_output=True, text=True, check=False)
        if run.returncode:
            why = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"survival_peers: {peer} left out ({why})")
            continue
        for line in run.stdout.splitlines():
            what, taken = line.split("\t")
            figures[f"{peer} {what}"] = float(taken)
            figures[f"{what} over {peer}"] = figures[what] / float(taken)
    return figures


def timed(peer: str, times: str) -> dict[str, Callable[[], object]]:
    """Tasks of a peer: curves with errors of two groups, the log-rank test."""
    df = rows(times)
    groups = [df[df["g"] == g] for g in (0, 1)]
    if peer == "statsmodels":
        from statsmodels.duration.survfunc import SurvfuncRight, survdiff

        return {
            "kaplan_meier": lambda: [SurvfuncRight(d["t"], d["e"]) for d in groups],
            "logrank": lambda: survdiff(df["t"], df["e"], df["g"]),
        }
    if peer == "lifelines":
        from lifelines import KaplanMeierFitter
        from lifelines.statistics import multivariate_logrank_test

        return {
            "kaplan_meier": lambda: [KaplanMeierFitter().fit(d["t"], d["e"]) for d in groups],
            "logrank": lambda: multivariate_logrank_test(df["t"], df["g"], df["e"]),
        }
    from sksurv.compare import compare_survival
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    both = Surv.from_arrays(df["e"] == 1, df["t"])
    return {
        "kaplan_meier": lambda: [
            kaplan_meier_estimator(d["e"] == 1, d["t"], conf_type="log-log") for d in groups
        ],
        "logrank": lambda: compare_survival(both, df["g"]),
    }


if __name__ == "__main__":
    for times in (UNTIED, DAYS):
        for task, run_it in timed(sys.argv[1], times).items():
            print(task + times, seconds(run_it), sep="\t")
