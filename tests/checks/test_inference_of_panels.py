"""The design table for panels, row by row: what leads, what stands beside, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference
from nextome_eval.study.panel import Panel

DRAWS = 99


def panel(towns: Sequence[str], *, strata: bool = True, seed: int = 1, homes: int = 4) -> Panel:
    """Towns by arm ("P", "C" or "PC" = both), four households each, waves 0, 6 and 12."""
    rng = np.random.default_rng(seed)
    rows = []
    for town, arms in enumerate(towns):
        shock = rng.normal(0, 1, 3)
        for home in range(homes):
            arm = "pilot" if arms[home % len(arms)] == "P" else "control"
            level = rng.normal()
            for at, wave in enumerate((0, 6, 12)):
                effect = 1.0 if arm == "pilot" and wave else 0.0
                rows.append((f"{town}-{home}", wave, f"t{town}", arm,
                             level + shock[at] + rng.normal() + effect))  # fmt: skip
    df = pd.DataFrame(rows, columns=["id", "wave", "town", "arm", "y"])
    return Panel.from_frame(
        df, unit="id", time="wave", arm="arm", strata="town" if strata else None
    )


def did(door: Panel) -> Estimates:
    return ne.did(door, "y")


def ancova(door: Panel) -> Estimates:
    return ne.ancova(door, "y")


def codes(chosen: Inference) -> set[str]:
    for refusal in (chosen.reason, *chosen.refusals):
        for language in ("it", "en"):
            assert "{" not in refusal.text(language)
        assert refusal.text("it") != refusal.text("en")
    return {refusal.code for refusal in chosen.refusals}


METHODS = pytest.mark.parametrize("fn", [did, ancova], ids=["did", "ancova"])


@METHODS
def test_towns_with_both_arms(fn: Callable[[Panel], Estimates]) -> None:
    door = panel(["PC"] * 4)
    chosen = ne.infer(fn, door, draws=DRAWS)
    assert chosen.case == "households_within_towns"
    fit = fn(door).fit
    assert chosen.headline.std_error == pytest.approx(fit.std_error("CR2"))
    assert chosen.headline.reference.df == pytest.approx(fit.df())
    assert set(chosen.beside) == {
        "permutation",
        "permutation_interval",
        "towns",
        "towns_t",
        "leave_one_town_out",
    }
    assert chosen.beside["permutation"].denominator == 6**4
    assert chosen.beside["towns_t"].tidy()["df"].tolist() == [3.0]
    assert len(chosen.beside["leave_one_town_out"]) == 4
    assert "for_these_towns" in codes(chosen)


def test_households_without_towns() -> None:
    chosen = ne.infer(did, panel(["PC"] * 4, strata=False), draws=DRAWS)
    assert chosen.case == "households"
    assert {"permutation", "permutation_interval"} <= set(chosen.beside)
    assert codes(chosen) == {"for_these_households"}


def test_an_answer_instead_of_a_function_cannot_be_repeated() -> None:
    door = panel(["PC"] * 4)
    chosen = ne.infer(did(door), door)
    assert chosen.headline is not None
    assert dict(chosen.beside) == {}
    assert "needs_function" in codes(chosen)


@METHODS
def test_four_towns_against_four(fn: Callable[[Panel], Estimates]) -> None:
    door = panel(["P"] * 4 + ["C"] * 4)
    chosen = ne.infer(fn, door, draws=DRAWS)
    assert chosen.case == "towns_many"
    fit = fn(door).fit.clustered(door.strata)
    jackknife = fit.std_error("jackknife")[0]
    reduced, df = fit.std_error("CR2")[0], fit.df()[0]
    low, high = (limits[0] for limits in chosen.headline.interval(0.95))
    from scipy.stats import t

    wider = max(jackknife * t.ppf(0.975, 7), reduced * t.ppf(0.975, df))
    assert (high - low) / 2 == pytest.approx(wider)
    assert chosen.headline.std_error[0] > fit.std_error("CR1")[0]
    permutation = chosen.beside["permutation"]
    assert permutation.denominator == 70
    assert {"permutation_interval", "leave_one_town_out", "wild_bootstrap"} <= set(chosen.beside)
    assert {"no_cr1", "effective_groups"} <= codes(chosen)


def test_leaving_a_town_out_counts_towns_as_the_evidence() -> None:
    door = panel(["P"] * 4 + ["C"] * 4)
    left = ne.infer(did, door, draws=DRAWS).beside["leave_one_town_out"]
    without = door.take(np.flatnonzero(door.strata != 0))
    fit = did(without).fit.clustered(without.strata)
    assert left.std_error[0] == pytest.approx(fit.std_error("CR2")[0])


def test_equal_towns_are_worth_what_they_count() -> None:
    door = panel(["P"] * 4 + ["C"] * 4)
    fit = did(door).fit.clustered(door.strata)
    np.testing.assert_allclose(fit.cluster_weights(), 1 / 8)
    said = next(
        r for r in ne.infer(did, door, draws=DRAWS).refusals if r.code == "effective_groups"
    )
    assert "8.0" in said.text("en")


@METHODS
@pytest.mark.parametrize(
    ("towns", "df", "smallest"),
    [(["P"] * 2 + ["C"] * 2, 2, 1 / 6), (["P"] * 3 + ["C"] * 2, 3, 1 / 10)],
    ids=["2+2", "3+2"],
)
def test_two_or_three_towns(
    fn: Callable[[Panel], Estimates], towns: list[str], df: int, smallest: float
) -> None:
    door = panel(towns)
    chosen = ne.infer(fn, door, draws=DRAWS)
    assert chosen.case == "towns_few"
    assert chosen.headline.tidy()["df"].tolist() == [df]
    wide = door.wide("y")
    change = wide[:, 1:].mean(axis=1) - wide[:, 0]
    means = np.array([change[door.strata == g].mean() for g in range(len(towns))])
    pilot = np.array([town == "P" for town in towns])
    assert chosen.headline.value[0] == pytest.approx(means[pilot].mean() - means[~pilot].mean())
    assert {"cr2", "ibragimov_mueller", "permutation"} == set(chosen.beside)
    assert chosen.beside["ibragimov_mueller"].tidy()["df"].tolist() == [1.0]
    assert chosen.beside["permutation"].p_value >= smallest
    found = codes(chosen)
    assert {"no_cr1", "few_df", "permutation_cannot_reach", "no_wild_bootstrap"} <= found
    reach = next(r for r in chosen.refusals if r.code == "permutation_cannot_reach")
    assert f"{smallest:.2g}" in reach.text("en")
    assert f"{smallest:.2g}".replace(".", ",") in reach.text("it")


@METHODS
@pytest.mark.parametrize("towns", [["P", *"CCC"], [*"PPP", "C"]], ids=["1+3", "3+1"])
def test_one_town_alone_in_its_arm(fn: Callable[[Panel], Estimates], towns: list[str]) -> None:
    chosen = ne.infer(fn, panel(towns), draws=DRAWS)
    assert chosen.case == "town_single"
    assert chosen.headline is None
    shown = chosen.beside["estimate"].tidy()
    assert {"std_error", "p_value", "conf_low", "conf_high"}.isdisjoint(
        shown.columns[shown.notna().any()]
    )
    assert chosen.beside["placebo_rank"].denominator == 4
    assert {"no_inference_one_town", "permutation_cannot_reach"} <= codes(chosen)


def test_the_single_town_has_bounds_over_the_ratio_of_variances() -> None:
    door = panel(["P", *"CCC"])
    bounds = ne.infer(did, door, draws=DRAWS).beside["variance_ratio_bounds"].tidy()
    assert bounds["variance_ratio"].is_monotonic_increasing
    assert (bounds["conf_high"] - bounds["conf_low"]).is_monotonic_increasing
    change = door.wide("y")[:, 1:].mean(axis=1) - door.wide("y")[:, 0]
    means = np.array([change[door.strata == g].mean() for g in range(4)])
    equal = bounds[bounds["variance_ratio"] == 1].iloc[0]
    assert equal["std_error"] == pytest.approx(means[1:].std(ddof=1) * np.sqrt(1 + 1 / 3))
    assert equal["df"] == 2


def test_staggered_entry_within_towns() -> None:
    df = panel(["PC"] * 4, homes=8).frame.copy()
    home = df["id"].str[-1].astype(int)
    df["begins"] = np.where(df["arm"] == "pilot", np.where(home < 4, 6.0, 12.0), np.inf)
    door = Panel.from_frame(df, unit="id", time="wave", begins="begins", strata="town")

    def overall(p: Panel) -> Estimates:
        return ne.aggregate(ne.group_time(p, "y"), "simple")

    chosen = ne.infer(overall, door, draws=19)
    assert chosen.case == "households_within_towns"
    assert chosen.headline.tidy()["df"].iloc[0] == 31  # t on households less one, by influence
    assert "permutation" in chosen.beside


@pytest.mark.parametrize("towns", [["PC"] * 4, ["P"] * 4 + ["C"] * 4, [*"PPCC"], [*"PCCC"]])
def test_the_usual_clustered_errors_never_lead(towns: list[str]) -> None:
    door = panel(towns)
    chosen = ne.infer(did, door, draws=DRAWS)
    if chosen.headline is None:
        return
    by_town = did(door).fit.clustered(door.strata)
    usual = [did(door).fit.std_error("CR1")[0], by_town.std_error("CR1")[0]]
    low, high = (limits[0] for limits in chosen.headline.interval(0.95))
    assert all(abs((high - low) / 2 - 1.959964 * error) > 1e-6 for error in usual)
