"""Every bad input of a panel, in every estimator: a sentence in both languages, never a traceback.

An estimator may refuse the input or bear it and tell it in its notes: either names who or what.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import nextome_eval as ne

Fn = Callable[..., object]
FNS: dict[str, Fn] = {
    "did": ne.did,
    "ancova": ne.ancova,
    "two_way": ne.two_way,
    "event_study": ne.event_study,
    "ratio": ne.did_of_ratios,
    "means": lambda p, y, **_: ne.did_of_cluster_means(p, y),
    "dr": ne.group_time,
    "ipw": lambda p, y, **k: ne.group_time(p, y, est_method="ipw", **k),
    "reg": lambda p, y, **k: ne.group_time(p, y, est_method="reg", base_period="universal", **k),
    "not_yet": lambda p, y, **k: ne.group_time(p, y, control_group="not_yet", **k),
    "imputation": ne.imputation,
    "sun_abraham": ne.sun_abraham,
    "parallel_trends": ne.parallel_trends,
    "infer": lambda p, y, **k: ne.infer(lambda q: ne.did(q, y, **k), p, draws=9),
}
PROBLEMS = (ne.DataProblem, ne.DesignProblem, ne.NotEstimable)


def study(*, staggered: bool = False) -> pd.DataFrame:
    """24 households at 0, 3, 6, 9, 12; half begin at 6 (staggered: some of them at 9)."""
    rng = np.random.default_rng(4)
    df = pd.DataFrame({"id": np.repeat([f"H{i:02d}" for i in range(24)], 5)})
    df["t"] = np.tile([0.0, 3, 6, 9, 12], 24)
    number = df["id"].str[1:].astype(int)
    late = 9.0 if staggered else 6.0
    df["g"] = np.select([number % 4 == 1, number % 4 == 3], [6.0, late], np.nan)
    df["x"], df["z"] = rng.normal(size=120), rng.normal(size=24)[number]
    df["y"] = 5 + rng.normal(size=120) + 2 * (df["t"] >= df["g"])
    return df


def said(fn: Fn, df: pd.DataFrame, y: str = "y", adjust: tuple[str, ...] = (), **roles: str) -> str:
    """What is refused, or the notes of the answer; the Italian is there and has no gaps."""
    try:
        panel = ne.Panel.from_frame(df, unit="id", time="t", begins="g", **roles)
        answer = fn(panel, y, **({"adjust": list(adjust)} if adjust else {}))
    except PROBLEMS as problem:
        return in_both(problem)
    if isinstance(answer, ne.Inference):
        return " ".join(r.text("en") for r in answer.refusals)
    notes = getattr(answer, "notes", ())
    if isinstance(answer, ne.Estimates):
        rows = answer.tidy()
        bare = rows.get("refused", pd.Series(index=rows.index, dtype=object)).notna()
        assert rows.loc[~bare, ["estimate", "std_error"]].notna().all(axis=None)
    return " ".join(str(note) for note in notes)


def in_both(problem: ne.DataProblem) -> str:
    """The English of it; the Italian is another sentence without gaps."""
    assert problem.text("it") != str(problem)
    assert "{" not in problem.text("it")
    return str(problem)


def weighed(weight: float) -> pd.DataFrame:
    return study().assign(w=lambda d: np.where(d["id"] == "H01", weight, 1.0))


def changed(where: Callable[[pd.DataFrame], pd.Series], **values: float) -> pd.DataFrame:
    df = study()
    df.loc[where(df), list(values)] = list(values.values())
    return df


every = pytest.mark.parametrize("fn", FNS.values(), ids=FNS)


def home(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda df: df["id"] == name


@every
@pytest.mark.parametrize(
    ("df", "roles", "words"),
    [
        (weighed(0.0), "w", "households H01"),
        (weighed(-1.0), "w", "households H01"),
        (weighed(np.nan), "w", "households H01"),
        (weighed(np.inf), "w", "households H01"),
        (changed(lambda d: home("H05")(d) & (d["t"] == 6), y=np.inf), "", "households H05"),
        (changed(lambda d: home("H05")(d) & (d["t"] == 6), t=np.inf), "", "households H05"),
        (changed(home("H02"), g=-np.inf), "", "households H02"),
        (changed(lambda d: home("H01")(d) & (d["t"] > 6), g=np.nan), "", "households H01"),
        (pd.concat([study(), study()[lambda d: d["id"] == "H07"]]), "", "Households H07"),
        (study().assign(y=3.0), "", '"y" is 3 for every household'),
        (study().assign(y=np.nan), "", '"y" was not observed for any household'),
        (study().assign(y="much"), "", 'column "y" holds text'),
        (study()[:0], "", "The table has no rows"),
        (study()[lambda d: d["t"] == 6], "", "6|Add waves before"),
        (study()[lambda d: d["t"] < 6], "", "3|nobody is treated"),
        (study()[lambda d: d["t"] >= 6], "", "6|Add waves before"),
        (study().assign(g=6.0), "", "never|begin later"),
        (study().assign(g=np.nan), "", "begin|treated"),
    ],
)  # fmt: skip
def test_who_and_what_is_named(fn: Fn, df: pd.DataFrame, roles: str, words: str) -> None:
    found = said(fn, df, **({"weights": roles} if roles else {}))
    assert re.search(words, found), found


@pytest.mark.parametrize("name", [n for n in FNS if n != "means"])
@pytest.mark.parametrize(
    ("make", "adjust", "words"),
    [
        ({"two": lambda d: 2 * d["x"]}, ("x", "two"), "two"),
        ({"two": lambda d: 2 * d["z"]}, ("z", "two"), "two"),
        ({"c": 1.0}, ("c",), "\\bc\\b"),
        ({"c": np.nan}, ("c",), "adjusters c hold no value"),
        ({"c": lambda d: np.where(d["id"] == "H01", np.inf, d["z"])}, ("c",), "households H01"),
        ({}, ("nope",), 'no column "nope"'),
        ({"a": lambda d: d["g"].notna() * 1.0}, ("a",), "adjusters? .*a|tell treated|repeat"),
    ],
)
def test_adjusters(name: str, make: dict[str, object], adjust: tuple[str, ...], words: str) -> None:
    found = said(FNS[name], study().assign(**make), adjust=adjust)
    assert re.search(words, found), found


@every
def test_one_cluster(fn: Fn) -> None:
    assert "belong to one cluster" in said(fn, study().assign(all="one"), cluster="all")


@every
def test_a_cohort_of_one_household(fn: Fn) -> None:
    df = changed(home("H01"), g=9.0)
    found = said(fn, df)
    assert "H01" in found or (fn is ne.two_way and "begins at 9" in found)


@every
def test_households_treated_all_along(fn: Fn) -> None:
    found = said(fn, changed(lambda d: d["id"].isin(["H01", "H03"]), g=0.0))
    if fn is ne.parallel_trends:
        return  # it asks event_study, which tells it
    assert "H01, H03" in found or ": 2" in found


@every
@pytest.mark.parametrize("arm", [True, False], ids=["treated", "controls"])
def test_a_wave_missing_for_one_arm(fn: Fn, arm: bool) -> None:
    df = study()
    found = said(fn, df[(df["t"] != 9) | (df["g"].notna() != arm)])
    assert "9" in found


@every
def test_three_waves_of_five(fn: Fn) -> None:
    df = study()
    number = df["id"].str[1:].astype(int)
    seen = (number * 7 + df["t"].astype(int)) % 5 < 3
    found = said(fn, df[seen])
    if fn not in (ne.parallel_trends, FNS["infer"]):
        assert "Missing observations" in found
    said(fn, df[df["t"].isin([0, 6, 12])])  # the same two waves missing for all: nothing to tell


@pytest.mark.parametrize("name", [n for n in FNS if n not in ("two_way", "imputation", "not_yet")])
def test_no_never_treated(name: str) -> None:
    df = study(staggered=True)
    found = said(FNS[name], df.assign(g=df["g"].fillna(12.0)))
    assert "never treated" in found or "not_yet" in found


def test_treatment_that_switches_off() -> None:
    df = study().assign(now=lambda d: (d["t"] >= d["g"]).astype(int))
    df.loc[(df["id"] == "H03") & (df["t"] == 12), "now"] = 0
    with pytest.raises(ne.DataProblem, match="households H03") as found:
        ne.first_treated(df, unit="id", time="t", treated="now")
    assert "H03" in found.value.text("it")
