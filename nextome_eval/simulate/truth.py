"""What the chosen effects amount to on each outcome's scale, found by a very large simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.simulate.effects import TOWNS
from nextome_eval.simulate.pilot import simulate_pilot
from nextome_eval.study.clock import participants
from nextome_eval.study.costs_by_month import costs_by_month
from nextome_eval.study.independence import time_to_independence
from nextome_eval.study.outcomes import outcome_named
from nextome_eval.study.plan import Plan
from nextome_eval.study.records import Records
from nextome_eval.study.wave_outcomes import wave_outcomes

__all__ = ["truth_of", "with_truth", "write_truth"]

_COST = "service_cost_eur_month"
_DEFINITIONS = ("dwelling", "contract", "unsupported")
_TABLES = ("households", "followups", "housing", "jobs", "members", "costs")


def truth_of(
    plan: Plan, *, effect: float = 1.0, households: int = 20_000, seed: int = 20_250_101
) -> dict[str, Any]:
    """Find what every outcome of the plan would show with no loss and no sampling error.

    The study's own definitions are applied to simulated households followed to the end, as many
    in each arm, over the towns in the proportions of the pilot.

    Parameters
    ----------
    plan : Plan
        Its outcomes, waves and tau are used.
    effect : float
        Share of the effects, as in `simulate_pilot`.
    households : int
        Simulated households of both arms.
    seed : int
        Of the large simulation.

    Returns
    -------
    dict
        ``independence``: the log hazard ratio (exact: proportional by construction, for the
        definition ``contract``) and for every definition the mean months up to tau (RMST) of
        both arms and their difference. ``waves``: for each wave outcome both arms' means, their
        difference at each wave, and ``overall``, its mean over the waves after the beginning.
        ``months``: the service cost of both arms by half year from time zero, and ``overall``,
        the change of the difference from the months before to those after. Each with the
        standard error of the simulation.

    Examples
    --------
    >>> from nextome_eval.study.plan import read_plan
    >>> truth = truth_of(read_plan("data/raw/example/plan.toml"), households=420)
    >>> truth["independence"]["log_hazard_ratio"]
    0.955511445
    >>> truth["independence"]["contract"]["difference"] < 0
    True
    """
    batches = [_measured(r, plan) for r in _batches(households, effect, seed)]
    times = pd.concat([b[0] for b in batches])
    waves = pd.concat([b[1] for b in batches])
    months = pd.concat([b[2] for b in batches])
    chosen = simulate_pilot(seed, towns={"028060": (1, 1)}, effect=effect, only=()).truth or {}
    return {
        "simulation": {"seed": seed, "households": len(times), "attrition": 0.0},
        "independence": {
            "log_hazard_ratio": float(np.log(chosen["effects"]["hazard_ratio"])),
            **{name: _compared(times, name) for name in _DEFINITIONS},
        },
        "waves": {
            o.id: _by_wave(waves, o.id, plan)
            for o in plan.outcomes
            if outcome_named(o.id).kind == "wave"
        },
        "months": {_COST: _by_half_year(months)},
    }


def with_truth(records: Records, plan: Plan, **options: Any) -> Records:
    """Return simulated records whose `truth` also says what the effects amount to."""
    return replace(records, truth={**(records.truth or {}), **truth_of(plan, **options)})


def _batches(households: int, effect: float, seed: int) -> Iterator[Records]:
    pilots = sum(pair[0] for pair in TOWNS.values())
    size = max(1, min(households // (2 * pilots), 60))
    towns = {town: (pair[0] * size, pair[0] * size) for town, pair in TOWNS.items()}
    for batch in range(max(1, households // (2 * pilots * size))):
        yield simulate_pilot(seed + batch, towns=towns, effect=effect, attrition=0.0, only=_TABLES)


def _measured(records: Records, plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    people = participants(records, plan)
    arm = people["arm"].astype(str)
    times = pd.DataFrame({"arm": arm})
    for name in _DEFINITIONS:
        found = time_to_independence(records, people, plan=plan, definition=name)
        times[name] = np.minimum(found["months"], plan.tau)
    waves = wave_outcomes(records, people, plan=plan).join(arm, on="household")
    months = costs_by_month(records, people, plan=plan).join(arm, on="household")
    return times, waves, months


def _compared(frame: pd.DataFrame, column: str) -> dict[str, float]:
    values = frame[column].to_numpy(np.float64)
    pilot, control = (values[frame["arm"].to_numpy() == arm] for arm in ("pilot", "control"))
    pilot, control = pilot[~np.isnan(pilot)], control[~np.isnan(control)]
    error = np.sqrt(pilot.var() / len(pilot) + control.var() / len(control))
    found = (pilot.mean(), control.mean(), pilot.mean() - control.mean(), error)
    names = ("pilot", "control", "difference", "std_error")
    return {name: round(float(value), 4) for name, value in zip(names, found)}


def _by_wave(waves: pd.DataFrame, outcome: str, plan: Plan) -> dict[str, Any]:
    found = {f"T{wave}": _compared(waves[waves["wave"] == wave], outcome) for wave in plan.waves}
    after = waves[waves["wave"] >= plan.treatment_begins]
    each = after.groupby(["household", "arm"])[outcome].mean().reset_index()
    return {**found, "overall": _compared(each, outcome)}


def _by_half_year(months: pd.DataFrame) -> dict[str, Any]:
    held = months.dropna(subset=[_COST]).rename(columns={"month": "k"})
    windows = {"before": (-6, 0), "1_6": (1, 6), "7_12": (7, 12), "13_18": (13, 18),
               "19_24": (19, 24)}  # fmt: skip
    found: dict[str, Any] = {}
    for name, (first, last) in windows.items():
        rows = held[held["k"].between(first, last)]
        each = rows.groupby(["household", "arm"])[_COST].mean().reset_index()
        found[f"months_{name}"] = _compared(each, _COST)
    when = np.where(held["k"] > 0, "after", "before")
    wide = held.groupby(["household", "arm", when])[_COST].mean().unstack()
    wide["change"] = wide["after"] - wide["before"]
    return {**found, "overall": _compared(wide.reset_index(), "change")}


def write_truth(path: str | Path, truth: Mapping[str, Any]) -> None:
    """Write the truth as TOML, tables in tables."""
    lines = ["# What was chosen and what it amounts to: nobody has this in a real study."]
    _tables(lines, (), truth)
    Path(path).write_bytes(("\n".join(lines) + "\n").encode())


def _tables(lines: list[str], name: tuple[str, ...], table: Mapping[str, Any]) -> None:
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if plain:
        if name:
            lines.extend(["", f"[{'.'.join(name)}]"])
        lines.extend(f"{key} = {_toml(value)}" for key, value in plain.items())
    for key, value in table.items():
        if isinstance(value, Mapping):
            _tables(lines, (*name, f'"{key}"' if not key.isidentifier() else key), value)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)
