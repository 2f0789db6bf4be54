"""Weights, Goodman-Bacon, ratios, pre-trends, placebos, families: small cases and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from refdata import refdata
from scipy import stats

from nextome_eval.checks.goodman_bacon import goodman_bacon
from nextome_eval.checks.one_treated import one_treated
from nextome_eval.checks.parallel_trends import parallel_trends
from nextome_eval.checks.placebo import placebo_dates, placebo_outcomes
from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.bands import uniform_band
from nextome_eval.estimates.bootstrap import bootstrap
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.permutation import permute
from nextome_eval.estimates.romano_wolf import romano_wolf
from nextome_eval.models.did import did, did_of_ratios, event_study, group_time, two_way
from nextome_eval.models.weights import weights
from nextome_eval.study.panel import Panel


def study(seed: int = 0, effect: float = 1.0, waves: int = 6) -> Panel:
    rng = np.random.default_rng(seed)
    n = 48
    df = pd.DataFrame({"id": np.repeat(np.arange(n), waves), "t": np.tile(np.arange(waves), n)})
    df["g"], df["town"] = np.where(df["id"] % 2, 3.0, np.inf), df["id"] // 12
    df["age"] = (40 + 8 * rng.normal(size=n) + 4 * (np.arange(n) % 2))[df["id"]]
    df["kids"] = rng.integers(0, 3, size=n)[df["id"]]
    df["y"] = rng.normal(size=len(df)) + effect * (df["t"] >= df["g"]) + df["age"] / 40 * df["t"]
    df["z"] = rng.normal(size=len(df))
    df["visits"] = rng.poisson(2, size=len(df))
    return Panel.from_frame(df, unit="id", time="t", begins="g", strata="town")


@pytest.mark.parametrize("kind", ["overlap", "entropy"])
def test_weights_that_balance_means_exactly(kind: str) -> None:
    panel = study()
    w = weights(panel, adjust=["age", "kids"], kind=kind)
    inside = w.on(panel)
    for name in ("age", "kids"):
        x = inside.column(name)[inside.starts]
        means = [
            np.average(x[inside.arm == a], weights=inside.weights[inside.starts][inside.arm == a])
            for a in (0, 1)
        ]
        assert means[0] == pytest.approx(means[1], rel=1e-9)
    assert (w.effective <= [24 + 1e-9, 24 + 1e-9]).all()
    if kind == "entropy":
        assert np.ptp(w.value[panel.arm == 1]) == pytest.approx(0)


def test_att_weights_are_the_odds() -> None:
    panel = study()
    w = weights(panel, adjust=["age"], kind="att")
    controls = panel.arm == 0
    odds = w.propensity / (1 - w.propensity)
    np.testing.assert_allclose(
        w.value[controls] / w.value[controls].sum(), odds[controls] / odds[controls].sum()
    )
    assert np.ptp(w.value[~controls]) == 0


def test_weights_on_weights() -> None:
    """Attrition weights given beside multiply; re-estimation inside a bootstrap runs."""
    panel = study()
    w = weights(panel, adjust=["age"])
    also = np.linspace(1, 2, panel.n)
    np.testing.assert_allclose(w.on(panel, also).weights, (w.value * also)[panel.unit])
    fn = lambda p: did(weights(p, adjust=["age"]).on(p), "y")  # noqa: E731
    est = bootstrap(fn, panel, within="arm", draws=40)
    assert est.std_error[0] > 0


def test_separated_propensity_is_penalised_and_told() -> None:
    panel = study()
    frame = panel.frame.assign(tell=panel.arm[panel.unit] * 1.0)
    panel = Panel.from_frame(frame, unit="id", time="t", begins="g")
    w = weights(panel, adjust=["tell"])
    assert "Firth" in w.notes[0]
    # a 2 x 2 table with empty corners: Firth adds one half to each cell
    assert w.propensity.max() == pytest.approx(24.5 / 25)


def test_weights_that_cannot_be() -> None:
    panel = study()
    frame = panel.frame.assign(far=panel.arm[panel.unit] * 5.0 + panel.frame["age"] / 100)
    far = Panel.from_frame(frame, unit="id", time="t", begins="g")
    with pytest.raises(NotEstimable, match="outside the compared-to's range"):
        weights(far, adjust=["far"], kind="entropy")
    with pytest.raises(DataProblem, match="constant or repeat"):
        weights(
            Panel.from_frame(panel.frame.assign(c=1.0), unit="id", time="t", begins="g"),
            adjust=["c"],
        )
    with pytest.raises(DesignProblem, match='kind="ipw" is not'):
        weights(panel, adjust=["age"], kind="ipw")
    with pytest.raises(DesignProblem, match="Name the covariates"):
        weights(panel, adjust=[])


@pytest.mark.parametrize(
    ("name", "outcome", "unit", "begins", "expected"),
    [
        ("mpdta.csv", "lemp", "countyreal", "first.treat", -0.0365489366741),
        ("base_stagg.csv", "y", "id", "year_treated", None),
    ],
)
def test_goodman_bacon_adds_up_to_two_way(name, outcome, unit, begins, expected) -> None:
    panel = Panel.from_frame(pd.read_csv(refdata(name)), unit=unit, time="year", begins=begins)
    parts = goodman_bacon(panel, outcome)
    assert parts["weight"].sum() == pytest.approx(1)
    total = float(parts["weight"] @ parts["estimate"])
    assert total == pytest.approx(two_way(panel, outcome).value[0], rel=1e-9)
    if expected:
        assert total == pytest.approx(expected, rel=1e-9)


def test_goodman_bacon_needs_every_wave() -> None:
    panel = study()
    gap = Panel.from_frame(panel.frame.iloc[1:], unit="id", time="t", begins="g")
    with pytest.raises(DataProblem, match="Households 0 miss a wave"):
        goodman_bacon(gap, "y")


def test_ratio_of_ratios_by_hand() -> None:
    df = pd.DataFrame(
        {
            "id": [1, 1, 2, 2, 3, 3, 4, 4],
            "t": [0, 6] * 4,
            "arm": ["pilot"] * 4 + ["current"] * 4,
            "n": [1.0, 5, 2, 7, 1, 2, 3, 6],
            "b": [0, 1, 1, 1, 0, 1, 1, 0],
        }
    )
    panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    est = did_of_ratios(panel, "n")
    assert np.exp(est.value[0]) == pytest.approx((12 / 3) / (8 / 4))
    assert est.tidy()["estimate"][0] == pytest.approx(2.0)
    with pytest.raises(NotEstimable, match='In the arm "pilot" "b" is always 1'):
        did_of_ratios(panel, "b", scale="odds")
    with pytest.raises(DataProblem, match="below zero for households 1"):
        did_of_ratios(
            Panel.from_frame(
                df.assign(n=-df["n"].where(df["id"] == 1, -df["n"])), unit="id", time="t", arm="arm"
            ),
            "n",
        )


def test_ratio_of_ratios_is_poisson_regression() -> None:
    import statsmodels.api as sm

    panel = study()
    df = panel.frame
    post, arm = (panel.time >= 3) * 1.0, panel.arm[panel.unit]
    x = np.column_stack(
        [
            post * arm,
            pd.get_dummies(df["town"] * 10 + df["t"]),
            pd.get_dummies(df["town"]).to_numpy() * arm[:, None],
            df["age"],
            df["age"] * post,
        ]
    ).astype(float)
    fit = sm.GLM(df["visits"].to_numpy(), x, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": df["id"], "use_correction": False}, tol=1e-13
    )
    est = did_of_ratios(panel, "visits", adjust=["age"])
    assert est.value[0] == pytest.approx(fit.params[0], rel=1e-8)
    assert np.sqrt(np.nansum(est.influence**2)) == pytest.approx(fit.bse[0], rel=1e-8)


def test_parallel_trends_of_mpdta_is_r_dids_pre_test() -> None:
    panel = Panel.from_frame(
        pd.read_csv(refdata("mpdta.csv")), unit="countyreal", time="year", begins="first.treat"
    )
    assert parallel_trends(panel, "lemp").joint.statistic == pytest.approx(7.79123662720035, 1e-8)


def test_detectable_slope_grows_with_power_and_noise() -> None:
    seen = parallel_trends(study(), "z")
    half, most = seen.detectable["slope"]
    assert 0 < half < most
    assert seen.detectable["by_end"][0] == pytest.approx(half * 3)
    loud = study().frame.assign(z=lambda d: 10 * d["z"])
    panel = Panel.from_frame(loud, unit="id", time="t", begins="g", strata="town")
    assert parallel_trends(panel, "z").detectable["slope"][0] == pytest.approx(10 * half, rel=1e-3)
    assert seen.equivalence > np.abs(seen.effects.value).max()


def test_slope_by_hand() -> None:
    panel = study()
    seen = parallel_trends(panel, "y")
    early = event_study(panel, "y").where(exposure=[-3.0, -2.0])
    assert seen.slope.value[0] == pytest.approx((early.value @ [-2, -1]) / 5)


def test_one_wave_before_shows_nothing() -> None:
    panel = study()
    late = panel.frame[panel.frame["t"] >= 2]
    with pytest.raises(NotEstimable, match="Only one wave lies before"):
        parallel_trends(Panel.from_frame(late, unit="id", time="t", begins="g"), "y")
    few = panel.frame.assign(town=lambda d: d["id"] % 3)
    with pytest.raises(NotEstimable, match="2 waves before the beginning cannot be tested"):
        parallel_trends(Panel.from_frame(few, unit="id", time="t", begins="g", cluster="town"), "y")


def test_placebos() -> None:
    panel = study(effect=5.0)
    dates = placebo_dates(lambda p: did(p, "y"), panel)
    assert dates.terms["pretended"].tolist() == [1.0, 2.0]
    early = panel.frame[panel.frame["t"] < 3].assign(g=lambda d: d["g"].replace(3.0, 2.0))
    again = did(Panel.from_frame(early, unit="id", time="t", begins="g", strata="town"), "y")
    assert dates.value[1] == pytest.approx(again.value[0])
    none = placebo_outcomes(did, panel, outcomes=["z"])
    assert none.value[0] == pytest.approx(did(panel, "z").value[0])
    with pytest.raises(DesignProblem, match="No earlier beginning"):
        placebo_dates(lambda p: did(p, "y"), panel, dates=[4.0])


def test_romano_wolf_lies_between_alone_and_holm() -> None:
    panel = study(effect=0.35)
    fns = {name: lambda p, name=name: did(p, name) for name in ("y", "z", "visits")}
    family = romano_wolf(fns, panel, within="strata", draws=999)
    alone = {name: permute(fn, panel, within="strata", draws=999) for name, fn in fns.items()}
    ranked = sorted(alone, key=lambda name: alone[name].p_value)
    floor = 0.0
    for place, name in enumerate(ranked):
        floor = max(floor, (3 - place) * alone[name].p_value)
        assert alone[name].p_value <= family[name].p_value <= min(1, floor) + 0.03
    assert family[ranked[-1]].p_value >= family[ranked[0]].p_value


def test_uniform_band_is_wider_and_asks_for_clusters() -> None:
    est = group_time(study(), "y")
    band = uniform_band(est, draws=2000)
    assert (band.interval()[1] - band.interval()[0] > est.interval()[1] - est.interval()[0]).all()
    small = Estimates.of_mean(range(6), np.arange(6.0), term="m")
    with pytest.raises(NotEstimable, match="there are 6"):
        uniform_band(small)


def towns(count: int, treated: int = 1, seed: int = 0) -> Panel:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 9, size=count)
    town = np.repeat(np.arange(count), sizes)
    n = len(town)
    shock = rng.normal(size=count)[town]
    df = pd.DataFrame({"id": np.repeat(np.arange(n), 2), "t": np.tile([0, 1], n)})
    df["town"], df["g"] = town[df["id"]], np.where(town < treated, 1.0, np.inf)[df["id"]]
    df["y"] = rng.normal(size=2 * n) + df["t"] * (shock[df["id"]] + 5 * (df["town"] < treated))
    return Panel.from_frame(df, unit="id", time="t", begins="g", cluster="town")


def test_one_treated_town_among_few_has_a_rank_and_bounds_only() -> None:
    seen = one_treated(towns(5), "y")
    assert (seen.rank, seen.towns) == (1, 5)
    assert seen.placebo is None
    width = seen.bounds["conf_high"] - seen.bounds["conf_low"]
    assert width.is_monotonic_increasing
    others = seen.changes.loc[~seen.changes["treated"], "change"]
    error = others.std() * np.sqrt(1 + 1 / 4)
    assert seen.bounds["p_value"][1] == pytest.approx(2 * stats.t.sf(abs(seen.estimate) / error, 3))


def test_one_treated_town_among_many() -> None:
    seen = one_treated(towns(40), "y")
    assert seen.placebo["p_value"].max() <= 0.05
    assert (seen.placebo["conf_low"] < seen.estimate).all()
    assert (seen.placebo["conf_high"] > seen.estimate).all()
    with pytest.raises(DesignProblem, match="there are 2"):
        one_treated(towns(6, treated=2), "y")
