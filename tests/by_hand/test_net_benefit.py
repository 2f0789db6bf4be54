"""Cost and effect of eight households, against Welch's test on each household's own net benefit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.costs import cost_and_effect, cost_by_category, net_benefit
from nextome_eval.models.survival import rmst
from nextome_eval.study.durations import Durations
from nextome_eval.study.panel import Panel

ARM = ["pilot"] * 4 + ["services"] * 4
SPENT = np.array([400.0, 900, 650, 300, 700, 800, 1200, 500])
MONTHS = np.array([3.0, 10, 5, 2, 9, 12, 6, 11])  # until a home of one's own, all seen


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"id": list("abcdefgh"), "arm": ARM, "t": 0, "euro": SPENT, "months": MONTHS, "home": True}
    )


def cost(df: pd.DataFrame) -> Estimates:
    panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    return cost_by_category(panel, ["euro"]).where(term="euro", arm="")


def gain(df: pd.DataFrame) -> Estimates:
    spells = Durations.from_frame(
        df, time="months", event="home", unit="id", arm="arm", complete=True
    )
    return rmst(spells, by="arm", tau=10).where(term="difference").contrast([-1.0], ["gain"])


def own(worth: float) -> tuple[np.ndarray, np.ndarray]:
    net = worth * -np.minimum(MONTHS, 10) - SPENT
    return net[:4], net[4:]


@pytest.mark.parametrize("worth", [0.0, 50.0, 400.0])
def test_each_price_gives_welch_on_the_households_own_net_benefit(worth):
    df = frame()
    found = net_benefit(cost_and_effect(cost(df), gain(df)), worth=[worth]).tidy().iloc[0]
    pilot, services = own(worth)
    assert found["estimate"] == pytest.approx(pilot.mean() - services.mean(), rel=1e-12)
    error = np.sqrt(pilot.var(ddof=1) / 4 + services.var(ddof=1) / 4)
    assert found["std_error"] == pytest.approx(error, rel=1e-10)
    half = stats.t.ppf(0.975, 6) * error
    assert found["conf_low"] == pytest.approx(found["estimate"] - half, rel=1e-10)


def test_cost_and_effect_lean_on_the_same_households():
    df = frame()
    pair = cost_and_effect(cost(df), gain(df))
    held = -np.minimum(MONTHS, 10)
    by_hand = sum(np.cov(SPENT[arm], held[arm])[0, 1] / 4 for arm in (slice(0, 4), slice(4, 8)))
    assert pair.covariance[0, 1] == pytest.approx(by_hand, rel=1e-10)


def test_two_rows_and_few_clusters_are_refused():
    df = frame()
    panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    with pytest.raises(DesignProblem, match="one row each"):
        cost_and_effect(cost_by_category(panel, ["euro"]), gain(df))
    with pytest.raises(DesignProblem, match="starts from what cost_and_effect gives"):
        net_benefit(gain(df), worth=[1.0])
    towns = np.array([0, 0, 1, 1, 2, 2, 2, 2])
    with pytest.raises(NotEstimable, match="3 clusters"):
        cost_and_effect(cost(df).clustered(towns), gain(df).clustered(towns))


def test_households_that_share_a_cluster_in_either_share_it_in_both():
    """Flats {a, b} and towns' pairs {b, c}: a, b and c move together, whichever comes first."""
    df = frame()
    flats = gain(df).clustered(np.array([0, 0, 1, 2, 3, 4, 5, 6]))
    pairs = cost(df).clustered(np.array([9, 1, 1, 2, 3, 4, 5, 6]))
    joint = [0, 0, 0, 1, 2, 3, 4, 5]
    for parts in ([pairs, flats], [flats, pairs]):
        found = Estimates.stack(parts).cluster
        assert len(np.unique(found)) == 6
        assert [list(found).index(code) for code in found] == [joint.index(code) for code in joint]
    assert cost_and_effect(pairs, flats).tidy()["df"].tolist() == [4, 4]
