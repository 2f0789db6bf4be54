"""Freireich's 6-MP trial: weeks in remission of 42 children (Freireich et al. 1963)."""

from __future__ import annotations

import pandas as pd

from nextome_eval.study.durations import Durations

SIX_MP = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [1] * 9 + [0] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def freireich() -> pd.DataFrame:
    """The 42 rows: weeks, relapse, group."""
    return pd.DataFrame(
        {
            "weeks": SIX_MP + PLACEBO,
            "relapse": RELAPSED + [1] * 21,
            "group": pd.Categorical(["6-MP"] * 21 + ["placebo"] * 21, ["placebo", "6-MP"]),
        }
    )


def remissions() -> Durations:
    """The 42 rows at the door; placebo is compared with."""
    return Durations.from_frame(freireich(), time="weeks", event="relapse", arm="group")
