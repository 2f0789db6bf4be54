"""Cox models are R's: the book's appendix, other data sets, random tables with every option."""

from __future__ import annotations

import numpy as np
import pytest
from asked_of_r import case_named, door, many, names, numbers, same

import nextome_eval as ne
from nextome_eval.estimates.estimates import Estimates

CASES = names("cox")
BY_TERM = ("score", "dfbeta", "dfbetas")
BY_EVENT = {"schoenfeld": "schoenfeld", "scaled-schoenfeld": "scaledsch"}
R_NAMES = {"arcsin": "arcsine"}


def fitted(name: str) -> Estimates:
    df, how, _ = case_named(name)
    return ne.cox(
        door(df, how), many(how["x"]), ties=how["ties"], strata=how.get("strata"),
        robust=how.get("robust"), offset=how.get("offset"),
    )  # fmt: skip


def by_influence(how: dict[str, object]) -> bool:
    return "robust" in how or how.get("weights") == "v"


@pytest.mark.parametrize("name", CASES)
def test_coefficients_and_variances(name: str) -> None:
    _, how, r = case_named(name)
    est = fitted(name)
    same(est.value, r["coef"], atol=1e-9)
    same(est.covariance, r["var"], atol=1e-12)
    kernel = est.fit.kernel
    same(np.linalg.inv(kernel.information), r["naive"], atol=1e-12)
    same(kernel.log_likelihood, r["loglik"])
    same([kernel.score_test], r["score_test"])
    same(ne.concordance(est).value, r["concordance"])
    assert by_influence(how) == (est.model_covariance is None)


@pytest.mark.parametrize("name", [n for n in CASES if "martingale" in case_named(n)[2]])
def test_residuals(name: str) -> None:
    _, _, r = case_named(name)
    est = fitted(name)
    for kind in ("martingale", "deviance", *BY_TERM):
        if kind not in r:  # R has no more for exact ties
            continue
        ours = ne.cox_residuals(est, kind).iloc[:, 2:].to_numpy()
        same(ours.T, r[kind], atol=1e-9)
    for kind, r_name in BY_EVENT.items():
        if r_name not in r:
            continue
        ours = ne.cox_residuals(est, kind).iloc[:, 2:].to_numpy()
        theirs = numbers(r[r_name]).reshape(len(est), -1).T
        for column in range(len(est)):  # the order of tied events is nobody's
            same(np.sort(ours[:, column]), np.sort(theirs[:, column]), atol=1e-9)


def strata_told_apart_by_rounding(name: str, how: dict[str, object]) -> bool:
    """With strata R reads the times again without making near ties equal, and ranks them apart."""
    return "near" in name and "strata" in how


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
@pytest.mark.parametrize("name", [n for n in CASES if "zph_km" in case_named(n)[2]])
def test_proportional_hazards(name: str, transform: str) -> None:
    _, how, r = case_named(name)
    if transform == "rank" and strata_told_apart_by_rounding(name, how):
        transform = "identity"
    table = ne.proportional_hazards(fitted(name), transform=transform).table
    assert table is not None
    same(table["statistic"], many(r[f"zph_{transform}"])[: len(table)], atol=1e-8)


@pytest.mark.parametrize("name", [n for n in CASES if "curve" in case_named(n)[2]])
def test_predicted_curves(name: str) -> None:
    _, how, r = case_named(name)
    est, curve = fitted(name), r["curve"]
    kind = R_NAMES.get(how["conf"], how["conf"])
    for i, label in enumerate(est.fit.data.strata_labels, start=1):
        here = [j for j, s in enumerate(many(curve["stratum"])) if s == i]
        at = {key: numbers(curve[key])[here] for key in curve if key != "stratum"}
        stratum = label if "strata" in how else None
        hazard = ne.cox_curve(est, how["at"], stratum=stratum, hazard=True)
        rows = np.searchsorted(hazard.terms["time"], at["time"] * (1 - 1e-9))
        same(hazard.terms["time"].to_numpy()[rows], at["time"])
        same(hazard.value[rows], at["hazard"])
        survival = ne.cox_curve(est, how["at"], stratum=stratum, interval=kind)
        same(survival.value[rows], at["survival"])
        if by_influence(how):  # R leaves the hazard's own error model-based: see the next test
            continue
        same(hazard.std_error[rows], at["hazard_se"])
        inside = (at["survival"] > 0) & (at["survival"] < 1)
        for ours, theirs in zip(survival.interval(), (at["low"], at["high"]), strict=True):
            same(ours[rows], theirs, where=inside & np.isfinite(theirs))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_influence_on_a_weighted_curve_is_its_derivative(ties: str) -> None:
    df, how, _ = case_named(f"book: testw3 {ties}")
    df = df.assign(wt=df["wt"] + 0.25, row=np.arange(len(df)))

    def hazard(weights: np.ndarray) -> Estimates:
        est = ne.cox(door(df.assign(wt=weights), how), ["x"], ties=ties)
        return ne.cox_curve(est, {"x": 1}, hazard=True)

    w, step = df["wt"].to_numpy(), 1e-5
    ours = hazard(w).influence
    for i in range(len(df)):
        nudge = np.where(np.arange(len(df)) == i, step, 0.0)
        change = (hazard(w + nudge).value - hazard(w - nudge).value) / (2 * step)
        # a central difference is right to about its step squared
        np.testing.assert_allclose(ours[i], change * w[i], atol=1e-8)
