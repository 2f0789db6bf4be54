"""The example's public report as a hostile reader has it, and every count that stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import lil_array

from nextome_eval.evaluation.findings import facts
from nextome_eval.evaluation.provenance import provenance
from nextome_eval.evaluation.report import evaluate
from nextome_eval.evaluation.study import Study
from nextome_eval.loaders.load import read_files
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.pages import markdown_page
from nextome_eval.reporting.release import release_exhibits
from nextome_eval.reporting.tables.files import write_tables
from nextome_eval.study.plan import read_plan

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "example"
ARMS = {"1": 21, "0": 24}
INTERVIEWED = ("employed", "who5", "neighbour_help")
Counts = dict[str, float]


@dataclass(frozen=True)
class Published:
    """What left the house, and, to check the attacks, what did not."""

    tables: dict[str, pd.DataFrame]
    text: dict[str, str]
    provenance: dict[str, object]
    inside: dict[str, pd.DataFrame]


@cache
def published() -> Published:
    """Run the example's plan with few draws: the same report for every test of a session."""
    plan = replace(read_plan(EXAMPLE / "plan.toml"), draws=39)
    study = Study(plan, read_files(plan).records)
    exhibits, _ = evaluate(study)
    shown = release_exhibits(exhibits, plan, profile="public", assigned=study.arms)
    inside = release_exhibits(exhibits, plan, profile="internal", assigned=study.arms)
    told = facts(study, shown, provenance(plan, "2026-01-01T00:00:00", profile="public"))
    pages = {
        language: markdown_page(shown, told, language=language, alts={e.id: "" for e in shown})
        for language in ("it", "en")
    }
    return Published(
        _read(shown),
        pages,
        told["provenance"],
        _read(inside),
    )


def _read(exhibits: tuple[Exhibit, ...]) -> dict[str, pd.DataFrame]:
    found = {}
    with TemporaryDirectory() as folder:
        write_tables(exhibits, Path(folder))
        paths = sorted(Path(folder).glob("*.csv"))
        texts = {path.stem: path.read_text("utf-8") for path in paths}
    for name, text in texts.items():
        table = pd.read_csv(
            StringIO(text), dtype={"arm": "string"}, na_values=["∗"], keep_default_na=True
        )
        found[name] = table.fillna({"arm": ""}) if "arm" in table else table
    return found


def counts(tables: dict[str, pd.DataFrame]) -> Counts:
    """Every count of the report by what it counts: one name, the same households."""
    found: Counts = {}
    for arm, size in ARMS.items():
        found[f"arm {arm}"] = size
        for town in tables["T2"].itertuples():
            found[f"town {town.term} {arm}"] = getattr(town, f"entered_{arm}")
        for half in tables["F11-1"].itertuples():
            found[f"half {half.month} {arm}"] = getattr(half, f"n_{arm}")
        for row in tables["T4-1"].itertuples():
            if row.term == "followed":
                found[f"seen {row.wave:g} {arm}"] = getattr(row, f"retained_{arm}")
                found[f"lost {row.wave:g} {arm}"] = getattr(row, f"lost_{arm}")
        for row in tables["T3"].fillna({"level": ""}).itertuples():
            found[f"has {row.term} {arm}"] = getattr(row, f"n_{arm}")
            found[f"lacks {row.term} {arm}"] = getattr(row, f"missing_{arm}")
            found[f"is {row.term} {row.level} {arm}"] = getattr(row, f"count_{arm}")
        for row in tables["T5"].itertuples():
            found[f"events {row.term} {arm}"] = getattr(row, f"events_{arm}")
        for row in tables["T9"].itertuples():
            found[f"pays {row.group} {row.term} {arm}"] = getattr(row, f"payers_{arm}")
        for row in tables["T7"].itertuples():
            found[f"common {row.term} {row.wave:g} {arm}"] = getattr(row, f"n_{arm}")
    for row in tables["F10"].itertuples():
        found[f"unseen {row.term} {row.wave:g} {row.arm}"] = row.missing
    for row in tables["F1"].itertuples():
        box = re.fullmatch(r"(seen|lost)_(\d+)", row.term)
        if box:
            found[f"flow {box[1]} {box[2]} {row.arm}"] = row.n
    for row in tables["T4-2"].fillna({"level": ""}).itertuples():
        for side in ("lost", "retained"):
            found[f"{side} with {row.term} {row.arm}"] = getattr(row, f"n_{side}")
            found[f"{side} is {row.term} {row.level} {row.arm}"] = getattr(row, f"count_{side}")
    return found


def sums(tables: dict[str, pd.DataFrame]) -> Iterator[tuple[str, list[str]]]:
    """What adds up to what; the rests that nobody prints have names of their own."""
    for arm in ARMS:
        whole = f"arm {arm}"
        yield whole, [f"town {t} {arm}" for t in tables["T2"]["term"]]
        yield whole, [f"half {m} {arm}" for m in tables["F11-1"]["month"]]
        for wave in (0, 6, 12, 18, 24):
            yield whole, [f"seen {wave} {arm}", f"lost {wave} {arm}"]
            yield f"seen {wave} {arm}", [f"flow seen {wave} {arm}"]
            if wave:
                yield f"lost {wave} {arm}", [f"flow lost {wave} {arm}"]
            for term in INTERVIEWED:
                yield f"lost {wave} {arm}", [f"unseen {term} {wave} {arm}"]
            for term in (*INTERVIEWED, "days_employed"):
                yield whole, [f"unseen {term} {wave} {arm}", f"common {term} {wave} {arm}"]
            unseen = f"unseen stable_days {wave} {arm}"
            yield whole, [unseen, f"common stable_days {wave} {arm}", f"no base {wave} {arm}"]
        baseline = tables["T3"].fillna({"level": ""}).groupby("term", sort=False)["level"]
        for term, levels in baseline:
            yield whole, [f"has {term} {arm}", f"lacks {term} {arm}"]
            told = [f"is {term} {level} {arm}" for level in levels]
            yield f"has {term} {arm}", told if len(told) > 1 else [*told, f"not {term} {arm}"]
        for term in tables["T4-2"]["term"].unique():
            yield f"has {term} {arm}", [f"lost with {term} {arm}", f"retained with {term} {arm}"]
            yield f"is {term}  {arm}", [f"lost is {term}  {arm}", f"retained is {term}  {arm}"]
            yield f"lost 24 {arm}", [f"lost with {term} {arm}", f"lost without {term} {arm}"]
            yield f"seen 24 {arm}", [f"retained with {term} {arm}", f"seen without {term} {arm}"]
        for term in ("dwelling", "contract", "unsupported"):
            yield whole, [f"events {term} {arm}", f"never {term} {arm}"]
        for inner, outer in (("contract", "dwelling"), ("unsupported", "contract")):
            yield f"events {outer} {arm}", [f"events {inner} {arm}", f"only {outer} {arm}"]
        for row in tables["T9"].itertuples():
            pays = f"pays {row.group} {row.term} {arm}"
            yield whole, [pays, f"not {pays}"]


def truth_of(out: Published) -> Counts:
    """The counts as they are, with the rests that nobody prints."""
    held = counts(out.inside)
    months = out.inside["F11-1"]
    year, first = months["month"].str[:4], months["month"].str[5:7].astype(int) <= 6
    halves = year + np.where(first, "-S1", "-S2")
    for half, rows in months.groupby(halves):
        held |= {f"half {half} {arm}": rows[f"n_{arm}"].sum() for arm in ARMS}
    for whole, parts in sums(out.tables):
        new = [p for p in parts if np.isnan(held.get(p, np.nan))]
        if len(new) == 1 and not np.isnan(held.get(whole, np.nan)):
            held[new[0]] = held[whole] - sum(held[p] for p in parts if p != new[0])
    for row in out.inside["T4-1"][out.inside["T4-1"]["term"] == "followed"].itertuples():
        for arm in ARMS:
            for side, name in (("seen", "retained"), ("lost", "lost")):
                held[f"flow {side} {row.wave:g} {arm}"] = getattr(row, f"{name}_{arm}")
    return held


def ranges(
    printed: Mapping[str, float],
    sums: Sequence[tuple[str, list[str]]],
    wanted: Sequence[str],
    most: float = 45,
) -> dict[str, tuple[float, float]]:
    """Return the least and the greatest value of each wanted count."""
    used = [s for s in sums if any(n not in printed for n in (s[0], *s[1]))]
    names = sorted({n for whole, parts in used for n in (whole, *parts)} | set(wanted))
    at = {name: i for i, name in enumerate(names)}
    matrix = lil_array((len(used), len(names)))
    for row, (whole, parts) in enumerate(used):
        matrix[row, at[whole]] = -1.0
        for part in parts:
            matrix[row, at[part]] = matrix[row, at[part]] + 1.0
    bounds = [(printed[n],) * 2 if n in printed else (0.0, most) for n in names]
    found = {}
    for name in wanted:
        aim = np.zeros(len(names))
        aim[at[name]] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            end = linprog(sign * aim, A_eq=matrix.tocsr(), b_eq=np.zeros(len(used)), bounds=bounds)
            assert end.status == 0, "what is printed contradicts itself"
            ends.append(sign * end.fun)
        found[name] = (ends[0], ends[1])
    return found
