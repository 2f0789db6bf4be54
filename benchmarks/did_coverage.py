"""Coverage and false rejections of the two-group headlines in pilots of the real size.

21 against 21 households in four towns (12, 3, 3, 3 pilot households), baseline and five waves,
town-by-wave shocks, correlated waves, one observation in ten missing.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pandas as pd

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

EFFECT = 0.5


def pilot(rng: np.random.Generator, effect: float, ragged: bool = True) -> pd.DataFrame:
    """One simulated study."""
    town = np.repeat([0, 1, 2, 3, 0, 1, 2, 3], [12, 3, 3, 3, 12, 3, 3, 3])
    arm = np.repeat([1, 0], 21)
    waves = np.array([0, 3, 6, 12, 18, 24])
    level = rng.normal(size=42) * 0.8
    shock = rng.normal(size=(4, 6)) * 0.5
    noise = rng.normal(size=(42, 6)) * 0.6
    y = level[:, None] + shock[town] + noise + effect * arm[:, None] * (waves > 0)
    df = pd.DataFrame({"id": np.repeat(np.arange(42), 6), "t": np.tile(waves, 42)})
    df["arm"], df["town"], df["y"] = arm[df["id"]], town[df["id"]], y.ravel()
    df["x"] = rng.normal(size=42)[df["id"]]
    lost = (rng.random(len(df)) < 0.1) & (df["t"] > 0) if ragged else np.zeros(len(df), bool)
    return df[~lost]


def measure(draws: int = 400) -> dict[str, float]:
    """Shares over simulated pilots."""
    from nextome_eval.estimates.permutation import permutation_reference
    from nextome_eval.estimates.town_by_town import ibragimov_mueller, town_by_town
    from nextome_eval.models.did import ancova, did
    from nextome_eval.study.panel import Panel

    rng = np.random.default_rng(20)
    held: dict[str, list[bool]] = {}
    for _ in range(draws):
        df = pilot(rng, EFFECT)
        panel = Panel.from_frame(df, unit="id", time="t", arm="arm", strata="town")
        answers = {
            "did, CR2 t": did(panel, "y"),
            "did, CR2 t, one covariate": did(panel, "y", adjust=["x"]),
            "ancova, CR2 t": ancova(panel, "y").where(term="overall"),
            "towns one by one, t(G-1)": ibragimov_mueller(
                town_by_town(lambda p: did(p, "y"), panel)
            ),
        }
        reference = permutation_reference(lambda p: did(p, "y"), panel, within="strata", draws=499)
        answers["did, permutation interval"] = replace(
            answers["did, CR2 t"], reference=reference, model_covariance=None
        )
        for name, est in answers.items():
            low, high = est.interval(0.95)
            held.setdefault(f"coverage: {name}", []).append(bool(low[0] <= EFFECT <= high[0]))
            rejected = bool(est.p_value(EFFECT)[0] <= 0.05)
            held.setdefault(f"false rejections: {name}", []).append(rejected)
    return {name: float(np.mean(share)) for name, share in held.items()}
