"""What the difference-in-differences kernels cost, beside their peers where these are installed.

Seconds are processor time, ours and theirs, so that a busy machine changes neither.  Peers live in
an environment of their own; NEXTOME_PEERS names its Python, NEXTOME_R_LIBS a folder of R packages
with did where R's own have none:
    NEXTOME_PEERS=/path/to/peers/bin/python python benchmarks/run.py did_speed
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

R_SCRIPT = """
if (!requireNamespace("did", quietly = TRUE)) quit(status = 3)
d <- read.csv("{path}")
cat(sum(system.time(did::att_gt(yname = "y", tname = "t", idname = "id", gname = "g",
    xformla = ~ x1 + x2, data = d, bstrap = FALSE))[c("user.self", "sys.self")]), "\\n")
"""


def best(task: Callable[[], object], times: int = 3) -> float:
    """Shortest processor time of a few runs, in seconds."""
    spent = []
    for _ in range(times):
        start = process_time()
        task()
        spent.append(process_time() - start)
    return min(spent)


def staggered(households: int = 100_000, waves: int = 8) -> pd.DataFrame:
    """Three cohorts (one never treated), two covariates."""
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(households), waves)
    df = pd.DataFrame({"id": unit, "t": np.tile(np.arange(1, waves + 1), households)})
    df["g"] = rng.choice([4, 6, 0], households, p=[0.3, 0.3, 0.4])[unit]
    for name in ("x1", "x2"):
        df[name] = rng.normal(size=households)[unit]
    df["y"] = rng.normal(size=len(df)) + 0.1 * df["x1"] * df["t"]
    df["y"] += (df["g"] > 0) & (df["t"] >= df["g"])
    df["treated"] = ((df["g"] > 0) & (df["t"] >= df["g"])).astype(float)
    return df


def clustered() -> pd.DataFrame:
    """1,000 households in 20 towns, two waves."""
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(1000), 2)
    df = pd.DataFrame({"id": unit, "t": np.tile([0, 1], 1000), "town": unit % 20})
    df["arm"] = df["town"] % 2
    df["y"] = rng.normal(size=2000) + rng.normal(size=20)[df["town"]] * df["t"]
    df["after"], df["both"] = df["t"], df["t"] * df["arm"]
    return df


def pilot() -> pd.DataFrame:
    """45 households in 4 towns, baseline and one wave after."""
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(45), 2)
    df = pd.DataFrame({"id": unit, "t": np.tile([0, 12], 45), "arm": unit % 2})
    df["town"] = np.array([0, 0, 0, 1, 2, 3])[unit // 2 % 6]
    df["y"] = rng.normal(size=90)
    return df


def measure() -> dict[str, float]:
    """Seconds, and ratios to the peers that are installed."""
    from nextome_eval.estimates.permutation import permute
    from nextome_eval.estimates.wild import wild_bootstrap
    from nextome_eval.models.did import ancova, did, group_time, two_way
    from nextome_eval.models.did.crossed_effects import CrossedEffects
    from nextome_eval.study.panel import Panel

    many = Panel.from_frame(staggered(), unit="id", time="t", begins="g")
    few = Panel.from_frame(staggered(20_000), unit="id", time="t", begins="g")
    small = Panel.from_frame(pilot(), unit="id", time="t", arm="arm", strata="town")
    towns = Panel.from_frame(clustered(), unit="id", time="t", arm="arm", cluster="town")
    treated = few.column("treated")[:, None]
    cut = CrossedEffects.of(few, "y", treated, np.arange(len(treated)))
    est = did(towns, "y")
    figures = {
        "group_time dr, 100,000 x 8 [s]": best(lambda: group_time(many, "y", adjust=["x1", "x2"])),
        "two_way over linearmodels alone": best(lambda: two_way(few, "y"), 5)
        / best(lambda: cut.fit(), 5),
        "10,000 stratified permutations, ANCOVA [s]": best(
            lambda: permute(lambda p: ancova(p, "y"), small, within="strata", draws=10_000)
        ),
        "wild bootstrap, 9,999 x 20 clusters [s]": best(
            lambda: wild_bootstrap(est, weights="webb", draws=9999)
        ),
    }
    for households in (20_000, 40_000):
        panel = Panel.from_frame(staggered(households), unit="id", time="t", begins="g")
        tracemalloc.start()
        group_time(panel, "y", adjust=["x1", "x2"])
        figures[f"peak memory a row, {households} x 8 [bytes]"] = tracemalloc.get_traced_memory()[
            1
        ] / (8 * households)
        tracemalloc.stop()
    return figures | beside(figures)


def beside(figures: dict[str, float]) -> dict[str, float]:
    """Ours over the peer's time, each peer in one run of its own environment."""
    ratios = {}
    pairs = {
        "R did": "group_time dr, 100,000 x 8 [s]",
        "diff-diff": "group_time dr, 100,000 x 8 [s]",
        "wildboottest": "wild bootstrap, 9,999 x 20 clusters [s]",
    }
    for peer, ours in pairs.items():
        spent = seconds_of_r() if peer == "R did" else seconds_of(peer)
        if spent is None:
            print(f"{peer} is absent")
        else:
            ratios[f"{ours} over {peer}"] = figures[ours] / spent
    return ratios


def seconds_of(name: str) -> float | None:
    """Seconds of a peer in the environment that NEXTOME_PEERS names, None where it is not there."""
    python = os.environ.get("NEXTOME_PEERS")
    if not python:
        return None
    run = subprocess.run([python, __file__, name], capture_output=True, text=True, check=False)
    return None if run.returncode else float(run.stdout.split()[-1])


def seconds_of_r() -> float | None:
    """Seconds of R did's att_gt on the same table, None where R or did is not there."""
    script = shutil.which("Rscript")
    if not script:
        return None
    libraries = os.environ.get("NEXTOME_R_LIBS") or os.environ.get("R_LIBS", "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staggered.csv"
        staggered().to_csv(path, index=False)
        run = subprocess.run(
            [script, "-e", R_SCRIPT.format(path=path.as_posix())],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"R_LIBS": libraries},
        )
    return None if run.returncode else float(run.stdout.split()[-1])


def peer(name: str) -> float:
    """Seconds of a peer, run inside its own environment."""
    if name == "diff-diff":
        from diff_diff import CallawaySantAnna

        df = staggered()
        model = CallawaySantAnna(control_group="never_treated", estimation_method="dr")
        return best(
            lambda: model.fit(
                df, outcome="y", unit="id", time="t", first_treat="g", covariates=["x1", "x2"]
            )
        )
    import statsmodels.formula.api as smf
    from wildboottest.wildboottest import wildboottest

    df = clustered()
    model = smf.ols("y ~ arm + after + both", data=df)
    return best(
        lambda: wildboottest(
            model, param="both", cluster=df["town"], B=9999, weights_type="webb", show=False
        )
    )


if __name__ == "__main__":
    print(peer(sys.argv[1]))
