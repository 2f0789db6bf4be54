"""A hostile reader of the example's public report, who knows the sizes of the arms and adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from public_report import ARMS, EXAMPLE, Published, counts, published, ranges, sums, truth_of

from nextome_eval.loaders.load import read_files
from nextome_eval.study.plan import read_plan

# what is whole numbers times a step for everybody: means are multiples of step/n
STEPS = {"stable_days": 1, "days_employed": 1, "who5": 4, "neighbour_help": 1}
SMALL = range(1, 5)
HAPPENED = 13  # events of the pilot that the curve prints


@pytest.fixture(scope="module")
def out() -> Published:
    return published()


def test_adding_up_every_table_gives_no_small_count(out: Published) -> None:
    truth = truth_of(out)
    printed = {k: v for k, v in counts(out.tables).items() if not np.isnan(v)}
    assert all(printed[name] == truth[name] for name in printed)
    small = [name for name, count in truth.items() if count in SMALL]
    assert len(small) > 60
    assert not set(small) & set(printed)
    known = ranges(printed, list(sums(out.tables)), small)
    learnt = {n: known[n] for n in small if known[n][0] > 1e-6 or known[n][1] < 4 - 1e-6}
    assert not learnt, learnt


def test_rows_do_not_tell_which_reasons_somebody_gave(out: Published) -> None:
    assert set(out.tables["T4-1"]["term"]) == {"followed"}
    losses = out.tables["F1"].query("role == 'loss'")
    assert sorted(losses.groupby("step")["arm"].apply(len)) == [2, 2, 2, 2]


# what is printed beside a masked n ---------------------------------------------------------------
def test_nothing_beside_a_masked_n_is_a_function_of_it(out: Published) -> None:
    gives_back = ("sd", "std_error", "statistic", "df", "p_value")
    checked = 0
    for name in ("F5.1", "F5.2", "F5.3", "F5.4", "F5.5"):
        table = out.tables[name]
        rows = table[table["n"].isna()]
        assert rows[list(gives_back)].isna().all(axis=None), name
        checked += len(rows)
    for arm in ARMS:
        rows = out.tables["T7"][out.tables["T7"][f"n_{arm}"].isna()]
        assert rows[f"sd_{arm}"].isna().all()
        assert rows.loc[rows["term"] == "employed", ["difference", "did"]].isna().all(axis=None)
        assert out.tables["T6"].loc[out.tables["T6"][f"n_{arm}"].isna(), "df"].isna().all()
    assert checked > 20


def _shown(value: float, text: str) -> tuple[float, float]:
    digits = len(text.partition(".")[2].rstrip("0"))
    return value, 0.5 * 10.0**-digits


def _could_be(mean: float, half: float, n: int, step: float) -> bool:
    low, high = (mean - half) * n / step, (mean + half) * n / step
    return bool(np.floor(high + 1e-9) >= np.ceil(low - 1e-9))


def test_no_number_of_households_can_be_ruled_out_by_its_mean(out: Published) -> None:
    """Means of whole numbers are multiples of step/n: with many digits only the true n is left."""
    tried = 0
    tables = [(out.tables["T7"], arm, f"n_{arm}", f"mean_{arm}") for arm in ARMS]
    for table, arm, n, mean in tables:
        hidden = table[table[n].isna() & table[mean].notna() & table["term"].isin(list(STEPS))]
        for term, value in zip(hidden["term"], hidden[mean], strict=True):
            at, half = _shown(value, f"{value:.10g}")
            for n_of in range(ARMS[arm] - 8, ARMS[arm] + 1):
                assert _could_be(at, half, n_of, STEPS[term]), (term, arm, value, n_of)
                tried += 1
    years = out.tables["T3"].set_index("term").loc["years_in_italy"]
    for arm, size in ARMS.items():
        assert np.isnan(years[f"n_{arm}"])
        for n_of in range(size - 8, size + 1):
            assert _could_be(years[f"mean_{arm}"], 0.05, n_of, 1), (arm, n_of)
    assert tried > 100


def test_differences_say_no_more_than_the_means_they_come_from(out: Published) -> None:
    table = out.tables["T7"]
    hidden = table[(table["n_1"].isna() | table["n_0"].isna()) & table["difference"].notna()]
    assert len(hidden) > 10
    for row in hidden.itertuples():
        unit = max(10.0 ** -len(f"{v:.10g}".partition(".")[2]) for v in (row.difference, row.did))
        assert abs(row.mean_1 - row.mean_0 - row.difference) <= unit / 2 + 1e-9, row
        sure = [m for m, n in ((row.mean_1, row.n_1), (row.mean_0, row.n_0)) if np.isnan(n)]
        assert all(unit >= 10.0 ** -len(f"{m:.10g}".partition(".")[2]) for m in sure)


def test_the_whole_less_those_who_stayed_does_not_give_the_few_who_left(out: Published) -> None:
    table = out.tables["T4-2"]
    few = table[table["n_lost"].isna() | table["n_retained"].isna()]
    told = [f"{what}_{side}" for what in ("mean", "sd", "percent") for side in ("lost", "retained")]
    assert len(few) >= 8
    assert few[told].isna().all(axis=None)


def test_mean_and_spread_of_very_few_do_not_give_their_values(out: Published) -> None:
    """Five households with 2 children on average, sd 0.707, can only have 1, 2, 2, 2 and 3."""
    table = out.tables["T4-2"]
    few = table[(table["n_lost"] < 10) & table["mean_lost"].notna()]
    assert len(few) >= 4
    assert few[["sd_lost", "sd_retained", "std_difference"]].isna().all(axis=None)


# one household's time ----------------------------------------------------------------------------
def test_leaving_out_one_household_does_not_give_its_time(out: Published) -> None:
    """n x (what leaving it out changes) + mean = its months; the answer must stay vague."""
    rows = out.tables["T10"]
    whole = rows[(rows["term"] == "definitions") & (rows["level"] == "contract")]["estimate"].iloc[
        0
    ]
    one = rows[rows["term"] == "leave_one_household_out"]
    assert (one[["estimate", "conf_low", "conf_high"]] % 1 == 0).all(axis=None)
    for estimate in one["estimate"]:
        times = [12.2 - 20 * (estimate + turn - whole) for turn in (-0.5, 0.5)]
        assert max(times) - min(times) >= 12


def test_worst_cases_do_not_give_the_time_left_to_the_few_lost(out: Published) -> None:
    rows = out.tables["T10"].query("term == 'worst_case'").set_index("level")["estimate"]
    assert (rows % 1 == 0).all()
    left = 21 * (rows["none"] - rows["for_pilot"])
    assert left - 21 <= 0 or left + 21 >= 4 * 12  # from nothing, or up to years of four households


def test_the_curve_does_not_tell_how_many_were_censored(out: Published) -> None:
    curve = out.tables["F4"]
    pilot = curve[curve["strata"] == "pilot"].sort_values("time")
    assert (
        (curve[["estimate", "conf_low", "conf_high"]] * 20 % 1)
        .apply(lambda c: np.minimum(c, 1 - c) < 1e-9)
        .all(axis=None)
    )
    assert pilot["n_event"].sum() == HAPPENED
    start, end = pilot["estimate"].iloc[-2:]
    possible = {
        lost
        for lost in range(6)
        for order in set(_orders(5, lost))
        if abs(np.prod(_kept(13, order)) * 13 / 21 - end) <= 0.025 + 1e-9
    }
    assert len(possible) >= 4, (start, possible)


def _orders(events: int, lost: int) -> Iterator[tuple[int, ...]]:
    """Ways in which losses may fall before each event."""
    for order in product(range(lost + 1), repeat=events):
        if sum(order) == lost:
            yield order


def _kept(at_risk: int, order: tuple[int, ...]) -> list[float]:
    kept = []
    for lost in order:
        at_risk -= lost
        kept.append((at_risk - 1) / at_risk)
        at_risk -= 1
    return kept


# words and files ---------------------------------------------------------------------------------
def test_words_hold_no_count_that_tables_mask(out: Published) -> None:
    for text in out.text.values():
        told = " ".join(text.split())
        assert not re.search(r"(left out|esclusi): \d", told)
        assert not re.search(r"[^>]\b\d+ (events, and towns|eventi, e i comuni)", told)
        assert not re.search(r"(Missing observations|Rilevazioni mancanti)[^:]*: \d", told)
        assert not re.search(r"(Household-months followed|Mesi-nucleo seguiti): \d", told)


def test_hashes_of_single_files_stay_inside(out: Published) -> None:
    """Who knows all of a small file but a cell could try what stands in it."""
    assert list(out.provenance["inputs"]) == ["*"]  # type: ignore[call-overload]


def test_the_same_n_is_masked_in_every_table(out: Published) -> None:
    means = out.tables["T7"].set_index(["term", "wave"])
    for number, term in enumerate(("stable_days", *means.index.unique(0)[1:]), start=1):
        drawn = out.tables[f"F5.{number}"]
        for row in drawn[drawn["time"] > 0].itertuples():
            n = means.loc[(term, row.time), f"n_{row.arm}"]
            assert np.isnan(n) == np.isnan(row.n), (term, row.time, row.arm)


def test_no_label_of_a_household_leaves(out: Published) -> None:
    plan = read_plan(EXAMPLE / "plan.toml")
    households = read_files(plan).records.households
    labels = {str(v) for v in households[households.columns[0]] if len(str(v)) > 2}
    assert labels
    for text in (*out.text.values(), *(t.to_csv() for t in out.tables.values())):
        assert not labels & set(re.findall(r"[\w-]+", text))


def test_everybody_alike_is_not_said_in_one_place_and_masked_in_another(out: Published) -> None:
    start = out.tables["F5.1"].query("time == 0")
    assert start["estimate"].isna().all()
    assert out.tables["T7"].query("term == 'stable_days' and wave == 0")["mean_0"].isna().all()
