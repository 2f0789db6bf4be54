"""Made-up estimates and tests, with made-up households behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference, Reason
from nextome_eval.estimates.reference import StudentT
from nextome_eval.estimates.test import Test

PEOPLE = [f"PD-{i:03d}" for i in range(1, 46)]
ARM = np.array([1] * 21 + [0] * 24)


def trajectory() -> Estimates:
    lines, values, influence = [], [], []
    rng = np.random.default_rng(1)
    for arm, start in ((1, 48.1), (0, 47.2)):
        for i, wave in enumerate((0, 6, 12, 18, 24)):
            own = np.full(len(PEOPLE), np.nan)
            took = np.flatnonzero(arm == ARM)[: 21 - i]
            own[took] = rng.normal(0, 20, len(took)) / len(took)
            lines.append(("who5", str(arm), float(wave)))
            values.append(start + 2.2 * i + arm * (i % 2))
            influence.append(own)
    return Estimates(
        terms=pd.DataFrame(lines, columns=["term", "arm", "time"]),
        value=np.array(values),
        influence=np.array(influence).T,
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="mean by arm and wave",
        kind="trajectory",
    )


def event_study() -> Estimates:
    rng = np.random.default_rng(2)
    times = np.array([-6, -5, -4, -3, -2, 0, 3, 6, 9, 12], dtype=float)
    value = np.where(times < 0, rng.normal(0, 15, len(times)), -18 * times)
    influence = rng.normal(0, 60, (len(PEOPLE), len(times))) / np.sqrt(len(PEOPLE))
    return Estimates(
        terms=pd.DataFrame({"term": "service_cost", "time": times}),
        value=value,
        influence=influence,
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="event study",
        reference=StudentT(np.full(len(times), 31.0)),
    )


def curve() -> Estimates:
    """A Kaplan-Meier curve by hand: distinct exit times, no ties, both arms."""
    rng = np.random.default_rng(3)
    lines, value, influence = [], [], []
    for arm, label, n, rate in ((1, "1", 21, 16.0), (0, "0", 24, 26.0)):
        time = np.sort(rng.exponential(rate, n))
        event = time < 24
        time = np.minimum(time, 24 + rng.uniform(0, 2, n))
        order = np.argsort(time)
        time, event = time[order], event[order]
        people = np.flatnonzero(arm == ARM)
        left, survival, spread = n, 1.0, 0.0
        for moment, happened in zip(time, event, strict=True):
            lines.append(("survival", label, moment, left, int(happened), int(not happened)))
            if happened:
                survival *= 1 - 1 / left
                spread += 1 / (left * max(left - 1, 1))
            own = np.full(len(PEOPLE), np.nan)
            own[people] = survival * np.sqrt(spread / n) * rng.choice([-1.0, 1.0], n)
            value.append(survival)
            influence.append(own)
            left -= 1
    terms = pd.DataFrame(lines, columns="term strata time n_risk n_event n_censor".split())
    return Estimates(
        terms=terms,
        value=np.array(value),
        influence=np.array(influence).T,
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="Kaplan-Meier",
        kind="curve",
        shown_interval=_within_bounds,
    )


def _within_bounds(value: Any, std_error: Any, level: float) -> tuple[Any, Any]:
    return np.clip(value - 1.96 * std_error, 0, 1), np.clip(value + 1.96 * std_error, 0, 1)


def rmst() -> Inference:
    own = np.where(ARM == 1, 1.0, -1.0) * np.random.default_rng(4).normal(0, 0.3, len(PEOPLE))
    headline = Estimates(
        terms=pd.DataFrame({"term": ["rmst_difference"]}),
        value=np.array([-4.2]),
        influence=own[:, None],
        units=pd.Index(PEOPLE),
        cluster=np.arange(len(PEOPLE)),
        method="restricted mean survival time to 24 months",
    )
    beside = {"permutation": Test(2.1, None, 0.0431, "permutation", "", 431, 10000)}
    reason = Reason("infer_households_within_towns")
    return Inference("households assigned", headline, beside, reason)
