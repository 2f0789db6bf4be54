"""What a prompt and a notebook show of doors, records and answers: enough, short, and nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    people = [f"secret{i}" for i in range(12)]
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "id": np.repeat(people, 2),
            "t": [0, 6] * 12,
            "arm": (["pilot"] * 2 + ["control"] * 2) * 6,
            "town": np.repeat(["Padova", "Abano", "Cadoneghe"], 8),
            "y": rng.normal(size=24),
            "months": np.repeat(rng.uniform(1, 20, 12), 2),
            "left": np.repeat([1, 0, 1, 1] * 3, 2),
        }
    )


@pytest.fixture(scope="module")
def things(table: pd.DataFrame) -> dict[str, object]:
    panel = ne.Panel.from_frame(table, unit="id", time="t", arm="arm", strata="town")
    once = table[table["t"] == 0]
    spells = ne.Durations.from_frame(once, time="months", event="left", unit="id", arm="arm")
    records = ne.simulate_pilot(seed=1)
    plan = ne.read_plan("data/raw/example/plan.toml")
    balance = ne.balance(panel, ["y"])
    return {
        "plan": plan,
        "records": records,
        "panel": panel,
        "spells": spells,
        "effects": ne.did(panel, "y"),
        "curve": ne.kaplan_meier(spells, by="arm"),
        "ratio": ne.cox(spells, ["arm"]),
        "test": ne.logrank(spells, by="arm"),
        "inference": ne.infer(lambda door: ne.did(door, "y"), panel),
        "summary": balance,
        "released": ne.release(balance, plan),
        "design": ne.check_design(plan, records),
    }


SAID = {
    "plan": "independence",
    "records": "households",
    "panel": "Panel: 12 households at 2 times (0, 6)",
    "spells": "Durations: 12 households, 9 events",
    "effects": "difference in differences of y: 12 households",
    "curve": "n_risk",
    "ratio": "std_error is of the logarithm",
    "test": "Null: the hazard is the same in every group.",
    "inference": "headline",
    "summary": "std_difference",
    "released": "may leave the house",
    "design": "Padova",
}


@pytest.mark.parametrize("name", SAID)
def test_it_shows_what_it_is(name: str, things: dict[str, object]) -> None:
    assert SAID[name] in repr(things[name])
    assert SAID[name] in things[name]._repr_html_()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SAID)
def test_it_is_short_and_names_nobody(name: str, things: dict[str, object]) -> None:
    told = repr(things[name])
    assert len(told.splitlines()) < 40
    assert "secret" not in told
    if name in ("records", "design"):
        assert not any(unit in told for unit in things["records"].households["household"])  # type: ignore[attr-defined]


def test_what_was_masked_is_starred(things: dict[str, object]) -> None:
    people = pd.DataFrame({"term": ["works"], "events_1": [3], "n_1": [21], "percent_1": [14.3]})
    from nextome_eval.estimates.summary import Summary

    told = repr(ne.release(Summary.of_kind(people, "counts"), things["plan"]))
    assert "∗" in told
    assert "14.3" not in told
