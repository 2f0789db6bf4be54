"""The second strand: operators' questionnaires before and after their training."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nextome_eval.simulate.cohort import stream
from nextome_eval.study.tables import typed

__all__ = ["operators_table"]

_TOWNS = ["028060", "028001", "028016", "028057", "028058", "028072"]
_SHARES = [0.4, 0.14, 0.14, 0.12, 0.1, 0.1]
_BEFORE, _AFTER = np.datetime64("2021-10-04"), np.datetime64("2022-05-09")


def operators_table(seed: int, *, n: int = 26, knowledge: float = 2.5) -> pd.DataFrame:
    """Return the questionnaires of `n` operators; some do not answer the second."""
    rng = stream(seed, "operators")
    able = rng.standard_normal(n)
    before = np.clip(np.round(10.5 + 2.2 * able + 1.5 * rng.standard_normal(n)), 0, 20)
    after = before + np.round(knowledge + 1.6 * rng.standard_normal(n))
    sure = np.clip(np.round(2.6 + 0.5 * able + 0.6 * rng.standard_normal(n)), 1, 5)
    surer = np.clip(sure + (rng.random(n) < 0.5), 1, 5)
    came_back = rng.random(n) < 0.88
    names = [f"OP-{k:02d}" for k in range(1, n + 1)]
    town = rng.choice(_TOWNS, n, p=_SHARES)
    waves = [
        pd.DataFrame(
            {
                "operator": names,
                "municipality": town,
                "wave": wave,
                "answered_on": first + rng.integers(0, 21, n),
                "knowledge": np.clip(score, 0, 20),
                "confidence": felt.astype(np.int64),
            }
        )
        for wave, first, score, felt in ((0, _BEFORE, before, sure), (1, _AFTER, after, surer))
    ]
    waves[1] = waves[1][came_back]
    frame = pd.concat(waves).sort_values(["operator", "wave"], ignore_index=True)
    return typed("operators", frame)
