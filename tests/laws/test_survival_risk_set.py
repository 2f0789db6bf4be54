"""Risk sets: sums over rows at risk are what counting row by row gives, whatever their order."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextome_eval.errors import DataProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival import (
    cumulative_incidence,
    kaplan_meier,
    mean_count,
    nelson_aalen,
)
from nextome_eval.numerics import step_influence
from nextome_eval.numerics.cumulative_incidence import incidences
from nextome_eval.numerics.product_limit import curve
from nextome_eval.numerics.risk_set import Floats, Ints, RiskSet, risk_set
from nextome_eval.study.durations import Durations


@dataclass(frozen=True)
class Rows:
    """Rows on (entry, leave] in strata, with what is to be summed."""

    entry: Floats
    leave: Floats
    event: Ints
    stratum: Ints
    values: Floats

    def risk(self, order: Ints) -> RiskSet:
        """Make the risk set of the rows in some order."""
        return risk_set(
            self.leave[order],
            self.event[order],
            entry=self.entry[order],
            strata=self.stratum[order],
        )


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """Few or many strata; all times tied, a few, or none; with and without late entry."""
    seed = draw(st.integers(0, 10_000))
    n = draw(st.integers(1, 60))
    strata = draw(st.sampled_from([1, 3, 80]))
    times = draw(st.sampled_from([3, 2 * n, 10**6]))
    late = draw(st.booleans())
    rng = np.random.default_rng(seed)
    leave = 1.0 + rng.integers(0, times, n)
    entry = np.where(late, rng.uniform(0, 1, n) * leave // 1, 0.0)
    return Rows(
        np.minimum(entry, leave - 1),
        leave,
        rng.integers(0, 3, n),
        rng.integers(0, strata, n),
        rng.normal(size=n),
    )


def by_counting(data: Rows) -> dict[tuple[int, float], tuple[float, float, int]]:
    """Values of those at risk and of those who leave, and events, at each exit time."""
    found = {}
    for s, t in {(int(s), float(t)) for s, t in zip(data.stratum, data.leave, strict=True)}:
        own = data.stratum == s
        there = own & (data.entry < t) & (data.leave >= t)
        gone = own & (data.leave == t)
        found[s, t] = (
            data.values[there].sum(),
            data.values[gone].sum(),
            int((data.event[gone] > 0).sum()),
        )
    return found


@given(rows(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_sums_are_those_of_counting(data: Rows, ordered: bool) -> None:
    order = np.arange(len(data.leave))
    if ordered:
        order = np.lexsort((data.leave, data.stratum))
    risk, expected = data.risk(order), by_counting(data)
    values = data.values[order]
    cells = list(zip(risk.cell_stratum.tolist(), risk.time.tolist(), strict=True))
    assert cells == sorted(expected)
    for sums, place in ((risk.at_risk(values), 0), (risk.at_exit(values), 1), (risk.n_event, 2)):
        np.testing.assert_allclose(sums, [expected[cell][place] for cell in cells], atol=1e-12)
    some = np.arange(0, risk.m, 2)
    np.testing.assert_allclose(risk.at_risk(values, some), risk.at_risk(values)[some], atol=1e-12)
    np.testing.assert_allclose(risk.n_risk, risk.at_risk(np.ones(risk.n)), atol=1e-12)
    assert (risk.time[risk.last] == data.leave[order]).all()
    assert (risk.stratum == data.stratum[order]).all()


@given(rows(), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_variances_summed_by_cluster_are_those_of_the_influences(data: Rows, many: int) -> None:
    risk = data.risk(np.arange(len(data.leave)))
    cluster = np.random.default_rng(2).integers(0, many, risk.n)
    cells, whole = np.arange(risk.m), curve(risk)
    one = incidences(risk, [1])[0]
    for influence, variance in (
        (whole.survival_influence(cells), whole.robust_variance),
        (whole.hazard_influence(cells), whole.robust_hazard_variance),
        (one.influence(cells), one.variance),
    ):
        by_row = (influence**2).sum(axis=0)
        by_cluster = sum(influence[cluster == g].sum(axis=0) ** 2 for g in range(many))
        np.testing.assert_allclose(variance(), by_row, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(variance(cluster), by_cluster, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("method", [kaplan_meier, nelson_aalen, mean_count, cumulative_incidence])
def test_a_curve_too_long_for_its_influences_answers_alike(
    method: Callable[..., Estimates], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    df = pd.DataFrame({"t": rng.integers(1, 9, 30), "end": rng.integers(0, 3, 30), "arm": "a"})
    df = df.assign(town=rng.integers(0, 6, 30), arm=rng.choice(["a", "b"], 30), w=rng.random(30))
    for roles in ({"cluster": "town"}, {"weights": "w"}):
        spells = Durations.from_frame(
            df.assign(t=df["t"].astype(float)), time="t", event="end", arm="arm",
            causes={1: "one", 2: "other"}, **roles,
        )  # fmt: skip
        short = method(spells, "arm")
        with monkeypatch.context() as patched:
            patched.setattr(step_influence, "ELEMENTS", 0)
            long = method(spells, "arm")
            assert isinstance(long.influence, step_influence.Deferred)
        pd.testing.assert_frame_equal(long.tidy(), short.tidy(), rtol=1e-9, atol=1e-12)
        at = long.terms["time"].iloc[3]
        np.testing.assert_allclose(
            long.where(time=at).covariance, short.where(time=at).covariance, rtol=1e-9, atol=1e-13
        )


@given(rows())
@settings(max_examples=40, deadline=None)
def test_what_rows_live_through_is_the_transpose_of_who_is_at_risk(data: Rows) -> None:
    risk = data.risk(np.arange(len(data.leave)))
    cells = np.random.default_rng(1).normal(size=risk.m)
    lived = risk.over_time_at_risk(cells) @ data.values
    assert lived == pytest.approx(cells @ risk.at_risk(data.values), abs=1e-10)


def test_times_that_differ_by_rounding_are_one_time_at_the_door() -> None:
    df = pd.DataFrame(
        {
            "months": [0.1 + 0.2, 0.3, 2.0, 5.0],
            "from": [0.0, 0.0, 0.3 - 1e-12, 0.1 + 0.2],
            "housed": [1, 0, 0, 1],
            "group": ["a", "b", "a", "b"],
        }
    )
    plain = Durations.from_frame(df, time="months", event="housed", arm="group")
    assert plain.time.tolist() == [0.3, 0.3, 2.0, 5.0]
    assert len(kaplan_meier(plain, "group").where(time=0.3)) == 2
    late = Durations.from_frame(df, time="months", event="housed", entry="from")
    assert late.entry.tolist() == [0.0, 0.0, late.time[0], late.time[0]]
    assert kaplan_meier(late).terms["n_risk"].tolist()[0] == 2


def test_a_spell_no_longer_than_rounding_is_refused() -> None:
    df = pd.DataFrame({"months": [12.0 + 1e-11, 5.0], "from": [12.0, 0.0], "housed": [1, 0]})
    with pytest.raises(DataProblem) as refusal:
        Durations.from_frame(df, time="months", event="housed", entry="from")
    assert refusal.value.code == "entry_after_exit"


def test_limits_of_picked_rows_are_those_of_all() -> None:
    df = pd.DataFrame(
        {"months": [2.0, 4, 4, 6, 1, 3], "housed": [1, 1, 1, 1, 1, 0], "group": list("aaaabb")}
    )
    spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    est = kaplan_meier(spells, "group")
    picked = est.where(time=[6.0, 1.0])
    low, high = est.interval()
    rows = np.flatnonzero(est.terms["time"].isin([6.0, 1.0]))
    np.testing.assert_array_equal(picked.interval(), (low[rows], high[rows]))
    assert high[2] == high[1] < 1  # at 0, the limit of the last step above


def test_a_curve_travels_before_and_after_its_table_is_read() -> None:
    df = pd.DataFrame({"months": [2.0, 4, 4, 6], "housed": [1, 0, 1, 1], "group": list("abab")})
    spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    est = kaplan_meier(spells, "group")
    unread = pickle.loads(pickle.dumps(est))
    pd.testing.assert_frame_equal(unread.tidy(), est.tidy())
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(est)).terms, est.terms)
