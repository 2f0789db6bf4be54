"""How do the arms differ at each wave, among households that began alike?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.answers import small_sample_answer
from nextome_eval.models.did.before_after import before_after, both_arms_at_each, town_codes
from nextome_eval.models.did.did import covariate_adjusters, missed
from nextome_eval.models.did.evidence import by_assignment
from nextome_eval.models.did.wave_regression import Adjuster, WaveRegression
from nextome_eval.study.panel import Panel

__all__ = ["ancova"]


def ancova(panel: Panel, outcome: str, *, adjust: Sequence[str] = ()) -> Estimates:
    """Estimate the arm difference at each wave after the beginning, given the baseline.

    At every wave the outcome is regressed on the arm, on the household's outcome before the
    beginning (its mean, where there was more than one wave) and on the covariates, with effects
    of each stratum at each wave where strata hold both arms.  ``overall`` is the plain mean of
    the waves' effects.  The estimand is the effect of assignment on those observed, if assignment
    was as good as random given baseline, covariates and stratum.

    Parameters
    ----------
    panel : Panel
        Two arms; the treated begin at one time.
    outcome : str
        Column of the outcome; its unit is the effect's unit.
    adjust : sequence of str
        Columns taken at the last wave before the beginning.

    Returns
    -------
    Estimates
        ``overall``, then one row ``effect`` for each wave (coordinate ``time``); CR2 standard
        errors and degrees of freedom as `did`; kind "trajectory".

    Raises
    ------
    DesignProblem, DataProblem, NotEstimable
        As `did`.

    Source
    ------
    McKenzie (2012), "Beyond baseline and follow-up"; Senn (2006), "Change from baseline and
    analysis of covariance revisited".

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 2), "t": [0, 6] * 6,
    ...                    "arm": ["pilot"] * 6 + ["current"] * 6,
    ...                    "y": [1.0, 5, 2, 8, 3, 8, 1, 2, 3, 6, 2, 4]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> ancova(panel, "y").tidy()[["term", "time", "estimate"]].round(6)
          term  time  estimate
    0  overall   NaN       3.0
    1   effect   6.0       3.0

    See METHODS.md: Analysis of covariance
    """
    panel = by_assignment(panel)
    cut = before_after(panel, outcome, adjust)
    both_arms_at_each(cut, cut.before & cut.kept[panel.unit])
    towns, said = town_codes(panel)
    times = np.unique(panel.time[cut.after & cut.kept[panel.unit]])
    baseline = Adjuster(f"{outcome} at baseline", cut.baseline[panel.unit], needed=False)
    regression = WaveRegression(
        panel=panel,
        name=outcome,
        rows=np.flatnonzero(cut.after & cut.kept[panel.unit]),
        outcome=cut.outcome,
        strata=towns,
        effect_times=times,
        adjusters=[baseline, *covariate_adjusters(cut)],
    )
    fit, quiet = regression.fit()
    waves = len(times)
    rows = np.vstack([np.full((1, waves), 1 / waves), np.eye(waves)])
    seen_after = missed(replace(cut, before=np.zeros_like(cut.before)))
    if baseline.name in quiet:
        said = (*said, Note.of("baseline_constant", outcome=outcome))
    return small_sample_answer(
        panel,
        fit.combined(rows),
        pd.DataFrame(
            {"term": ["overall"] + ["effect"] * waves, "time": np.concatenate([[np.nan], times])}
        ),
        method="analysis of covariance",
        kind="trajectory",
        notes=[*cut.notes, *seen_after, *said],
        outcome=outcome,
    )
