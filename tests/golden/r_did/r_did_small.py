"""A panel of 40 households without random numbers, the same in R and here: gaps between its waves,
cohorts of several sizes, covariates and weights that change from wave to wave."""

from __future__ import annotations

import numpy as np
import pandas as pd

WAVES = [1, 2, 4, 7, 8]
COHORTS = [0, 4, 7, 8]


def small() -> pd.DataFrame:
    """Households 1 to 40 at five waves, as `small` of make_r_did.R."""
    d = pd.DataFrame(
        {"id": np.repeat(np.arange(1, 41), len(WAVES)), "t": np.tile(WAVES, 40)}, dtype=float
    )
    i, t = d["id"], d["t"]
    d["g"] = np.array(COHORTS, dtype=float)[(i % 11).astype(int) % 4]
    d["town"] = i % 9
    d["x"] = np.sin(3 * i) + 0.3 * np.cos(i * t)
    d["z"] = np.cos(5 * i)
    d["w"] = 1.5 + np.sin(7 * i) + 0.4 * np.cos(i + 2 * t)
    d["y"] = np.sin(i * i) + 0.4 * t + np.cos(1.7 * i * t) + 0.5 * d["x"] * np.log(t)
    d["y"] += 0.6 * ((d["g"] > 0) & (t >= d["g"])) * (1 + 0.1 * t)
    return d


def with_gaps() -> pd.DataFrame:
    """The same with one row in seven missing."""
    d = small()
    return d[(d["id"] + 2 * d["t"]) % 7 != 0].reset_index(drop=True)
