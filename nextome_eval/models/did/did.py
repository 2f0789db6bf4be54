"""Did the treated change more than the compared-to after the beginning?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.answers import small_sample_answer
from nextome_eval.models.did.before_after import BeforeAfter, before_after, town_codes
from nextome_eval.models.did.evidence import by_assignment
from nextome_eval.models.did.still_outcomes import waves_told
from nextome_eval.models.did.wave_regression import Adjuster, WaveRegression
from nextome_eval.study.panel import Panel

__all__ = ["did"]


def did(panel: Panel, outcome: str, *, adjust: Sequence[str] = ()) -> Estimates:
    """Estimate the average effect after the beginning by difference in differences.

    The estimand is the effect on the treated, averaged with equal weight over the waves after
    the beginning, if both arms would have changed alike without treatment.  It comes from one
    least-squares regression with household effects, wave effects (those of each stratum, where
    the panel has strata that hold both arms) and one arm effect for each wave after the
    beginning; their plain mean is reported.  Where every household is seen at every wave this is
    the treated households' mean change (mean after less mean before) minus the compared-to's, and
    equals two-way fixed effects; with strata, it is the same within towns.  Where waves were
    missed, every wave is still compared among the households seen at it.

    Parameters
    ----------
    panel : Panel
        Two arms; the treated begin at one time.
    outcome : str
        Column of the outcome; its unit is the effect's unit.
    adjust : sequence of str
        Columns whose value at the last wave before the beginning may change the trend, with a
        slope of its own for each wave after.

    Returns
    -------
    Estimates
        One row, ``overall``; CR2 standard error by cluster (by stratum, where whole strata were
        assigned), t with Satterthwaite degrees of freedom; none where an arm is a single cluster.
        ``fit`` holds the regression; ``notes`` say who was left out, and where clusters are few.

    Raises
    ------
    DesignProblem
        An arm is empty; treated households begin at different times (use `group_time`); no wave
        before or after the beginning.
    DataProblem
        An adjuster adds nothing to the others.
    NotEstimable
        A constant outcome; fewer than two households in an arm; a wave at which one arm was
        not observed; a single cluster.

    Source
    ------
    Wooldridge (2021), "Two-way fixed effects, the two-way Mundlak regression, and
    difference-in-differences estimators", section 5; standard errors: Pustejovsky and Tipton
    (2018).

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 4,
    ...                    "y": [1.0, 5, 2, 8, 1, 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> did(panel, "y").tidy()[["term", "estimate", "std_error", "df"]].round(4).to_dict("records")
    [{'term': 'overall', 'estimate': 3.0, 'std_error': 1.4142, 'df': 2.0}]

    See METHODS.md: Difference in differences, two groups
    """
    panel = by_assignment(panel)
    cut = before_after(panel, outcome, adjust)
    towns, said = town_codes(panel)
    regression = WaveRegression(
        panel=panel,
        name=outcome,
        rows=np.flatnonzero(cut.rows),
        outcome=cut.outcome,
        strata=towns,
        effect_times=np.unique(panel.time[cut.after & cut.kept[panel.unit]]),
        adjusters=covariate_adjusters(cut),
        within=True,
    )
    fit, _ = regression.fit()
    overall = fit.combined(np.full((1, len(fit.pick)), 1 / len(fit.pick)))
    return small_sample_answer(
        panel,
        overall,
        pd.DataFrame({"term": ["overall"]}),
        method="difference in differences",
        notes=[*cut.notes, *missed(cut), *said],
        outcome=outcome,
    )


def covariate_adjusters(cut: BeforeAfter) -> list[Adjuster]:
    """Each covariate's value before the beginning, spread over the household's rows."""
    spread = cut.covariates[cut.panel.unit]
    return [Adjuster(name, spread[:, j]) for j, name in enumerate(cut.terms)]


def missed(cut: BeforeAfter) -> list[Note]:
    """How many observations are missing among the households compared."""
    used = cut.before | cut.after
    waves = np.unique(cut.panel.time[used])
    return waves_told(cut.panel, cut.name, np.flatnonzero(cut.rows), waves)
