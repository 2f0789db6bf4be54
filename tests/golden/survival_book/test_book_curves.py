"""Curves, quantiles, restricted means and rank tests are R's, on its data and random tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from asked_of_r import case_named, door, grouping, many, names, numbers, same

import nextome_eval as ne

R_NAMES = {"arcsin": "arcsine"}


def empty_early(name: str) -> bool:
    """Whether R's curve is 0 while others are still to enter."""
    r = case_named(name)[2]
    rows = pd.DataFrame({k: many(r[k]) for k in ("strata", "time", "survival")})
    last = rows.groupby("strata")["time"].transform("max")
    return bool(((rows["survival"] < 1e-12) & (rows["time"] < last)).any())


KM = [name for name in names("km") if not empty_early(name)]
REFUSED = [name for name in names("km") if empty_early(name)]


def curve(name: str) -> ne.Estimates:
    df, how, _ = case_named(name)
    interval = R_NAMES.get(how["conf"], how["conf"])
    return ne.kaplan_meier(door(df, how), by=grouping(how), interval=interval)


@pytest.mark.parametrize("name", REFUSED)
def test_a_curve_over_an_empty_early_risk_set_is_refused(name: str) -> None:
    with pytest.raises(ne.NotEstimable, match="while others had not entered yet"):
        curve(name)


def rows_of(name: str, est: ne.Estimates) -> tuple[pd.DataFrame, np.ndarray]:
    """Our rows at R's strata and times, and where R gives an error."""
    r = case_named(name)[2]
    rows = est.tidy()
    key = rows["strata"].astype(str).str.strip() + " " + rows["time"].map("{:.6g}".format)
    strata, times = many(r["strata"]), many(r["time"])
    wanted = [f"{str(s).strip()} {t:.6g}" for s, t in zip(strata, times, strict=True)]
    se, survival = numbers(r["se"]), numbers(r["survival"])
    return rows.set_index(key).loc[wanted].reset_index(drop=True), np.isfinite(se) & (survival > 0)


@pytest.mark.parametrize("name", KM)
def test_the_curve_is_rs(name: str) -> None:
    r = case_named(name)[2]
    rows, known = rows_of(name, curve(name))
    for column in ("time", "n_risk", "n_event", "n_censor"):
        same(rows[column], r[column])
    same(rows["estimate"], r["survival"])
    same(rows["std_error"], r["se"], where=known)
    for ours, theirs in (("conf_low", "low"), ("conf_high", "high")):
        same(rows[ours], r[theirs], where=known & np.isfinite(numbers(r[theirs])))


@pytest.mark.parametrize("name", KM)
def test_the_cumulative_hazard_is_rs(name: str) -> None:
    df, how, r = case_named(name)
    rows, _ = rows_of(name, ne.nelson_aalen(door(df, how), by=grouping(how)))
    same(rows["estimate"], r["hazard"])
    same(rows["std_error"], r["hazard_se"])


def crossed_once(rows: pd.DataFrame) -> bool:
    """Whether limits only fall, so that there is one crossing; R sorts limits that rise again."""
    limits = rows[["conf_low", "conf_high"]].to_numpy()
    return bool((np.diff(limits, axis=0) <= 1e-12).all() and (rows["estimate"] > 0).all())


def reached(name: str) -> Iterator[tuple[ne.Estimates, int, int, np.ndarray, np.ndarray]]:
    est, r = curve(name), case_named(name)[2]
    labels = list(dict.fromkeys(est.terms["strata"]))
    value, low, high = (
        numbers(r[key]).reshape(len(labels), 3, order="F")
        for key in ("quantile", "q_low", "q_high")
    )
    for g, label in enumerate(labels):
        for i in np.flatnonzero(np.isfinite(value[g])):
            yield est.where(strata=label), int(i), g, value[g], np.stack([low[g], high[g]])


@pytest.mark.parametrize("name", KM)
def test_quantiles_are_rs(name: str) -> None:
    for own, i, _, value, limits in reached(name):
        rows = ne.quantile(own, (0.25, 0.5, 0.75)[i]).tidy()
        same(rows["estimate"], [value[i]])
        if crossed_once(own.tidy()):
            low, high = limits[:, i]
            same(rows["conf_low"], [low], where=[np.isfinite(low)])
            same(rows["conf_high"], [high if np.isfinite(high) else np.inf])


@pytest.mark.parametrize("name", [n for n in KM if "entry" not in case_named(n)[1]])
def test_restricted_means_are_rs(name: str) -> None:
    df, how, r = case_named(name)
    groups = len(many(r["rmean"]))
    rows = ne.rmst(door(df, how), by=grouping(how), tau=how["tau"]).tidy()[:groups]
    same(rows["estimate"], r["rmean"])
    if "cluster" not in how and how.get("weights") != "v":  # R's error there is Greenwood's still
        same(rows["std_error"], r["rmean_se"])


@pytest.mark.parametrize("name", names("logrank"))
def test_logrank_is_rs(name: str) -> None:
    df, how, r = case_named(name)
    test = ne.logrank(door(df, how), how["by"], rho=how["rho"], strata=how.get("strata"))
    same([test.statistic], r["statistic"])
    assert test.table is not None
    for column in ("observed", "expected"):  # the groups of a factor come in another order
        same(np.sort(test.table[column]), np.sort(many(r[column])))


def test_a_group_gone_before_the_first_event_changes_nothing() -> None:
    for rho in (0, 1):
        with_dummy, without = (
            ne.logrank(door(df, how), "x", rho=rho)
            for df, how, _ in (case_named(f"book: difftest{two} {rho}") for two in ("", " two"))
        )
        assert with_dummy.statistic == pytest.approx(without.statistic, rel=1e-12)
        assert with_dummy.df == without.df == 1


@pytest.mark.parametrize("name", names("concordance"))
def test_concordance_is_rs(name: str) -> None:
    df, how, r = case_named(name)
    est = ne.concordance(door(df, how), how["x"], strata=how.get("strata"))
    same(est.value, r["value"])
    same(est.std_error, r["se"])
    same(est.terms[["concordant", "discordant", "tied"]], r["pairs"])
    if "cluster" not in how:
        same(est.influence, r["dfbeta"])


def test_rounding_makes_no_time_of_its_own() -> None:
    """R's tests/rounding.R: sqrt(2)^2 is 2."""
    two = float(np.sqrt(2.0) ** 2)
    df = pd.DataFrame({"time": [1, 2, two, 2, two], "event": 1, "g": [1, 1, 1, 2, 2]})
    rows = ne.kaplan_meier(door(df, {}), by="g").terms
    assert rows["time"].tolist() == [1, 2, 2]
    assert rows["n_event"].tolist() == [1, 2, 2]


def test_a_test_shows_what_each_group_brought() -> None:
    df, how, _ = case_named("book: difftest 0")
    test = ne.logrank(door(df, how), "x")
    assert "observed" in repr(test)
    assert "Nonmaintained" in test._repr_html_()
