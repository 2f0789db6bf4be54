"""Staggered beginnings worked on paper, and what is refused about them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.models.did.aggregate import aggregate
from nextome_eval.models.did.did import did
from nextome_eval.models.did.event_study import event_study
from nextome_eval.models.did.first_treated import first_treated
from nextome_eval.models.did.group_time import group_time
from nextome_eval.models.did.imputation import imputation
from nextome_eval.models.did.two_way import two_way
from nextome_eval.study.panel import Panel


def six(**changes: object) -> pd.DataFrame:
    """Two households begin at 3, two at 6, two never; waves 0, 3, 6."""
    df = pd.DataFrame(
        {
            "id": np.repeat(list("abcdef"), 3),
            "t": [0, 3, 6] * 6,
            "g": np.repeat([3, 3, 6, 6, np.nan, np.nan], 3),
            "y": [1.0, 4, 4, 2, 5, 6, 1, 1, 3, 2, 3, 5, 0, 1, 1, 1, 1, 2],
        }
    )
    return df.assign(**changes)


def panel_of(df: pd.DataFrame, **roles: str) -> Panel:
    return Panel.from_frame(df, unit="id", time="t", begins="g", **roles)


def test_group_time_by_hand() -> None:
    est = group_time(panel_of(six()), "y")
    # (3, 3): +3, +3 against +1, 0; (3, 6): +3, +4 against +1, +1; (6, 6): +2, +2 against 0, +1
    assert est.value.tolist() == [2.5, 2.5, 0.0, 1.5]
    not_yet = group_time(panel_of(six()), "y", control_group="not_yet")
    # (3, 3) now against +1, 0, 0, +1; at 6 nobody else is left
    assert not_yet.value.tolist() == [2.5, 2.5, 0.0, 1.5]


def test_averages_by_hand() -> None:
    est = group_time(panel_of(six()), "y")
    assert aggregate(est, "simple").value.tolist() == pytest.approx([(2.5 + 2.5 + 1.5) / 3])
    assert aggregate(est, "group").value.tolist() == pytest.approx([2.0, 2.5, 1.5])
    assert aggregate(est, "calendar").value.tolist() == pytest.approx([2.25, 2.5, 2.0])
    dynamic = aggregate(est, "dynamic")
    assert dynamic.terms["exposure"].tolist()[1:] == [-3, 0, 3]
    assert dynamic.value.tolist() == pytest.approx([2.25, 0.0, 2.0, 2.5])


def test_a_picked_row_still_knows_its_cohorts() -> None:
    est = group_time(panel_of(six()), "y")
    late = aggregate(est.where(cohort=6.0), "simple")
    assert late.value.tolist() == [1.5]
    with pytest.raises(DesignProblem, match="Only group-time effects"):
        aggregate(est.average(), "simple")


def test_gaps_are_gaps_in_time() -> None:
    """A household not seen at 3 counts between 0 and 6 only; rows are never shifted."""
    df = six()
    gap = df[~((df["id"] == "b") & (df["t"] == 3))]
    est = group_time(panel_of(gap), "y")
    assert est.value.tolist() == [2.5, 2.5, 0.0, 1.5]  # a alone: +3 - .5; a, b: 3.5 - 1
    told = [(n.code, n.values.get("count")) for n in est.notes]
    assert told[:2] == [("waves_missing_pairs", 1), ("cells_in_one_cluster", 1)]  # a alone
    assert np.isnan(est.std_error).tolist() == [True, False, False, False]
    missing = df.assign(y=df["y"].where((df["id"] != "b") | (df["t"] != 3)))
    assert group_time(panel_of(missing), "y").value.tolist() == est.value.tolist()


def test_three_waves_out_of_five() -> None:
    """Waves 0 3 6 12 24 planned, 3 seen: bases are the times before, wherever they lie."""
    df = six().assign(t=lambda d: d["t"].map({0: 0, 3: 6, 6: 24}), g=lambda d: d["g"] + 3)
    est = group_time(panel_of(df), "y")
    assert est.terms["time"].tolist() == [6, 24, 6, 24]
    assert est.value.tolist() == [2.5, 2.5, 0.0, 1.5]


def test_already_treated_are_left_out_and_told() -> None:
    df = pd.concat([six(), six().query("id == 'a'").assign(id="z", g=0.0)])
    est = group_time(panel_of(df), "y")
    assert est.value.tolist() == [2.5, 2.5, 0.0, 1.5]
    assert est.notes[0].code == "left_out_always_treated"
    assert est.notes[0].values["count"] == 1
    assert np.isnan(est.influence[-1]).all()


@pytest.mark.parametrize(
    ("df", "problem", "said"),
    [
        (six(g=0.0), DesignProblem, "No household begins inside"),
        (six().query("id < 'e'"), DesignProblem, 'control_group="not_yet"'),
        (six().query("id != 'b'"), NotEstimable, "Only household a begins at 3"),
        (six(y=1.0), NotEstimable, '"y" is 1'),
        (
            six(y=lambda d: d["y"].where(~d["id"].isin(["e", "f"]) | (d["t"] != 3))),
            NotEstimable,
            "no household of the controls",
        ),
    ],
)
def test_refusals(df: pd.DataFrame, problem: type[Exception], said: str) -> None:
    with pytest.raises(problem, match=said):
        group_time(panel_of(df), "y")


def test_refuses_options_that_are_none() -> None:
    with pytest.raises(DesignProblem, match='control_group="notyet" is not an option'):
        group_time(panel_of(six()), "y", control_group="notyet")
    with pytest.raises(DesignProblem, match="no cohort has a wave"):
        group_time(panel_of(six()), "y", anticipation=6)
    with pytest.raises(DataProblem, match="constant or repeat"):
        group_time(panel_of(six(one=1.0)), "y", adjust=["one"])


def test_all_begin_at_once() -> None:
    df = six().query("id < 'c'")
    with pytest.raises(DesignProblem, match="all begin at once"):
        group_time(panel_of(df), "y", control_group="not_yet")
    with pytest.raises(DesignProblem, match="everybody begins at once"):
        two_way(panel_of(df), "y")


def test_covariates_that_tell_arms_apart() -> None:
    df = six(x=lambda d: d["g"].notna() * 1.0 + d["id"].map(dict(zip("abcdef", range(6)))) / 100)
    with pytest.raises(NotEstimable, match="tell treated from compared-to households apart"):
        group_time(panel_of(df), "y", adjust=["x"], est_method="ipw")


def test_treatment_that_switches_off() -> None:
    df = six(on=[0, 1, 0] + [0, 1, 1] * 4 + [0, 0, 0])
    with pytest.raises(DataProblem, match="back to untreated for households a"):
        first_treated(df, unit="id", time="t", treated="on")
    df = six(on=[0, 1, 1] * 2 + [0, 0, 1] * 2 + [0, 0, 0] * 2)
    begins = first_treated(df.sample(frac=1, random_state=1), unit="id", time="t", treated="on")
    pd.testing.assert_series_equal(begins.sort_index(), six()["g"], check_names=False)
    with pytest.raises(DataProblem, match="other than 0 and 1: 2"):
        first_treated(six(on=2), unit="id", time="t", treated="on")


def test_weights_must_be_positive() -> None:
    with pytest.raises(DataProblem, match="must be above zero"):
        panel_of(six(w=[0.0] * 3 + [1.0] * 15), weights="w")


def test_imputation_by_hand() -> None:
    """Untreated: all at 0, c d e f at 3, e f at 6. Two households a cohort, least squares."""
    df = six()
    est = imputation(panel_of(df), "y")
    free = df["t"] < df["g"].fillna(np.inf)
    z = np.column_stack([pd.get_dummies(df["id"]), pd.get_dummies(df["t"]).iloc[:, 1:]]).astype(
        float
    )
    fitted = z @ np.linalg.lstsq(z[free], df["y"][free], rcond=None)[0]
    assert est.value[0] == pytest.approx((df["y"] - fitted)[~free].mean())


def test_event_study_of_one_beginning_is_did_wave_by_wave() -> None:
    df = six().query("id in ['c', 'd', 'e', 'f']")
    est = event_study(panel_of(df), "y")
    assert est.terms["exposure"].tolist() == [-6, -3, 0]
    assert est.value.tolist() == pytest.approx([0.0, 0.0, 1.5])
    assert did(panel_of(df), "y").value[0] == pytest.approx(1.5)
