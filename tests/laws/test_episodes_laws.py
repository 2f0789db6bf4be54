"""What must hold of every history of homes and jobs, whatever its days."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from small_study import jobs, plan, records, stays

from nextome_eval.study.clock import participants
from nextome_eval.study.episodes import episodes
from nextome_eval.study.housing_states import stable_days, states_at
from nextome_eval.study.independence import independence_days, time_to_independence
from nextome_eval.study.intervals import days_inside, united
from nextome_eval.study.work import days_employed, jobs_in_days

DEFINITIONS = ("dwelling", "contract", "unsupported")
MONTHS = np.array([0.0, 6.0, 12.0])
KNOWN = np.full(4, 500.0)

spell = st.tuples(st.sampled_from(["n1", "n2", "n3"]), st.integers(-250, 500), st.integers(0, 300))
home = st.tuples(
    spell,
    st.booleans(),
    st.sampled_from(["reception", "project_flat", "ordinary_dwelling", "guest", None]),
    st.sampled_from([0, 3, None]),
    st.sampled_from(["household", "project", None]),
    st.sampled_from(["household", "shared", None]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """Stays in any order, overlapping or apart; no two of a household begin on one day."""
    drawn = draw(st.lists(home, max_size=9, unique_by=lambda one: one[0][:2]))
    return [
        (household, first, None if is_open else first + length, place,
         {"ethos": ethos, "holder": holder, "payer": payer})
        for (household, first, length), is_open, place, ethos, holder, payer in drawn
    ]  # fmt: skip


def cleaned(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    study = records(housing=stays(*rows))
    return episodes(study, participants(study, plan()))


def later_than_zero(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in rows if row[1] > 0]


@given(histories())
def test_each_day_is_in_one_place_and_no_day_is_lost(rows: list[tuple[Any, ...]]) -> None:
    clean = cleaned(rows)
    lived = {
        (household, day)
        for household, first, last, *_ in rows
        for day in range(first, (600 if last is None else last) + 1)
        if day <= 600
    }
    spans = zip(clean["household"], clean["start"], clean["end"])
    days = [(h, day) for h, low, high in spans for day in range(int(low), int(min(high, 601)))]
    assert len(days) == len(set(days))
    closed_later = {row[0] for row in rows if row[2] is None}
    if not closed_later:
        assert set(days) == lived
    assert set(days) <= lived


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(cleaned(rows), cleaned(shuffled))


def as_rows(clean: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Clean episodes written as stays again: apart from one another, in order."""
    return [
        (row.household, row.start, None if np.isinf(row.end) else row.end - 1,
         None if pd.isna(row.place) else row.place,
         {name: getattr(row, name) for name in ("ethos", "holder", "payer")})
        for row in clean.itertuples()
    ]  # fmt: skip


@given(histories())
def test_clean_episodes_stay_as_they_are(rows: list[tuple[Any, ...]]) -> None:
    clean = cleaned(rows)
    again = cleaned(as_rows(clean))
    pd.testing.assert_frame_equal(clean[["code", "start", "end"]], again[["code", "start", "end"]])


@given(histories())
def test_nested_definitions_come_in_order(rows: list[tuple[Any, ...]]) -> None:
    study = records(housing=stays(*later_than_zero(rows)))
    people = participants(study, plan())
    times = [
        time_to_independence(study, people, plan=plan(), definition=name) for name in DEFINITIONS
    ]
    for looser, stricter in pairwise(times):
        assert (looser["months"] <= stricter["months"]).all()
        assert (looser["independent"] >= stricter["independent"]).all()
    assert all(((t["months"] > 0) & (t["months"] <= 12)).all() for t in times)


@given(histories(), st.integers(-249, 600))
def test_cutting_a_stay_in_two_changes_nothing(rows: list[tuple[Any, ...]], cut: int) -> None:
    whole = cleaned(rows)
    halves = []
    for household, first, last, *known in as_rows(whole):
        if first < cut and (last is None or cut <= last):
            halves += [(household, first, cut - 1, *known), (household, cut, last, *known)]
        else:
            halves.append((household, first, last, *known))
    parts = cleaned(halves)
    index = pd.Series(KNOWN, index=["n1", "n2", "n3", "n4"])
    pd.testing.assert_frame_equal(independence_days(whole, index), independence_days(parts, index))
    for count in (stable_days, states_at):
        assert (
            pd.DataFrame(count(whole, MONTHS, known=KNOWN))
            .astype(object)
            .equals(pd.DataFrame(count(parts, MONTHS, known=KNOWN)).astype(object))
        )


@given(histories(), st.floats(0.5, 700))
def test_stable_days_never_exceed_the_window(rows: list[tuple[Any, ...]], known: float) -> None:
    days = stable_days(cleaned(rows), MONTHS, known=np.full(4, known))
    seen = days[~np.isnan(days)]
    assert ((seen >= 0) & (seen <= 182 + 1e-9)).all()


@given(st.lists(spell, max_size=12))
def test_the_union_of_jobs_is_at_most_their_sum_and_the_window(
    rows: list[tuple[str, int, int]],
) -> None:
    study = records(
        jobs=jobs(*[(h, f"p{i}", a, a + n, None, "agency") for i, (h, a, n) in enumerate(rows)])
    )
    held = jobs_in_days(study, participants(study, plan()))
    union = days_employed(held, MONTHS, n=4)
    one_by_one = [days_employed(held.iloc[[i]], MONTHS, n=4) for i in range(len(held))]
    assert (union <= 182).all()
    assert (union <= sum(one_by_one, np.zeros((4, 3))) + 1e-9).all()
    if one_by_one:
        assert (union >= np.max(one_by_one, axis=0) - 1e-9).all()


@given(st.lists(spell, min_size=1, max_size=12), st.integers(0, 11), st.integers(0, 300))
def test_cutting_a_job_in_two_changes_nothing(
    rows: list[tuple[str, int, int]], which: int, cut: int
) -> None:
    household, first, length = rows[which % len(rows)]
    cut = min(cut, length)
    halves = [row for i, row in enumerate(rows) if i != which % len(rows)]
    halves += [(household, first, cut), (household, first + cut + 1, length - cut - 1)]
    halves = [row for row in halves if row[2] >= 0]

    def days(spells: list[tuple[str, int, int]]) -> np.ndarray:
        unit = np.array([int(h[1]) - 1 for h, _, _ in spells])
        start = np.array([a for _, a, _ in spells], dtype=float)
        end = np.array([a + n + 1 for _, a, n in spells], dtype=float)
        return days_inside(unit, start, end, (np.zeros(4), np.full(4, 182.0)))

    np.testing.assert_allclose(days(rows), days(halves))


@given(st.lists(spell, max_size=12))
def test_united_intervals_lie_apart(rows: list[tuple[str, int, int]]) -> None:
    unit = np.array([int(h[1]) for h, _, _ in rows], dtype=np.int64)
    start = np.array([a for _, a, _ in rows], dtype=float)
    end = np.array([a + n + 1 for _, a, n in rows], dtype=float)
    unit, start, end = united(unit, start, end)
    same = unit[1:] == unit[:-1]
    assert (start[1:][same] > end[:-1][same]).all()
    again = united(unit, start, end)
    np.testing.assert_array_equal(again[1], start)
