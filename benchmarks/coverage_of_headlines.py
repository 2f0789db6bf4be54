"""How often headlines err in made-up pilots of the real size, with no effect and with one."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import nextome_eval as ne
from nextome_eval.evaluation.costs import cost_answer
from nextome_eval.evaluation.primary import primary_answers
from nextome_eval.evaluation.study import Study
from nextome_eval.models.did import ancova

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "data" / "raw" / "example"
TABLE = ROOT / "benchmarks" / "results" / "coverage.csv"
FIRST_SEED = 1001
PILOTS = 250
DRAWS = 199


def simulated(pilots: int, effect: float, first: int = FIRST_SEED) -> Iterator[dict[str, bool]]:
    """Per pilot: was the null rejected, did the interval hold the truth, by headline."""
    plan = replace(ne.read_plan(EXAMPLE / "plan.toml"), draws=DRAWS)
    truth = tomllib.loads((EXAMPLE / "truth.toml").read_text("utf-8"))
    for seed in range(first, first + pilots):
        study = Study(replace(plan, seed=seed), ne.simulate_pilot(seed, effect=effect))
        yield {
            **_primary(study, truth, effect),
            **_waves(study, truth, effect),
            **_costs(study, truth, effect),
        }
        primary_answers.cache_clear()
        cost_answer.cache_clear()


def _primary(study: Study, truth: dict[str, Any], effect: float) -> dict[str, bool]:
    found: dict[str, bool] = {}
    try:
        answers = primary_answers(study)
    except ne.NotEstimable:  # an arm followed for less than tau: the report refuses too
        return {"independence, refused|rejected": True}
    for name, answer in answers.items():
        found[f"independence ({name}), log-rank permutation|rejected"] = (
            answer.test.p_value <= 1 - study.plan.level
        )
        if "rmst" in answer.inference.beside:
            row = answer.difference.tidy(study.plan.level).iloc[0]
            true = effect * truth["independence"][name]["difference"]
            found[f"independence ({name}), RMST permutation interval|held"] = _holds(row, true)
        if name == "contract" and answer.ratio is not None:
            row = answer.ratio.tidy(study.plan.level).iloc[0]
            true = float(np.exp(effect * truth["independence"]["log_hazard_ratio"]))
            found["hazard ratio, profile interval|held"] = _holds(row, true)
    return found


def _waves(study: Study, truth: dict[str, Any], effect: float) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for planned, _ in study.planned("wave"):
        name = planned.id

        def analysis(panel: ne.Panel, name: str = name) -> ne.Estimates:
            return ancova(panel, name)

        headline = ne.infer(analysis(study.panel), study.panel).headline
        row = headline.where(term="overall").tidy(study.plan.level).iloc[0]
        true = effect * truth["waves"][name]["overall"]["difference"]
        test = ne.permute(analysis, study.panel, within="strata", draws=DRAWS, seed=study.plan.seed)
        found[f"{name}, ANCOVA CR2 interval|held"] = _holds(row, true)
        found[f"{name}, ANCOVA permutation|rejected"] = test.p_value <= 1 - study.plan.level
    return found


def _costs(study: Study, truth: dict[str, Any], effect: float) -> dict[str, bool]:
    rows = cost_answer(study).rows
    row = rows[(rows["term"] == "total") & (rows["group"] == "service")].iloc[0]
    months = truth["months"]["service_cost_eur_month"]
    halves = [months[f"months_{when}"]["difference"] for when in ("1_6", "7_12", "13_18", "19_24")]
    return {
        "service cost, interval|held": _holds(row, effect * float(np.mean(halves))),
        "service cost, permutation|rejected": row["p_value"] <= 1 - study.plan.level,
    }


def _holds(row: Any, true: float) -> bool:
    return bool(row["conf_low"] <= true <= row["conf_high"])


def counted(pilots: int, effect: float) -> list[dict[str, Any]]:
    """One row a headline: how often it rejected or held the truth, of how many pilots."""
    seen: dict[str, list[bool]] = defaultdict(list)
    for one in simulated(pilots, effect):
        for name, happened in one.items():
            seen[name].append(happened)
    rows = []
    for name, happened in seen.items():
        headline, what = name.split("|")
        share = float(np.mean(happened))
        near = (sum(happened) + 2) / (len(happened) + 4)  # Agresti and Coull (1998)
        error = float(np.sqrt(near * (1 - near) / len(happened)))
        rows.append({"effect": "none" if effect == 0 else "as chosen", "headline": headline,
                     "share": what, "of": round(share, 3), "std_error": round(error, 3),
                     "pilots": len(happened)})  # fmt: skip
    return rows


def measure(pilots: int = PILOTS) -> dict[str, float]:
    """Simulate, write the table, and return its shares by name."""
    rows = counted(pilots, 0.0) + counted(pilots, 1.0)
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return {f"{row['effect']}: {row['headline']}, {row['share']}": row["of"] for row in rows}
