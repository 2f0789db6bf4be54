"""What leads with few towns: never the usual clustered error, whatever the method asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne

Fn = Callable[[ne.Panel], ne.Estimates]
INF = np.inf
ASKED: dict[str, Fn] = {
    "two_way": lambda p: ne.two_way(p, "y"),
    "simple": lambda p: ne.aggregate(ne.group_time(p, "y"), "simple"),
    "dynamic": lambda p: ne.aggregate(ne.group_time(p, "y"), "dynamic"),
    "imputation": lambda p: ne.imputation(p, "y"),
    "ratio": lambda p: ne.did_of_ratios(p, "y"),
}
# not two_way: its seventy dealings take linearmodels ten seconds
quick = {name: fn for name, fn in ASKED.items() if name != "two_way"}
asked = pytest.mark.parametrize("fn", quick.values(), ids=quick)


def towns(begins: dict[str, float], homes: int = 5, seed: int = 3) -> ne.Panel:
    rng = np.random.default_rng(seed)
    rows = [
        (f"{town}{i}", t, town, begin, 9 + shock * (t > 3) + rng.normal() + (t >= begin))
        for town, begin in begins.items()
        for shock in [rng.normal()]
        for i in range(homes)
        for t in (0.0, 3.0, 6.0, 9.0)
    ]
    df = pd.DataFrame(rows, columns=["id", "t", "town", "g", "y"])
    return ne.Panel.from_frame(df, unit="id", time="t", begins="g", strata="town")


def arms(pilot: int, control: int, *others: float) -> dict[str, float]:
    begun = (6.0, *others)
    treated = {f"p{i}": begun[i % len(begun)] for i in range(pilot)}
    return treated | {f"c{i}": INF for i in range(control)}


@asked
def test_the_jackknife_leads_with_eight_towns(fn: Fn) -> None:
    panel = towns(arms(4, 4))
    found = ne.infer(fn, panel, draws=19)
    again = ne.jackknife(fn, panel, by="strata")
    np.testing.assert_allclose(found.headline.std_error, again.std_error, rtol=1e-12)
    assert (found.headline.tidy()["df"] == 7).all()
    assert "no_cr1" in {reason.code for reason in found.refusals}
    alone = ne.infer(fn(panel), panel)
    assert alone.headline is None
    assert alone.beside["estimate"].tidy()["std_error"].isna().all()


@pytest.mark.parametrize("name", ["two_way", "simple", "dynamic", "imputation"])
def test_means_of_towns_lead_with_four(name: str) -> None:
    panel = towns(arms(2, 2))
    found = ne.infer(ASKED[name], panel, draws=19)
    assert found.headline.std_error == pytest.approx(ne.did_of_cluster_means(panel, "y").std_error)


def test_staggered_towns_say_how_many_begin_when() -> None:
    panel = towns(arms(4, 4, 9.0))
    found = ne.infer(ASKED["dynamic"], panel, draws=19)
    said = {reason.code: reason for reason in found.refusals}
    assert "6: 2, 9: 2" in said["clusters_per_cohort"].text("it")
    assert "band" not in found.beside  # eight towns are too few for one
    many = ne.infer(ASKED["dynamic"], towns(arms(12, 12, 9.0), homes=2), draws=19)
    assert "many clusters" in " ".join(many.beside["band"].notes)


@pytest.mark.parametrize("pilot", [1, 4])
def test_a_lone_town_has_courses_and_bounds_on_either_side(pilot: int) -> None:
    panel = towns(arms(pilot, 5 - pilot))
    found = ne.infer(lambda p: ne.did(p, "y"), panel, draws=19)
    assert found.headline is None
    courses = found.beside["trajectories"].tidy()
    assert len(courses) == 5 * 4
    assert courses["std_error"].isna().all()
    means = panel.frame.groupby(["town", "t"])["y"].mean()
    first = courses.set_index(["group", "time"]).loc[("c0", 6.0), "estimate"]
    assert first == pytest.approx(means["c0", 6.0])
    wide = panel.wide("y")
    change = wide[:, 2:].mean(axis=1) - wide[:, :2].mean(axis=1)
    by_town = pd.Series(change).groupby(panel.frame["town"].to_numpy()[panel.starts]).mean()
    alone = by_town.index.str.startswith("p") == (pilot == 1)
    bounds = found.beside["variance_ratio_bounds"].tidy().set_index("variance_ratio")
    spread = by_town[~alone].std(ddof=1)
    assert bounds.loc[2.0, "std_error"] == pytest.approx(spread * np.sqrt(2 + 1 / 4))
    pilots = by_town.index.str.startswith("p")
    expected = by_town[pilots].mean() - by_town[~pilots].mean()
    assert bounds["estimate"].to_numpy() == pytest.approx(expected)


@pytest.mark.parametrize("lone", ["pilot", "control"])
def test_placebo_laws_where_the_others_are_many(lone: str) -> None:
    """Conley-Taber by hand: the estimate's error is a shock like those of the others."""
    panel = towns(arms(1, 25) if lone == "pilot" else arms(25, 1))
    found = ne.infer(lambda p: ne.did(p, "y"), panel, draws=19)
    wide = panel.wide("y")
    change = wide[:, 2:].mean(axis=1) - wide[:, :2].mean(axis=1)
    by_town = pd.Series(change).groupby(panel.frame["town"].to_numpy()[panel.starts]).mean()
    alone = by_town.index.str.startswith("p") == (lone == "pilot")
    shocks = by_town[~alone] - by_town[~alone].mean()
    sign = 1 if lone == "pilot" else -1
    estimate = sign * (by_town[alone].iloc[0] - by_town[~alone].mean())
    row = found.beside["conley_taber"].tidy(0.9).iloc[0]
    assert row["estimate"] == pytest.approx(estimate)
    assert row["p_value"] == pytest.approx((1 + (shocks.abs() >= abs(estimate)).sum()) / 26)
    low, high = np.quantile(sign * shocks, [0.05, 0.95])
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((estimate - high, estimate - low))
    equal = found.beside["ferman_pinto"].tidy(0.9).iloc[0]  # towns of one size: the same law
    assert equal["conf_low"] == pytest.approx(row["conf_low"])


def test_households_that_begin_at_different_times_are_left_out_in_turn() -> None:
    rng = np.random.default_rng(6)
    number = np.repeat(np.arange(10), 4)
    df = pd.DataFrame({"id": number, "t": np.tile([0.0, 3, 6, 9], 10)})
    df["g"] = np.where(number < 3, 3.0, np.where(number < 6, 6.0, INF))
    df["y"] = rng.normal(size=40) + (df["t"] >= df["g"])
    panel = ne.Panel.from_frame(df, unit="id", time="t", begins="g")
    found = ne.infer(ASKED["simple"], panel, draws=19)
    again = ne.jackknife(ASKED["simple"], panel)
    assert found.headline.std_error == pytest.approx(again.std_error)
    assert ne.infer(ASKED["simple"](panel), panel).headline is None  # 10 are few for G/(G-1)


def test_one_treated_flat_leads_to_no_headline() -> None:
    """Households assigned by flat, one flat treated: the flats are what was assigned."""
    panel = towns(arms(1, 6))
    df = panel.frame.rename(columns={"town": "flat"})
    by_flat = ne.Panel.from_frame(df, unit="id", time="t", begins="g", cluster="flat")
    found = ne.infer(lambda p: ne.did(p, "y"), by_flat, draws=19)
    assert found.headline is None
    assert found.beside["estimate"].tidy()["refused"].notna().all()


def test_the_table_of_a_lone_town_is_read_in_italian() -> None:
    found = ne.infer(lambda p: ne.did(p, "y"), towns(arms(1, 3)), draws=19)
    shown = str(ne.table(found, language="it"))
    for words in (
        "andamento di ogni comune",
        "Rapporto tra varianze",
        "0,5",
        "rango fra i placebo",
    ):
        assert words in shown
