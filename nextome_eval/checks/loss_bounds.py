"""Between which limits does the finding lie if those lost had all succeeded, or all failed?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nextome_eval.checks.baseline import two_arms
from nextome_eval.errors import DataProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival.rows_at_risk import refuse_intervals
from nextome_eval.study.durations import Durations

__all__ = ["CASES", "loss_bounds"]

Flags = NDArray[np.bool_]

CASES = ("none", "all", "against_treated", "for_treated")


def loss_bounds(
    fn: Callable[[Durations], Estimates], spells: Durations, *, until: float
) -> Estimates:
    """Estimate again with every household lost before the end given an end.

    Parameters
    ----------
    fn : callable
        From durations to Estimates, such as ``lambda s: ne.rmst(s, by="arm", tau=24)``.
    spells : Durations
        Two arms, one cause; a household is lost where it is censored before ``until``.
    until : float
        Planned end of follow-up, in the unit of the times.

    Returns
    -------
    Estimates
        The method's rows four times, coordinate ``lost``: "none" of the lost reached the event by
        ``until``, "all" did when they were lost; "against_treated": those of the treated arm did
        not and the others did; "for_treated": the reverse.  The last two are the bounds.

    Raises
    ------
    DataProblem
        Nobody was lost.

    Source
    ------
    Manski (1990) for the idea, without assumptions about those lost.

    Examples
    --------
    >>> import pandas as pd
    >>> import nextome_eval as ne
    >>> df = pd.DataFrame({"months": [3.0, 8, 24, 24, 9, 24], "home": [1, 0, 0, 1, 0, 0],
    ...                    "arm": ["pilot"] * 3 + ["now"] * 3})
    >>> spells = ne.Durations.from_frame(df, time="months", event="home", arm="arm")
    >>> bounds = loss_bounds(lambda s: ne.rmst(s, by="arm", tau=24), spells, until=24)
    >>> rows = bounds.where(term="difference").tidy()
    >>> rows.set_index("lost")["estimate"].round(2).to_dict()
    {'none': -7.0, 'all': -7.33, 'against_treated': -2.0, 'for_treated': -12.33}

    See METHODS.md: Loss bounds
    """
    two_arms(spells)
    refuse_intervals(spells, "loss_bounds")
    lost = (spells.event == 0) & (spells.time < until - 1e-9 * abs(until))
    if not lost.any():
        raise DataProblem("nobody_lost_before", until=f"{until:g}")
    treated = spells.arm[spells.unit] == 1
    reaching = {
        "none": np.zeros(len(lost), bool),
        "all": lost,
        "against_treated": lost & ~treated,
        "for_treated": lost & treated,
    }
    parts = [_named(fn(_ended(spells, lost, reaching[case], until)), case) for case in CASES]
    return Estimates.stack(parts)


def _ended(spells: Durations, lost: Flags, reached: Flags, until: float) -> Durations:
    return replace(
        spells,
        time=np.where(lost & ~reached, until, spells.time),
        event=np.where(reached, 1, spells.event),
    )


def _named(est: Estimates, case: str) -> Estimates:
    return replace(est, terms=est.terms.assign(lost=case))
