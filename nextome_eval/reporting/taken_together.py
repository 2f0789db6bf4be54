"""What a report's answers say of the same households, so that the gate sees them all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.coarse import coarse_means
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.released import Released, emptied, logged, unmasked

# s/sqrt(n), n - 1 and t give n back
_ALWAYS = ("sd", "df")
_OF_A_MEAN = (*_ALWAYS, "std_error", "statistic", "p_value")
_GIVES_BACK = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")

__all__ = ["counted_in", "with_half_years", "without_n"]


def counted_in(exhibits: Iterable[Exhibit]) -> dict[str, Summary]:
    """Return every summary, and the n of every estimate as one more, by exhibit and answer."""
    found: dict[str, Summary] = {}
    for exhibit in exhibits:
        for name, answer in exhibit.all_answers().items():
            if isinstance(answer, Summary):
                found[f"{exhibit.id}/{name}"] = answer
            elif isinstance(answer, Estimates) and answer.kind != "curve":
                found[f"{exhibit.id}/{name}"] = _n_of(answer, f"{exhibit.id}/{name}", exhibit)
    return found


def _n_of(est: Estimates, name: str, exhibit: Exhibit) -> Summary:
    rows = est.terms.reset_index(drop=True).copy()
    rows["n"] = est.n
    rows["row"] = [str(i) for i in range(len(rows))]
    if "arm" in rows:
        rows["arm"] = [_arm(value) for value in rows["arm"]]
    if exhibit.kind == "trajectory" and exhibit.outcome and {"arm", "time"} <= set(rows.columns):
        # the same households as in the table of means
        rows = rows.rename(columns={"time": "wave"})
        same = {"of": "means:n", "term": exhibit.outcome}
        return Summary(rows, {"n": ()}, "n", coordinates=("arm", "wave"), cells={"n": same})
    placed = ("row", "arm") if "arm" in rows else ("row",)
    return Summary(rows, {"n": ()}, "n", coordinates=placed, cells={"n": {"of": f"{name}:n"}})


def _arm(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def without_n(released: Released, counts: pd.DataFrame) -> Released:
    """Return released estimates whose n is masked where it would tell how few were lost."""
    if "n" not in released.rows or not counts["n"].any():
        return released
    masked = released.masked.copy()
    new = counts["n"].to_numpy() & ~masked["n"].to_numpy()
    masked["n"] |= new
    log = logged(pd.DataFrame({"n": new}), "small_count")
    shares = np.array(released.shares or [False] * len(masked), dtype=bool)
    told = _OF_A_MEAN if released.kind == "trajectory" else _ALWAYS
    more = unmasked(released.rows)
    for name in (c for c in masked if c in (*told, *_GIVES_BACK)):
        back = masked["n"].to_numpy() & (shares | (name in told))
        more[name] = back & ~masked[name].to_numpy()
    log += logged(more, "with_its_count")
    masked |= more
    shown, lines = coarse_means(emptied(released.rows, masked), masked, counts)
    return replace(
        released,
        rows=shown if released.kind == "trajectory" else emptied(released.rows, masked),
        masked=masked,
        log=(*released.log, *log, *(lines if released.kind == "trajectory" else ())),
    )


def with_half_years(exhibit: Exhibit) -> Exhibit:
    """Return a calendar counted by half years: by month nearly every count is small."""
    entries = exhibit.answers.get("entries")
    if exhibit.kind != "calendar" or not isinstance(entries, Summary):
        return exhibit
    rows = entries.tidy()
    halves = [f"{m[:4]}-S{1 if int(m[5:7]) <= 6 else 2}" for m in rows["month"].astype(str)]
    counts = [c for c in rows if str(c).startswith("n_")]
    coarse = rows.assign(month=halves).groupby(["term", "month"], as_index=False)[counts].sum()
    coarser = {**exhibit.answers, "entries": Summary.of_kind(coarse, "calendar")}
    return replace(exhibit, answers=coarser)
