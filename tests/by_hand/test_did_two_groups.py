"""Difference in differences worked on paper: four households, two waves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.permutation import permute
from nextome_eval.models.did.ancova import ancova
from nextome_eval.models.did.cluster_means import did_of_cluster_means
from nextome_eval.models.did.did import did
from nextome_eval.models.did.two_way import two_way
from nextome_eval.study.panel import Panel


def four(**changes: object) -> pd.DataFrame:
    """Changes +4 and +6 among the treated, +1 and +3 among the compared-to: 5 - 2 = 3."""
    df = pd.DataFrame(
        {
            "id": [1, 1, 2, 2, 3, 3, 4, 4],
            "t": [0, 6] * 4,
            "arm": ["pilot"] * 4 + ["current"] * 4,
            "y": [1.0, 5, 2, 8, 1, 2, 3, 6],
        }
    )
    return df.assign(**changes)


def panel_of(df: pd.DataFrame, **roles: str) -> Panel:
    return Panel.from_frame(df, unit="id", time="t", arm="arm", **roles)


def test_four_households() -> None:
    est = did(panel_of(four()), "y")
    assert est.value.tolist() == pytest.approx([3.0])
    # residual changes -1, 1, -1, 1; each household leverage 1/2: HC2 = sum (1/2)^2 e^2 / (1 - 1/2)
    assert est.std_error[0] == pytest.approx(np.sqrt(4 * 0.25 / 0.5))
    assert est.reference.df[0] == pytest.approx(2.0)
    assert est.influence[:, 0].tolist() == pytest.approx([-0.5, 0.5, 0.5, -0.5])
    assert two_way(panel_of(four()), "y").value[0] == pytest.approx(3.0)


def test_six_assignments_two_as_far() -> None:
    """Changes 4 6 | 1 3.  Differences of the 6 splits: 3, 0, 2, and their negatives."""
    test = permute(lambda p: did(p, "y"), panel_of(four()))
    assert (test.numerator, test.denominator) == (2, 6)
    assert test.p_value == pytest.approx(1 / 3)


def test_within_towns() -> None:
    """Two towns with effects 3 and 1 on one household an arm each: the mean is 2."""
    df = four(town=["P", "P", "A", "A", "P", "P", "A", "A"])
    df.loc[3, "y"] = 6.0
    est = did(panel_of(df, strata="town"), "y")
    assert est.value[0] == pytest.approx(((4 - 1) + (4 - 3)) / 2)
    test = permute(lambda p: did(p, "y"), panel_of(df, strata="town"), within="strata")
    assert test.denominator == 4


def test_a_missed_wave_is_compared_among_those_seen() -> None:
    """Time moves everybody by +10 at t = 12; household 3 misses it: 3 + 3 over 2, not a drift."""
    df = four()
    later = df[df["t"] == 6].assign(t=12, y=lambda d: d["y"] + 10)
    df = pd.concat([df, later[later["id"] != 3]])
    est = did(panel_of(df), "y")
    # the plain mean of each household's change would be 10 + ... less a third as much: wrong
    naive = np.mean([9, 11]) - np.mean([1, 8])
    assert abs(est.value[0] - 3) < 1 < abs(naive - 3)
    assert est.notes[0].code == "waves_missing"
    assert (est.notes[0].values["count"], est.notes[0].values["expected"]) == (1, 12)


def test_who_is_left_out_is_told() -> None:
    df = pd.concat(
        [
            four(),
            pd.DataFrame(
                {"id": [5, 6, 7], "t": [0, 6, 0], "arm": "pilot", "y": [1.0, 2.0, np.nan]}
            ),
        ]
    )
    notes = did(panel_of(df), "y").notes
    assert [n.code for n in notes][:3] == [
        "left_out_never_observed",
        "left_out_no_before",
        "left_out_no_after",
    ]
    assert [n.values["count"] for n in notes[:3]] == [1, 1, 1]
    assert "esclusi" in notes[0].text("it")


def test_ancova_by_hand() -> None:
    """Pilot (1, 5) (2, 8), current (1, 2) (3, 6): within-arm slope (1.5 + 4) / (.5 + 2) = 2.2."""
    est = ancova(panel_of(four()), "y")
    slope = (1.5 + 4.0) / (0.5 + 2.0)
    assert est.value[0] == pytest.approx((6.5 - 4) - slope * (1.5 - 2))
    assert est.terms["term"].tolist() == ["overall", "effect"]


def test_towns_as_units() -> None:
    df = four(town=["P", "P", "Q", "Q", "A", "A", "B", "B"])
    est = did_of_cluster_means(panel_of(df, strata="town"), "y")
    assert est.value[0] == pytest.approx(3)
    assert est.std_error[0] == pytest.approx(np.sqrt(2.0))  # s2 = (2 + 2) / 2, times 1/2 + 1/2
    assert est.reference.df.tolist() == [2]
    separate = did_of_cluster_means(panel_of(df, strata="town"), "y", spread="separate")
    assert separate.reference.df.tolist() == [1]


@pytest.mark.parametrize(
    ("change", "problem", "said"),
    [
        ({"y": 3.0}, NotEstimable, '"y" is 3 for every household'),
        ({"y": [1.0, 5, 2, 8, 1, np.nan, 3, np.nan]}, NotEstimable, 'In the arm "current" 0'),
        ({"y": [1.0, 5, 2, np.nan, 1, 2, 3, 6]}, NotEstimable, 'In the arm "pilot" 1'),
        ({"arm": "pilot"}, DesignProblem, "No household is in the arm"),
    ],
)
def test_refusals(change: dict[str, object], problem: type[Exception], said: str) -> None:
    with pytest.raises(problem, match=said):
        did(panel_of(four(**change)), "y")


def test_refuses_beginnings_that_differ() -> None:
    df = four(g=[6, 6, 3, 3, np.nan, np.nan, np.nan, np.nan])
    panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    with pytest.raises(DesignProblem, match=r"different times \(3, 6\)"):
        did(panel, "y")


def test_refuses_always_treated() -> None:
    df = four(g=[0, 0, 0, 0, np.nan, np.nan, np.nan, np.nan])
    with pytest.raises(DesignProblem, match="no wave lies before"):
        did(Panel.from_frame(df, unit="id", time="t", begins="g"), "y")


def test_refuses_a_wave_without_controls() -> None:
    df = pd.concat([four(), four().query("t == 6 and arm == 'pilot'").assign(t=12)])
    for method in (did, ancova):
        with pytest.raises(NotEstimable, match="At wave 12"):
            method(panel_of(df), "y")


def test_refuses_adjusters_that_add_nothing() -> None:
    df = four(one=1.0, x=[1.0, 1, 2, 2, 3, 3, 5, 5])
    with pytest.raises(DataProblem, match='"one" adds nothing'):
        did(panel_of(df), "y", adjust=["one"])
    with pytest.raises(DataProblem, match='"twice" adds nothing at wave 6'):
        did(panel_of(df.assign(twice=2 * df["x"])), "y", adjust=["x", "twice"])
    with pytest.raises(DataProblem, match="add nothing once"):
        two_way(panel_of(df), "y", adjust=["x"])


def test_one_cluster_is_refused() -> None:
    with pytest.raises(NotEstimable, match="one cluster"):
        did(panel_of(four(town="P"), cluster="town"), "y")
