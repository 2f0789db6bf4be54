"""A study like the pilot, made up with effects that we chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.simulate.bills import costs_table
from nextome_eval.simulate.cohort import cohort
from nextome_eval.simulate.course import course, housing_table
from nextome_eval.simulate.effects import TOWNS, Effects
from nextome_eval.simulate.families import households_table, members_table, people
from nextome_eval.simulate.interviews import answers, followups_table, visits
from nextome_eval.simulate.training import operators_table
from nextome_eval.simulate.work import jobs_table, work
from nextome_eval.study.records import TABLES, Records
from nextome_eval.study.tables import typed

__all__ = ["simulate_pilot"]


def simulate_pilot(
    seed: int = 1,
    *,
    towns: Mapping[str, tuple[int, int]] = TOWNS,
    effect: float = 1.0,
    effects: Effects | None = None,
    attrition: float = 1.0,
    only: Collection[str] | None = None,
) -> Records:
    """Make up a study like the pilot, with effects that are known.

    Households of both arms live in every town, are referred one after another and followed for
    24 months. Leaving a table out changes nothing in the others: each part has a random stream
    of its own.

    Parameters
    ----------
    seed : int
        The same seed gives the same study.
    towns : mapping
        Town (ISTAT code) -> (pilot households, control households).
    effect : float
        Share of every effect; 0 deletes them all, and the project then hands out no home.
    effects : Effects, optional
        What being in the pilot changes; by default the effects of the example study.
    attrition : float
        1 = visits missed, households lost and moved away as in the example; 0 = none.
    only : collection of str, optional
        The canonical tables wanted; all by default.

    Returns
    -------
    Records
        With `truth`: the effects chosen, the seed and the size (``truth_of`` adds what they
        amount to on each outcome's scale).

    Raises
    ------
    DesignProblem
        A town is none of the eight.

    Examples
    --------
    >>> records = simulate_pilot(seed=1)
    >>> records.households.groupby("arm").size().to_dict()
    {'control': 24, 'pilot': 21}
    >>> records.truth["effects"]["hazard_ratio"]
    2.6
    >>> simulate_pilot(seed=1, effect=0, only={"households"}).truth["effects"]["hazard_ratio"]
    1.0

    See METHODS.md: simulate_pilot
    """
    wanted = set(TABLES if only is None else only)
    chosen = (effects or Effects()).scaled(effect)
    who = cohort(seed, towns, chosen)
    lived = course(seed, who, chosen, attrition)
    them = people(seed, who)
    worked = work(seed, who, them, chosen)
    said = answers(seed, who, chosen)
    nominal = np.array([0.0, 183, 365, 548, 731])
    seen = visits(
        seed, who, lived, said, worked.hours_on(nominal + np.zeros((who.n, 1)), them), attrition
    )
    held: dict[str, pd.DataFrame] = {}
    reasons: list[pd.DataFrame] = []
    if "households" in wanted:
        wage = worked.hours_on(np.zeros((who.n, 1)), them)[:, 0] * 30.0
        held["households"], why = households_table(seed, who, them, lived.home, wage)
        reasons.append(why)
    if "followups" in wanted:
        hours = worked.hours_on(seen.day, them)
        held["followups"], why = followups_table(seed, who, lived, said, seen, hours)
        reasons.append(why)
    if "members" in wanted:
        held["members"] = members_table(seed, who, them, worked.people_at_work(them))
    if "housing" in wanted:
        held["housing"] = housing_table(who, lived, seen.close)
    if "jobs" in wanted:
        held["jobs"] = jobs_table(seed, who, them, worked)
    if "costs" in wanted:
        held["costs"] = costs_table(
            seed, who, them, lived, seen.close, lambda day: worked.hours_on(day, them)
        )
    if "operators" in wanted:
        held["operators"] = operators_table(seed)
    if "missing" in wanted and reasons:
        held["missing"] = typed("missing", pd.concat(reasons, ignore_index=True))
    return Records(**held, truth=_chosen(seed, towns, chosen, attrition))


def _chosen(
    seed: int, towns: Mapping[str, tuple[int, int]], effects: Effects, attrition: float
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "seed": seed,
        "attrition": attrition,
        "households": {town: list(pair) for town, pair in towns.items()},
        "effects": asdict(effects),
    }
