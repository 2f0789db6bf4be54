"""The effect wave by wave around the beginning, and what came before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.did.aggregate import aggregate
from nextome_eval.models.did.answers import small_sample_answer
from nextome_eval.models.did.before_after import Ints, Mask, before_after, town_codes
from nextome_eval.models.did.did import covariate_adjusters, missed
from nextome_eval.models.did.evidence import by_assignment
from nextome_eval.models.did.group_time import group_time
from nextome_eval.models.did.wave_regression import WaveRegression
from nextome_eval.numerics.cohort_cells import ControlGroup
from nextome_eval.numerics.two_periods import EstMethod
from nextome_eval.study.panel import Panel

__all__ = ["event_study"]


def event_study(
    panel: Panel,
    outcome: str,
    *,
    adjust: Sequence[str] = (),
    control_group: ControlGroup = "never",
    est_method: EstMethod = "dr",
    anticipation: float | None = None,
) -> Estimates:
    """Estimate the effect at each exposure, measured from the last wave before the beginning.

    With one beginning: one regression with household effects, (town-by-)wave effects and an arm
    effect at every wave but the last before; CR2 and Satterthwaite degrees of freedom.
    With several: group-time effects from a universal base, averaged by exposure.

    Parameters
    ----------
    panel : Panel
    outcome : str
    adjust : sequence of str
    control_group, est_method : str
        As `group_time`; only used where beginnings differ.
    anticipation : float, optional
        The base lies that much earlier; None takes the design's.

    Returns
    -------
    Estimates
        One row ``effect`` an exposure (time less beginning); the base stands with 0 and no error.
        No row has an error where an arm is a single cluster.  Kind "trajectory".

    Raises
    ------
    DesignProblem, DataProblem, NotEstimable
        As `did` and `group_time`; a base wave at which no town saw both arms.

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat([1, 2, 3, 4], 3), "t": [0, 3, 6] * 4,
    ...                    "arm": ["pilot"] * 6 + ["current"] * 6,
    ...                    "y": [1.0, 1, 5, 2, 3, 8, 1, 1, 2, 3, 3, 6]})
    >>> panel = Panel.from_frame(df.assign(g=np.where(df["arm"] == "pilot", 6, np.inf)),
    ...                          unit="id", time="t", begins="g")
    >>> event_study(panel, "y").tidy()[["term", "exposure", "estimate"]]
         term  exposure  estimate
    0  effect      -6.0      -0.5
    1  effect      -3.0       0.0
    2  effect       0.0       2.5

    See METHODS.md: Event study
    """
    design = panel.design
    if anticipation is not None:
        panel = replace(panel, design=replace(design, anticipation=float(anticipation)))
    if len(np.unique(panel.begins[panel.arm == 1])) == 1:
        return _one_beginning(panel, outcome, adjust)
    effects = group_time(
        panel,
        outcome,
        adjust=adjust,
        control_group=control_group,
        est_method=est_method,
        base_period="universal",
    )
    by_exposure = aggregate(effects, "dynamic")
    rows = by_exposure.where(term="dynamic")
    return replace(rows, terms=rows.terms.assign(term="effect"), method="event study")


def _one_beginning(panel: Panel, outcome: str, adjust: Sequence[str]) -> Estimates:
    panel = by_assignment(panel)
    cut = before_after(panel, outcome, adjust)
    towns, said = town_codes(panel)
    used = cut.rows | (~np.isnan(cut.outcome) & cut.kept[panel.unit])
    begin = float(panel.begins[panel.arm == 1][0])
    base = float(panel.time[cut.before & cut.kept[panel.unit]].max())
    _both_at(panel, base, used, towns, outcome)
    times = np.unique(panel.time[used])
    others = times[times != base]
    regression = WaveRegression(
        panel=panel,
        name=outcome,
        rows=np.flatnonzero(used),
        outcome=cut.outcome,
        strata=towns,
        effect_times=others,
        adjusters=covariate_adjusters(cut),
        within=True,
    )
    fit, _ = regression.fit()
    pick = np.zeros((len(times), len(others)))
    pick[np.flatnonzero(times != base), np.arange(len(others))] = 1.0
    terms = pd.DataFrame({"term": "effect", "exposure": np.round(times - begin, 9)})
    return small_sample_answer(
        panel,
        fit.combined(pick),
        terms,
        method="event study",
        kind="trajectory",
        notes=[*cut.notes, *missed(cut), *said],
        outcome=outcome,
    )


def _both_at(panel: Panel, base: float, used: Mask, towns: Ints, outcome: str) -> None:
    """Refuse a base wave at which no town saw both arms."""
    there = panel.unit[used & (panel.time == base)]
    arms = [set(towns[there[panel.arm[there] == arm]].tolist()) for arm in (0, 1)]
    if not arms[0] & arms[1]:
        raise NotEstimable(
            "base_wave_without_comparison",
            base=f"{base:g}",
            outcome=outcome,
            treated=panel.arm_labels[1],
            compared_to=panel.arm_labels[0],
        )
