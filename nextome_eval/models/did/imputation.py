"""What would the treated have been without treatment? Fitted on the untreated, then compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.adjusters import refuse_unknown
from nextome_eval.models.did.before_after import town_codes
from nextome_eval.models.did.cohorts import refuse_cohorts_of_one
from nextome_eval.models.did.evidence import (
    by_assignment,
    few_for_large_samples,
    one_cluster_of,
    refuse_one_cluster,
)
from nextome_eval.models.did.still_outcomes import refuse_still, waves_told
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.imputation import Imputation
from nextome_eval.study.panel import Panel

__all__ = ["imputation"]

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


def imputation(panel: Panel, outcome: str, *, adjust: Sequence[str] = ()) -> Estimates:
    """Estimate effects as outcomes less imputed untreated outcomes (Borusyak, Jaravel, Spiess).

    Household and wave effects (those of each stratum, where strata hold both arms; and time-varying
    covariates) are fitted by least squares on the
    observations not yet treated; the effect is the mean over treated observations of what the
    outcome exceeds the fit by.  It is the most precise such mean if untreated outcomes are
    parallel with independent equal errors.

    Parameters
    ----------
    panel : Panel
    outcome : str
    adjust : sequence of str
        Columns that enter as they are at each wave.

    Returns
    -------
    Estimates
        ``overall`` (each treated observation counting once), then a row for each ``exposure``.
        Standard errors by the paper's conservative formula (effects taken to be alike within
        cohort and time), through influences.

    Raises
    ------
    DesignProblem
        Nobody is treated, or nobody is seen untreated.
    DataProblem
        An adjuster adds nothing to household and wave effects among the untreated rows.
    NotEstimable
        No treated observation can be imputed; a cohort of one household; one cluster only.

    Source
    ------
    Borusyak, Jaravel and Spiess (2024), "Revisiting event-study designs", equations 6 and 8.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [0, 6] * 4,
    ...                    "g": [6.0] * 4 + [np.nan] * 4, "y": [1.0, 5, 2, 8, 1, 2, 3, 6]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> imputation(panel, "y").tidy()[["term", "exposure", "estimate"]]
          term  exposure  estimate
    0  overall       NaN       3.0
    1  dynamic       0.0       3.0

    See METHODS.md: Imputation
    """
    panel = by_assignment(panel)
    y = panel.column(outcome)
    covariates, names = panel.covariates(list(adjust))
    begins = panel.begins[panel.unit]
    treated = panel.time >= begins
    complete = ~np.isnan(y) & ~np.isnan(covariates).any(axis=1)
    free = np.bincount(panel.unit, complete & ~treated, minlength=panel.n) > 0
    rows = np.flatnonzero(complete & free[panel.unit])
    refuse_still(outcome, y)
    refuse_unknown(covariates, names)
    if not treated[rows].any() or not len(rows) or treated[rows].all():
        raise DesignProblem("treatment_never_varies", outcome=outcome)
    _judge(panel, outcome, y[rows], rows, treated)
    fit, taken = _fit(panel, rows, y, covariates, treated)
    if lost := [name for name, adds in zip(names, fit.adds(len(names)), strict=True) if not adds]:
        raise DataProblem("adjuster_within_nothing", columns=lost)
    effect = np.flatnonzero(fit.imputable())
    if not len(effect):
        raise NotEstimable("nothing_imputed", outcome=outcome)
    exposure = np.round(panel.time[rows] - begins[rows], 9)
    cells = np.unique(
        np.column_stack([begins[rows], panel.time[rows]]), axis=0, return_inverse=True
    )
    alike = np.asarray(cells[1]).reshape(-1)
    shown = np.unique(exposure[effect])
    picks = [effect, *(effect[exposure[effect] == e] for e in shown)]
    shares = [_share(fit.weights, pick) for pick in picks]
    influence = np.full((panel.n, len(picks)), np.nan)
    influence[taken] = np.column_stack([fit.influence(share, alike) for share in shares])
    seen = ~np.isnan(influence[:, 0])
    cohorts, which = np.unique(begins[rows], return_inverse=True)
    by_cohort = np.array([np.bincount(which, share, len(cohorts)) for share in shares])
    refused, told = one_cluster_of(panel, seen, cohorts, by_cohort)
    return Estimates(
        terms=pd.DataFrame(
            {
                "term": ["overall"] + ["dynamic"] * len(shown),
                "exposure": np.concatenate([[np.nan], shown]),
            }
        ),
        value=np.array([float(share @ fit.effects) for share in shares]),
        influence=influence,
        units=panel.units,
        cluster=panel.cluster,
        method="imputation",
        kind="trajectory",
        notes=(
            *town_codes(panel)[1],
            *waves_told(panel, outcome, rows),
            *_notes(panel, outcome, free, int(fit.treated.sum()) - len(effect)),
            *told,
            *few_for_large_samples(panel, seen),
        ),
        outcome=outcome,
        refused=refused,
    )


def _judge(panel: Panel, outcome: str, y: Floats, rows: Rows, treated: Mask) -> None:
    refuse_still(outcome, y, panel.unit[rows])
    taken, begun = np.zeros(panel.n, bool), np.zeros(panel.n, bool)
    taken[panel.unit[rows]] = True
    begun[panel.unit[rows[treated[rows]]]] = True
    refuse_one_cluster(panel, taken)
    refuse_cohorts_of_one(panel, panel.begins, begun)


def _fit(
    panel: Panel, rows: Rows, y: Floats, covariates: Floats, treated: Mask
) -> tuple[Imputation, Rows]:
    taken, unit = np.unique(panel.unit[rows], return_inverse=True)
    wave = np.unique(panel.time[rows], return_inverse=True)[1]
    town = town_codes(panel)[0][panel.unit[rows]]
    cells, cell = np.unique(town * (wave.max() + 1) + wave, return_inverse=True)
    first = np.unique(cells // (wave.max() + 1), return_index=True)[1]  # each town's first wave
    shown = np.setdiff1d(np.arange(len(cells)), first)
    dummies = (cell[:, None] == shown).astype(np.float64)
    weights = np.ones(len(rows)) if panel.weights is None else panel.weights[rows]
    columns = np.hstack([dummies, covariates[rows]])
    return Imputation(y[rows], unit, columns, treated[rows], weights), taken


def _share(weights: Floats, pick: Rows) -> Floats:
    share = np.zeros(len(weights))
    share[pick] = weights[pick] / weights[pick].sum()
    return share


def _notes(panel: Panel, outcome: str, free: Mask, lost: int) -> list[Note]:
    count = int((~free).sum())
    said = [Note.of("left_out_never_untreated", count=count, outcome=outcome)] if count else []
    if lost:
        said.append(Note.of("rows_not_imputed", count=lost))
    return said
