"""How long survival methods take on a million rows and on a pilot, and beside R survival.

Seconds are processor time, ours and R's, so that a busy machine changes neither.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import nextome_eval as ne

MANY = 1_000_000
PAIRS = {
    "cox, 1e6 rows": "R coxph",
    "cox robust, 1e6 rows": "R coxph robust",
    "kaplan_meier with limits, 1e6 rows": "R survfit",
    "logrank, 1e6 rows": "R survdiff",
    "cumulative_incidence with errors, 1e5": "R survfit, causes, 1e5",
}
R_TASKS = {
    "R coxph": "coxph(Surv(t, e) ~ a + b + c + d + f, d)",
    "R coxph robust": "coxph(Surv(t, e) ~ a + b + c + d + f, d, cluster = flat)",
    "R survfit": "survfit(Surv(t, e) ~ g, d)",
    "R survdiff": "survdiff(Surv(t, e) ~ g, d)",
    "R survfit, causes, 1e5": "survfit(Surv(t, k) ~ 1, s)",
}
R_SCRIPT = """
suppressMessages(library(survival)); d <- read.csv("{path}")
s <- d[1:100000, ]; s$k <- factor(ifelse(s$e == 1, 1 + (s$a > 0), 0), 0:2)
cat(sum(system.time({task})[c("user.self", "sys.self")]))
"""
R_SECONDS = 240  # a task that is not done by then is said to take at least so long


def seconds(what: Callable[[], object], times: int = 3) -> float:
    """Shortest processor time of a few runs."""
    runs = []
    for _ in range(times):
        begin = time.process_time()
        what()
        runs.append(time.process_time() - begin)
    return min(runs)


def many() -> pd.DataFrame:
    """A million rows with five covariates."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(MANY, 5))
    event = rng.exponential(size=MANY) * np.exp(-x @ [0.1, 0.2, -0.1, 0, 0.3])
    end = 2 * rng.exponential(size=MANY)
    df = pd.DataFrame(x, columns=list("abcdf"))
    return df.assign(
        t=np.minimum(event, end), e=(event < end).astype(int), g=rng.integers(0, 2, MANY),
        flat=rng.integers(0, 2000, MANY),
    )  # fmt: skip


def pilot(n: int) -> ne.Durations:
    """Durations of a pilot: two arms, four towns, followed for 24 months."""
    rng = np.random.default_rng(2)
    df = pd.DataFrame(
        {"months": np.ceil(rng.exponential(14, n)).clip(1, 24), "x": rng.normal(size=n)}
    )
    df["arm"] = np.where(np.arange(n) % 2, "pilot", "now")
    df["town"] = rng.choice(list("abcd"), n, p=[0.55, 0.15, 0.15, 0.15])
    df["housed"] = df["months"] < 24
    return ne.Durations.from_frame(df, time="months", event="housed", arm="arm", strata="town")


def measure() -> dict[str, float]:
    """Seconds of each task."""
    df = many()
    spells = ne.Durations.from_frame(df, time="t", event="e", arm="g")
    causes = df.head(100_000).assign(k=lambda d: np.where(d["e"] == 1, 1 + (d["a"] > 0), 0))
    two = ne.Durations.from_frame(causes, time="t", event="k", causes={1: "one", 2: "other"})
    small, hundred = pilot(45), pilot(100)
    figures = {
        "cox, 1e6 rows": seconds(lambda: ne.cox(spells, list("abcdf"))),
        "cox robust, 1e6 rows": seconds(
            lambda: ne.cox(spells, list("abcdf"), robust="flat").std_error
        ),
        "kaplan_meier with limits, 1e6 rows": seconds(
            lambda: ne.kaplan_meier(spells, by="arm").interval()
        ),
        "logrank, 1e6 rows": seconds(lambda: ne.logrank(spells, by="arm")),
        "cumulative_incidence with errors, 1e5": seconds(
            lambda: ne.cumulative_incidence(two).std_error
        ),
        "10,000 permutations, 45 households": seconds(
            lambda: ne.permute(
                lambda d: ne.logrank(d, by="arm", strata="strata"),
                small,
                within="strata",
                draws=10_000,
            )
        ),
        "kaplan_meier, n 100": seconds(lambda: ne.kaplan_meier(hundred, by="arm"), 50),
        "logrank, n 100": seconds(lambda: ne.logrank(hundred, by="arm"), 50),
        "cox, n 100": seconds(lambda: ne.cox(hundred, ["arm", "x"]), 50),
        "100 bootstraps of weighted rmst": seconds(
            lambda: ne.bootstrap(weighted_rmst, hundred, draws=100), 1
        ),
    }
    peers = beside_r(df)
    ratios = {
        f"{ours} over {r}": figures[ours] / peers[r] for ours, r in PAIRS.items() if r in peers
    }
    return figures | peers | ratios


def weighted_rmst(spells: ne.Durations) -> ne.Estimates:
    """Overlap weights estimated again, then restricted means."""
    from nextome_eval.models.weights import weights

    return ne.rmst(weights(spells, adjust=["x"]).on(spells), by="arm", tau=20)


def beside_r(df: pd.DataFrame) -> dict[str, float]:
    """The same tasks in R, where it is installed."""
    if shutil.which("Rscript") is None:
        print("survival_speed: R is not installed, so there are no ratios to it")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.csv"
        df.to_csv(path, index=False)
        return {
            name: _in_r(name, R_SCRIPT.format(path=path, task=t)) for name, t in R_TASKS.items()
        }


def _in_r(name: str, script: str) -> float:
    try:
        answer = subprocess.run(
            ["Rscript", "-e", script], capture_output=True, text=True, check=True, timeout=R_SECONDS
        )
    except subprocess.TimeoutExpired:
        print(f"survival_speed: {name} was stopped after {R_SECONDS} s, its ratio is at most this")
        return float(R_SECONDS)
    return float(answer.stdout)
