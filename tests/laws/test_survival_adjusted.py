"""Adjusted curves: influences are derivatives, late entry is met, one right model is enough."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import NextomeProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival import adjusted_survival, censoring_weights, kaplan_meier, rmst
from nextome_eval.models.weights import weights
from nextome_eval.study.durations import Durations


def study(seed: int, n: int, *, late: bool = False, bent: bool = False) -> pd.DataFrame:
    """Confounded arms; hazard exp(z) times 0.6 when treated; entry late for some, at random."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-z))
    effect = z**2 - 1 if bent else z
    time = rng.exponential(1 / (0.08 * np.exp(0.8 * effect - 0.5 * treated)))
    end = rng.uniform(8, 40, n)
    df = pd.DataFrame({"z": z, "zz": z**2, "arm": np.where(treated, "pilot", "now")})
    df["months"], df["housed"] = np.minimum(time, end), time <= end
    df["from"] = np.where(rng.random(n) < 0.5, rng.uniform(0, 8, n), 0.0) if late else 0.0
    return df[df["from"] < df["months"]].reset_index(drop=True)


def truth(t: float, treated: int, *, bent: bool = False) -> float:
    z = np.random.default_rng(0).normal(size=400_000)
    effect = z**2 - 1 if bent else z
    return float(np.exp(-0.08 * t * np.exp(0.8 * effect - 0.5 * treated)).mean())


def door(df: pd.DataFrame, **roles: str) -> Durations:
    return Durations.from_frame(df, time="months", event="housed", arm="arm", **roles)


def adjusted(df: pd.DataFrame, method: str = "standardised", adjust: str = "z") -> Estimates:
    roles = {"entry": "from"} if (df["from"] > 0).any() else {}
    return adjusted_survival(door(df, **roles), [6, 12], adjust=[adjust], method=method, tau=12)


@pytest.mark.parametrize("late", [False, True])
def test_the_influence_is_what_a_household_brings(late: bool) -> None:
    df = study(1, 150, late=late)
    df["w"] = 1.0
    step = 1e-5

    def weighted(frame: pd.DataFrame) -> Estimates:
        spells = door(frame, weights="w", entry="from")
        return adjusted_survival(spells, [6, 12], adjust=["z"], tau=12)

    est = weighted(df)
    for i in (0, 7, 60, 111):
        moved = df.copy()
        moved.loc[i, "w"] += step
        derivative = (weighted(moved).value - est.value) / step
        np.testing.assert_allclose(est.influence[i], derivative, atol=3e-6, rtol=1e-3)


def test_without_confounding_adjustment_changes_little() -> None:
    df = study(2, 600)
    df["arm"] = np.where(np.random.default_rng(5).random(len(df)) < 0.5, "pilot", "now")
    raw = kaplan_meier(door(df), by="arm").where(strata="pilot")
    at = int(np.searchsorted(raw.terms["time"], 12, side="right")) - 1
    est = adjusted(df).where(term="survival", arm="pilot", time=12.0)
    assert abs(est.value[0] - raw.value[at]) < 0.03


@pytest.mark.parametrize("late", [False, True])
def test_standardising_finds_the_truth_also_with_late_entry(late: bool) -> None:
    est = adjusted(study(3, 1500, late=late))
    for treated, arm in enumerate(("now", "pilot")):
        for t in (6.0, 12.0):
            row = est.where(term="survival", arm=arm, time=t)
            assert abs(row.value[0] - truth(t, treated)) < 4 * row.std_error[0] + 0.002


@pytest.mark.parametrize(("bent", "adjust"), [(False, "z"), (True, "z"), (False, "both")])
def test_doubly_robust_is_right_when_one_model_is(bent: bool, adjust: str) -> None:
    """bent: the Cox model in z is wrong and the propensity in z right; then the reverse."""
    df = study(4, 1500, bent=bent)
    if adjust == "both":  # the propensity is not logistic in these, the hazard is
        rng = np.random.default_rng(9)
        treated = rng.random(len(df)) < np.where(np.abs(df["z"]) > 1, 0.75, 0.35)
        again = study(4, 1500)
        base = rng.exponential(1 / (0.08 * np.exp(0.8 * again["z"] - 0.5 * treated)))
        end = rng.uniform(8, 40, len(df))
        df = again.assign(
            arm=np.where(treated, "pilot", "now"), months=np.minimum(base, end), housed=base <= end
        )
    est = adjusted(df, "doubly-robust")
    row = est.where(term="difference", time=12.0)
    target = truth(12.0, 1, bent=bent) - truth(12.0, 0, bent=bent)
    assert abs(row.value[0] - target) < 3.5 * row.std_error[0]


def test_weighted_curves_find_it_too() -> None:
    spells = door(study(3, 2000))
    w = weights(spells, adjust=["z"], kind="stabilised")
    raw = kaplan_meier(w.on(spells), by="arm").where(strata="pilot")
    at = int(np.searchsorted(raw.terms["time"], 12, side="right")) - 1
    assert abs(raw.value[at] - truth(12.0, 1)) < 4 * raw.std_error[at]
    assert rmst(w.on(spells), tau=12).std_error[2] > 0


def test_refusals() -> None:
    with pytest.raises(NextomeProblem):
        adjusted_survival(door(study(1, 150)), [6, 99], adjust=["z"])
    spells = door(study(1, 150).assign(w=2.0), weights="w")
    with pytest.raises(NextomeProblem) as weighted:
        adjusted_survival(spells, [6], adjust=["z"], method="doubly-robust")
    assert weighted.value.code == "doubly_robust_weights"


def test_weights_against_loss_find_the_truth_where_kaplan_meier_does_not() -> None:
    rng = np.random.default_rng(6)
    n = 3000
    z = rng.normal(size=n)
    time = rng.exponential(1 / (0.06 * np.exp(z)))
    lost = rng.exponential(1 / (0.06 * np.exp(z)))  # loss goes with what brings the event
    end = np.minimum(lost, 20)
    df = pd.DataFrame({"z": z, "months": np.minimum(time, end), "housed": time <= end})
    df["months"] = np.maximum(np.ceil(df["months"] * 4) / 4, 0.25)
    df["arm"] = "one"
    spells = door(df)
    truth = float(np.exp(-0.06 * 12 * np.exp(np.random.default_rng(0).normal(size=400_000))).mean())

    def at_twelve(curve: Estimates) -> tuple[float, float]:
        i = int(np.searchsorted(curve.terms["time"], 12, side="right")) - 1
        return float(curve.value[i]), float(curve.std_error[i])

    naive, _ = at_twelve(kaplan_meier(spells))
    weighted, error = at_twelve(kaplan_meier(censoring_weights(spells, adjust=["z"])))
    assert abs(weighted - truth) < 4 * error + 0.005
    assert abs(naive - truth) > 2 * abs(weighted - truth)


def test_weights_against_no_loss_change_nothing() -> None:
    df = study(8, 120)
    df["months"] = np.where(df["housed"], np.ceil(df["months"]), 40.0)  # lost only at the end
    spells = door(df)
    one = kaplan_meier(spells, by="arm")
    weighted = censoring_weights(spells, adjust=["z"])
    other = kaplan_meier(weighted, by="arm")
    for arm in ("now", "pilot"):
        plain = one.where(strata=arm)
        falls = plain.where(time=plain.terms["time"][plain.terms["n_event"] > 0].tolist())
        again = other.where(strata=arm, time=falls.terms["time"].tolist())
        np.testing.assert_allclose(again.value, falls.value, rtol=1e-9)
