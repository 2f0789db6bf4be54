"""Towns that hold both arms are compared with themselves, by hand, however cohorts begin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne


def study(seed: int = 2, homes: int = 9) -> pd.DataFrame:
    """Four towns with a course each; cohorts 3, 6 and never in all of them, in other shares."""
    rng = np.random.default_rng(seed)
    rows = []
    for town in range(4):
        for home in range(homes + town):
            begins = [3.0, 6.0, np.inf, np.inf][(home * (town + 1)) % 4 if home > 3 else home]
            for t in (0.0, 3.0, 6.0):
                y = 3 * town * t + rng.normal() + 5 * (t >= begins)
                rows.append((f"{town}-{home}", t, f"t{town}", begins, y))
    return pd.DataFrame(rows, columns=["id", "t", "town", "g", "y"])


def panel_of(df: pd.DataFrame, **roles: str) -> ne.Panel:
    return ne.Panel.from_frame(df, unit="id", time="t", begins="g", **{"strata": "town"} | roles)


def by_hand(df: pd.DataFrame, cohort: float, time: float, base: float) -> float:
    """Each town's difference of mean changes, weighted by its households of the cohort."""
    wide = df.pivot(index="id", columns="t", values="y")
    change = (wide[time] - wide[base]).rename("change").to_frame()
    change = change.join(df.drop_duplicates("id").set_index("id")[["town", "g"]])
    gaps, sizes = [], []
    for _, own in change.groupby("town"):
        treated, never = own[own["g"] == cohort], own[np.isinf(own["g"])]
        gaps.append(treated["change"].mean() - never["change"].mean())
        sizes.append(len(treated))
    return float(np.average(gaps, weights=sizes))


@pytest.mark.parametrize("method", ["dr", "ipw", "reg"])
def test_group_time_effects_within_towns(method: str) -> None:
    df = study()
    est = ne.group_time(panel_of(df), "y", est_method=method)
    for (_, row), value in zip(est.terms.iterrows(), est.value, strict=True):
        base = {3.0: 0.0, 6.0: 3.0}[row["cohort"]] if row["time"] >= row["cohort"] else 0.0
        assert value == pytest.approx(by_hand(df, row["cohort"], row["time"], base))
    across = ne.group_time(ne.Panel.from_frame(df, unit="id", time="t", begins="g"), "y")
    assert abs(across.value - est.value).max() > 0.5  # the towns' courses are not the arms'
    assert (est.std_error < across.std_error).all()


def test_errors_hold_what_the_weights_of_towns_bring() -> None:
    """The influence is the derivative in a household's weight, town indicators included."""
    df = study().assign(w=1.0)
    for unit in ("0-0", "1-3", "3-2"):
        ends = []
        for h in (1e-5, -1e-5):
            moved = df.assign(w=df["w"].where(df["id"] != unit, 1 + h))
            ends.append(ne.group_time(panel_of(moved, weights="w"), "y").value)
        est = ne.group_time(panel_of(df, weights="w"), "y")
        own = est.influence[list(est.units).index(unit)]
        np.testing.assert_allclose((ends[0] - ends[1]) / 2e-5, own, rtol=1e-4, atol=1e-8)


def test_a_town_without_controls_is_left_out_and_told() -> None:
    df = study()
    gone = df[(df["town"] != "t3") | (df["g"] < 9)]
    est = ne.group_time(panel_of(gone), "y")
    told = {note.code: note for note in est.notes}
    assert (
        told["left_out_no_neighbour"].values["count"]
        == gone.loc[(gone["town"] == "t3"), "id"].nunique()
    )
    assert told["stratum_one_arm"].values["strata"] == "t3"
    fewer = ne.group_time(panel_of(gone[gone["town"] != "t3"]), "y")
    np.testing.assert_allclose(est.value, fewer.value)
    np.testing.assert_allclose(est.std_error, fewer.std_error)


def test_no_town_with_both_is_refused() -> None:
    df = study()
    df = df[(df["g"] == 3) | (df["g"] == 6) & (df["town"] > "t1") | np.isinf(df["g"])]
    apart = df[~(np.isinf(df["g"]) & (df["town"] > "t1"))]
    with pytest.raises(ne.NotEstimable, match="no town holds both") as found:
        ne.group_time(panel_of(apart), "y")
    assert "nessun comune" in found.value.text("it")


def test_different_people_are_compared_within_towns_too() -> None:
    df = study(homes=40).assign(id=lambda d: np.arange(len(d)))
    est = ne.group_time(panel_of(df), "y", est_method="reg")
    means = df.groupby(["town", "g", "t"])["y"].mean()
    count = df[df["t"].isin([0.0, 3.0])].groupby(["town", "g"]).size()
    gaps = [
        (means[town, 3.0, 3.0] - means[town, 3.0, 0.0])
        - (means[town, np.inf, 3.0] - means[town, np.inf, 0.0])
        for town in sorted(df["town"].unique())
    ]
    weights = [count[town, 3.0] for town in sorted(df["town"].unique())]
    assert est.value[0] == pytest.approx(np.average(gaps, weights=weights))


def test_imputation_takes_each_towns_own_course() -> None:
    df = study()
    exact = df.assign(
        y=lambda d: 3 * d["town"].str[1].astype(int) * d["t"] + 5 * (d["t"] >= d["g"])
    )
    assert ne.imputation(panel_of(exact), "y").value == pytest.approx([5, 5, 5])
    plain = ne.Panel.from_frame(exact, unit="id", time="t", begins="g")
    assert abs(ne.imputation(plain, "y").value[0] - 5) > 0.5


def test_published_regressions_say_that_they_compare_across_towns() -> None:
    for fn in (ne.two_way, ne.sun_abraham):
        assert "wave_effects_common" in {note.code for note in fn(panel_of(study()), "y").notes}
