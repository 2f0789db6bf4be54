"""Reasons for loss that few households gave: outside the house the lost are counted together."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.words import words

__all__ = ["without_few_reasons"]

_SEEN = "seen_"
_FOLLOWED = "followed"


def without_few_reasons(exhibit: Exhibit, threshold: int) -> Exhibit:
    """Return a flow or table of attrition without reasons where some reason is a small count.

    A masked reason stands in a table only where somebody gave it: the rows alone say that each
    is at least one, and their number then says how many were lost.
    """
    if exhibit.kind == "flow":
        return _flow(exhibit, threshold)
    if exhibit.kind == "attrition":
        return _attrition(exhibit, threshold)
    return exhibit


def _flow(exhibit: Exhibit, threshold: int) -> Exhibit:
    name, answer = next(iter(exhibit.answers.items()))
    if not isinstance(answer, Summary):
        return exhibit
    rows = answer.tidy()
    seen = rows["term"].astype(str).str.startswith(_SEEN) & (rows["role"] == "box")
    steps = set(rows.loc[seen, "step"])
    loss = rows["step"].isin(steps) & (rows["role"] == "loss")
    if not _few(rows.loc[loss, "n"], threshold):
        return exhibit
    assigned = rows[rows["term"] == "assigned"].set_index("arm")["n"]
    first = rows.loc[seen, "step"].min()
    kept: list[dict[str, object]] = []
    labels = dict(exhibit.labels)
    for row in rows[~loss].to_dict("records"):
        kept.append({str(k): v for k, v in row.items()})
        if row["role"] == "box" and row["step"] in steps and row["step"] != first:
            term = str(row["term"]).replace(_SEEN, "lost_", 1)
            lost = int(assigned[row["arm"]] - row["n"])
            kept.append({**kept[-1], "term": term, "role": "loss", "n": lost})
            labels[term] = words("terms")["lost"]
    together = Summary.of_kind(pd.DataFrame(kept), "flow", notes=answer.notes)
    return replace(exhibit, answers={**exhibit.answers, name: together}, labels=labels)


def _attrition(exhibit: Exhibit, threshold: int) -> Exhibit:
    answers = dict(exhibit.answers)
    for name, answer in answers.items():
        if not isinstance(answer, Summary) or answer.kind != "attrition":
            continue
        rows = answer.tidy()
        whole = (rows["term"] == _FOLLOWED).to_numpy()
        given = rows.loc[~whole, [c for c in ("lost_1", "lost_0") if c in rows]]
        if any(_few(given[column], threshold) for column in given):
            answers[name] = replace(answer, rows=rows[whole].reset_index(drop=True), margins=())
    return replace(exhibit, answers=answers)


def _few(counts: pd.Series, threshold: int) -> bool:
    return bool(((counts > 0) & (counts < threshold)).any())
