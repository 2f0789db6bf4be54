"""Six households, two of them lost, on paper."""

from __future__ import annotations

import pandas as pd
import pytest

from nextome_eval.checks.loss_bounds import CASES, loss_bounds
from nextome_eval.errors import DataProblem
from nextome_eval.models.survival import cox, rmst
from nextome_eval.study.durations import Durations

FRAME = pd.DataFrame(
    {
        "months": [3.0, 8, 24, 24, 9, 24],
        "home": [1, 0, 0, 1, 0, 0],
        "arm": ["pilot"] * 3 + ["now"] * 3,
    }
)


def spells(frame: pd.DataFrame = FRAME) -> Durations:
    return Durations.from_frame(frame, time="months", event="home", arm="arm")


def test_each_case_is_the_mean_of_what_the_lost_are_given():
    """Pilot 3, 8 (lost), 24; now 24, 9 (lost), 24: means of 24 months."""
    bounds = loss_bounds(lambda s: rmst(s, by="arm", tau=24), spells(), until=24)
    found = bounds.where(term="difference").tidy().set_index("lost")["estimate"]
    by_hand = {
        "none": (3 + 24 + 24) / 3 - 24,
        "all": (3 + 8 + 24) / 3 - (24 + 9 + 24) / 3,
        "against_treated": (3 + 24 + 24) / 3 - (24 + 9 + 24) / 3,
        "for_treated": (3 + 8 + 24) / 3 - 24,
    }
    assert found.to_dict() == pytest.approx(by_hand, rel=1e-12)
    assert list(found.index) == list(CASES)


def test_the_bounds_hold_the_other_cases():
    bounds = loss_bounds(lambda s: cox(s, ["arm"], firth=True), spells(), until=24)
    value = dict(zip(bounds.terms["lost"], bounds.value, strict=True))
    assert value["against_treated"] <= min(value["none"], value["all"])
    assert value["for_treated"] >= max(value["none"], value["all"])


def test_nobody_lost_is_said():
    whole = FRAME.assign(months=[3.0, 24, 24, 24, 24, 24])
    with pytest.raises(DataProblem, match="Nobody was lost before 24"):
        loss_bounds(lambda s: rmst(s, by="arm", tau=24), spells(whole), until=24)
