"""What a reader who adds up can learn from a public report: no small count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from attacker import Attacker
from hypothesis import given, settings
from hypothesis import strategies as st

from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.release import Registry, release, release_exhibits

RULES = Disclosure()
TOWNS = ("Padova", "Abano Terme", "Cadoneghe", "Montegrotto Terme")


def exhibit(id: str, answer: Any, **more: Any) -> Exhibit:
    title = {"it": id, "en": id}
    return Exhibit(id=id, kind="counts", answers={"rows": answer}, title=title, **more)


def by_town(counts: list[list[int]]) -> Summary:
    """Towns by arm with both margins."""
    lines = [("", "", sum(map(sum, counts)))]
    for town, row in zip(TOWNS, counts, strict=True):
        lines.append((town, "", sum(row)))
        lines += [(town, str(arm), row[1 - arm]) for arm in (1, 0)]
    lines += [("", str(arm), sum(row[1 - arm] for row in counts)) for arm in (1, 0)]
    rows = pd.DataFrame(lines, columns=["town", "arm", "n"])
    rows.insert(0, "term", "households")
    return Summary.of_kind(rows, "recruitment")


def attack_towns(released: pd.DataFrame, truth: pd.DataFrame) -> list[str]:
    reader, real = Attacker(), {}
    for shown, held in zip(released.to_dict("records"), truth.to_dict("records"), strict=True):
        name = f"{shown['town'] or 'all'}/{shown['arm'] or 'both'}"
        reader.reads(name, float(shown["n"]))
        real[name] = float(held["n"])
    for town in (*TOWNS, "all"):
        reader.adds(f"{town}/both", [f"{town}/1", f"{town}/0"])
    for arm in ("1", "0", "both"):
        reader.adds(f"all/{arm}", [f"{town}/{arm}" for town in TOWNS])
    return reader.learns(real)


@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(0, 14), min_size=2, max_size=2), min_size=4, max_size=4))
def test_margins_of_a_table_give_nothing_back(counts: list[list[int]]) -> None:
    summary = by_town(counts)
    shown = release(summary, RULES)
    assert not attack_towns(shown.rows, summary.rows)


def test_the_pilot_by_town_is_masked_in_more_than_the_small_cells() -> None:
    shown = release(by_town([[12, 14], [3, 5], [6, 6], [7, 8]]), RULES).rows
    hidden = shown["n"].isna()
    assert hidden.sum() >= 4
    assert shown.loc[hidden & (shown["town"] == "Abano Terme") & (shown["arm"] == "1")].shape[0]


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(0, 21), st.integers(0, 24)), min_size=1, max_size=4),
    st.integers(0, 3),
)
def test_a_share_and_its_complement_fall_together(
    events: list[tuple[int, int]], missing: int
) -> None:
    lines = [
        (f"trait {i}", a, 21, 100 * a / 21, min(b, 24 - missing), 24 - missing, 50.0, 0.1)
        for i, (a, b) in enumerate(events)
    ]
    columns = "term events_1 n_1 percent_1 events_0 n_0 percent_0 estimate".split()
    summary = Summary.of_kind(pd.DataFrame(lines, columns=columns), "outcomes")
    shown = release(summary, RULES)
    for seen, held in zip(shown.rows.to_dict("records"), lines, strict=True):
        for events_, n, percent, count, total in (
            ("events_1", "n_1", "percent_1", held[1], held[2]),
            ("events_0", "n_0", "percent_0", held[4], held[5]),
        ):
            small = count < 5 or total - count < 5
            if small:
                known = [c for c in (events_, percent) if not pd.isna(seen[c])]
                assert not known, (seen, held)
                assert pd.isna(seen["estimate"])
            assert total >= 5 or pd.isna(seen[n])


def nested(dwelling: int, contract: int, own: int, n: int = 40) -> Summary:
    rows = pd.DataFrame(
        {
            "term": ["dwelling", "contract", "own"],
            "definition": ["IND-1", "IND-2", "IND-3"],
            "events_1": [dwelling, contract, own],
            "n_1": n,
        }
    )
    return Summary.of_kind(rows, "outcomes", nested=(("contract", "dwelling"), ("own", "contract")))


@settings(max_examples=20)
@given(st.integers(5, 35), st.integers(0, 8), st.integers(0, 8))
def test_differences_between_nested_definitions_stay_unknown(
    least: int, second: int, third: int
) -> None:
    if least + second + third > 35:
        return
    truth = {"own": least, "contract": least + second, "dwelling": least + second + third}
    shown = release(nested(truth["dwelling"], truth["contract"], truth["own"]), RULES).rows
    reader = Attacker()
    reader.reads("n", 40)
    for row in shown.to_dict("records"):
        reader.reads(row["term"], float(row["events_1"]))
    reader.adds("dwelling", ["contract", "d-c"])
    reader.adds("contract", ["own", "c-o"])
    for name in truth:
        reader.adds("n", [name, f"not {name}"])
    gaps = {"d-c": float(third), "c-o": float(second)}
    assert not reader.learns(gaps)


def test_a_definition_whose_curve_is_drawn_counts_as_printed() -> None:
    shown = release_exhibits(
        [exhibit("T5", nested(20, 18, 15)), drawn_curve("IND-2")], RULES, assigned={"1": 40}
    )
    events = shown[0].released().rows.set_index("term")["events_1"]
    assert not np.isnan(events["contract"])
    assert np.isnan(events["dwelling"])
    assert np.isnan(events["own"])


def drawn_curve(definition: str) -> Exhibit:
    from made_up_study import curve

    return Exhibit(
        id="F4",
        kind="curve",
        answers={"curve": curve()},
        title={"it": "", "en": ""},
        definition=definition,
    )


def attrition(lost: int) -> Summary:
    rows = pd.DataFrame(
        {
            "term": "followed",
            "wave": ["12"],
            "n_1": 21,
            "retained_1": 21 - lost,
            "lost_1": lost,
            "percent_1": 100 * lost / 21,
        }
    )
    return Summary.of_kind(rows, "attrition")


def wave_means(n: int) -> Summary:
    rows = pd.DataFrame({"term": ["who5"], "wave": ["12"], "n_1": n, "mean_1": 51.0, "sd_1": 20.0})
    return Summary.of_kind(rows, "means")


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_few_lost_cannot_be_had_from_another_table(lost: int) -> None:
    shown = release_exhibits(
        [exhibit("T4", attrition(lost)), exhibit("T7", wave_means(21 - lost), n={"1": 21 - lost})],
        RULES,
        assigned={"1": 21},
    )
    first, second = shown[0].released().rows.iloc[0], shown[1].released().rows.iloc[0]
    assert pd.isna(first["lost_1"])
    assert pd.isna(first["retained_1"])
    assert pd.isna(first["percent_1"])
    assert pd.isna(second["n_1"])
    assert pd.isna(second["sd_1"])  # with an interval it would give n back
    assert second["mean_1"] == 51.0
    assert shown[1].n_released is not None
    assert shown[1].n_released.rows["n"].isna().all()


def test_few_without_an_answer_among_those_seen() -> None:
    shown = release_exhibits(
        [exhibit("T4", attrition(6)), exhibit("T7", wave_means(13))], RULES, assigned={"1": 21}
    )
    assert shown[0].released().rows["retained_1"].tolist() == [15]
    assert shown[1].released().rows["n_1"].isna().all()


@settings(max_examples=20)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=5))
def test_levels_of_a_trait_add_up_to_a_known_arm(counts: list[int]) -> None:
    n = sum(counts)
    if n < 5:
        return
    rows = pd.DataFrame(
        {
            "term": "family",
            "level": [f"level {i}" for i in range(len(counts))],
            "n_1": n,
            "missing_1": 0,
            "count_1": counts,
            "percent_1": [100 * c / n for c in counts],
            "std_difference": 0.1,
        }
    )
    shown = release(Summary.of_kind(rows, "balance"), RULES).rows
    reader = Attacker()
    for row in shown.to_dict("records"):
        reader.reads(row["level"], float(row["count_1"]))
        reader.reads("n", float(n))
        assert pd.isna(row["count_1"]) or not pd.isna(row["percent_1"])
        assert not pd.isna(row["count_1"]) or pd.isna(row["percent_1"])
    reader.adds("n", [f"level {i}" for i in range(len(counts))])
    assert not reader.learns({f"level {i}": float(c) for i, c in enumerate(counts)})


def test_a_registry_remembers_what_was_published() -> None:
    registry = Registry()
    margins = by_town([[12, 14], [8, 9], [6, 6], [7, 8]])
    first = release(margins, RULES, registry=registry).rows
    assert not first["n"].isna().any()
    rows = pd.DataFrame({"term": "households", "town": ["Padova", "Padova"], "arm": ["1", "0"]})
    rows["sex"] = ["F", "F"]
    women = rows.assign(n=[9, 11])
    men = rows.assign(n=[3, 3], sex="M")
    split = Summary.of_kind(pd.concat([women, men]), "recruitment")
    second = release(split, RULES, registry=registry).rows
    assert second["n"].isna().all()  # the margins are out already: women give men


def test_months_of_entry_add_up_to_the_arm() -> None:
    entries = pd.DataFrame(
        {
            "term": "entries",
            "month": ["2021-03", "2021-09", "2022-02", "2022-08"],
            "n_1": [6, 8, 6, 1],
            "n_0": [8, 8, 8, 0],
        }
    )
    calendar = Exhibit(
        id="F11",
        kind="calendar",
        answers={"entries": Summary.of_kind(entries, "calendar")},
        title={"it": "", "en": ""},
    )
    (shown, _) = release_exhibits([calendar], RULES, assigned={"1": 21, "0": 24})
    assert shown.released().rows["n_1"].isna().sum() >= 2
