"""Does the finding depend on what is called independent housing?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nextome_eval.errors import NextomeProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference
from nextome_eval.estimates.test import Test
from nextome_eval.study.durations import Durations
from nextome_eval.study.outcomes import outcome_named

if TYPE_CHECKING:
    from nextome_eval.study.plan import Plan
    from nextome_eval.study.records import Records

__all__ = ["by_definition"]

Answer = Estimates | Test | Inference


def by_definition(
    fn: Callable[[Durations], Answer], records: Records, *, plan: Plan, level: float = 0.95
) -> pd.DataFrame:
    """Ask the same question under each of the three nested definitions of independent housing.

    Parameters
    ----------
    fn : callable
        From durations to Estimates, a Test or an Inference (its headline is taken).
    records : Records
    plan : Plan
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        The answer's rows under each definition, the widest first: ``definition``,
        ``definition_id``, ``events_1``, ``n_1``, ``events_0``, ``n_0``, then as ``tidy`` has them.
        ``refused`` holds the reason where a definition gives no answer, empty elsewhere.

    Raises
    ------
    DesignProblem
        The plan has no outcome ``independence``.

    Notes
    -----
    The programme hands out the flat, so the definition may decide the result: the three are read
    together, never one alone.

    Examples
    --------
    >>> import nextome_eval as ne
    >>> plan = ne.read_plan("data/raw/example/plan.toml")
    >>> records = ne.simulate_pilot(seed=1)
    >>> rows = by_definition(lambda s: ne.logrank(s, by="arm", strata="strata"), records, plan=plan)
    >>> rows["definition"].tolist()
    ['dwelling', 'contract', 'unsupported']

    See METHODS.md: By definition
    """
    plan.outcome("independence")
    parts = [
        _asked(fn, Durations.from_records(records, plan, definition=name), level).assign(
            definition=name, definition_id=defined.id
        )
        for name, defined in outcome_named("independence").definitions.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    first = ["definition", "definition_id", "events_1", "n_1", "events_0", "n_0"]
    return rows[
        [*first, *(c for c in rows.columns if c not in first and c != "refused"), "refused"]
    ]


def _asked(fn: Callable[[Durations], Answer], spells: Durations, level: float) -> pd.DataFrame:
    try:
        rows, refused = _rows(fn(spells), level), ""
    except NextomeProblem as problem:
        rows, refused = pd.DataFrame({"term": [""]}), str(problem)
    happened = np.bincount(spells.arm[spells.unit[spells.event == 1]], minlength=2)
    held = np.bincount(spells.arm, minlength=2)
    counts = {
        f"{what}_{arm}": int(count[arm])
        for arm in (1, 0)
        for what, count in (("events", happened), ("n", held))
    }
    own = rows["refused"].fillna("").astype(str) if "refused" in rows else refused
    return rows.assign(**counts, refused=own)


def _rows(answer: Any, level: float) -> pd.DataFrame:
    if isinstance(answer, Inference) and answer.headline is not None:
        answer = answer.headline
    if isinstance(answer, Inference):
        return answer.tidy(level)
    return answer.tidy(level) if isinstance(answer, Estimates) else answer.tidy()
