"""How the mean time free of the event differs between arms alike in what was known before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.rmst import refuse_tau
from nextome_eval.models.survival.rows_at_risk import (
    folded,
    groups_of,
    names_of,
    refuse_intervals,
    risk_of,
)
from nextome_eval.numerics.product_limit import curve
from nextome_eval.numerics.restricted_regression import (
    MeanRegression,
    censoring_weighted,
    pseudo_regression,
    pseudo_restricted_means,
)
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.study.durations import Durations

MEASURES = ("difference", "ratio", "lost-ratio")
METHODS = ("ancova", "pseudo")


def rmst_adjusted(
    spells: Durations,
    covariates: str | Sequence[str],
    *,
    tau: float,
    by: str = "arm",
    measure: str = "difference",
    method: str = "ancova",
) -> Estimates:
    """Compare the restricted mean times of two groups, given covariates known at the beginning.

    Parameters
    ----------
    spells : Durations
        One spell a household from time zero.
    covariates : str or list of str
        Roles or columns; few.
    tau : float
        Horizon, in the unit of the times; within both groups' follow-up.
    by : str
        Role or column with two values; the later is compared with the first.
    measure : str
        "difference" of the mean times, "ratio" of them, "lost-ratio" of the mean times lost.
    method : str
        "ancova": those seen to the end, weighted for those lost, censoring within each group.
        "pseudo": regression of pseudo-observations, left out within each group; no weights.

    Returns
    -------
    Estimates
        First row the measure between the groups, then the covariates' coefficients (ratios, for
        the ratios). Errors by household or cluster, the estimated censoring counted.

    Raises
    ------
    NotEstimable
        tau past a group's follow-up, or covariates that repeat each other.
    DesignProblem
        Delayed entry, several spells a household, more than two groups.

    Notes
    -----
    Tian, Zhao and Wei 2014, Biostatistics 15:222 (R's survRM2); Andersen, Hansen and Klein 2004.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9, 9, 3, 8], "group": list("abababab"),
    ...                    "housed": [1, 1, 1, 0, 0, 1, 1, 1], "rooms": [1.0, 2, 2, 1, 1, 2, 2, 1]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> rmst_adjusted(spells, ["rooms"], tau=8).tidy()["estimate"].round(2).tolist()
    [2.66, -1.29]

    See METHODS.md: rmst_adjusted
    """
    refuse_intervals(spells, "rmst_adjusted")
    if measure not in MEASURES or method not in METHODS:
        found = [*MEASURES, *METHODS]
        raise DesignProblem("rmst_measure_unknown", measure=measure, method=method, found=found)
    if (spells.entry > 0).any() or len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_from_zero", method="rmst_adjusted")
    if method == "pseudo" and spells.weights is not None:
        raise DesignProblem("pseudo_plain_only")
    groups, labels = groups_of(spells, by)
    if len(labels) != 2:
        raise DesignProblem("two_groups_needed", by=by, groups=labels.tolist())
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    z, terms = spells.covariates(names)
    rows = np.flatnonzero(~np.isnan(z).any(axis=1))
    refuse_tau(curve(risk_of(spells, strata=groups[rows], rows=rows)), labels, tau)
    x = np.column_stack([np.ones(len(rows)), groups[rows], z[rows]])
    _refuse_repeated(x, ["group", *terms])
    fit = _fitted(spells, rows, groups[rows], x, (tau, measure, method))
    left_out = names_of(spells, np.setdiff1d(np.arange(len(z)), rows))
    return Estimates(
        terms=pd.DataFrame({"term": [measure, *terms], "tau": float(tau)}),
        value=fit.beta[1:],
        influence=folded(spells, fit.influence[:, 1:], rows),
        units=spells.units,
        cluster=spells.cluster,
        scale="identity" if measure == "difference" else "log",
        method=f"restricted mean survival time, adjusted ({method})",
        kind="effects",
        notes=(Note.of("left_out_covariate_missing", count=len(left_out)),) if left_out else (),
    )


def _fitted(
    spells: Durations, rows: Ints, groups: Ints, x: Floats, asked: tuple[float, str, str]
) -> MeanRegression:
    tau, measure, method = asked
    time, event = spells.time[rows], (spells.event[rows] > 0).astype(np.int64)
    log, lost = measure != "difference", measure == "lost-ratio"
    if method == "pseudo":
        values = np.empty(len(rows))
        for code in (0, 1):
            own = groups == code
            values[own] = pseudo_restricted_means(time[own], event[own], tau)
        return pseudo_regression(tau - values if lost else values, x, log=log)
    reached = time >= tau * (1 - 1e-9)
    cut, seen = np.where(reached, tau, time), np.where(reached, 1, event)
    weights = np.ones(len(rows)) if spells.weights is None else spells.weights[rows]
    outcome = tau - cut if lost else cut
    return censoring_weighted(cut, seen, x, outcome, group=groups, weights=weights, log=log)


def _refuse_repeated(x: Floats, names: list[str]) -> None:
    size = np.linalg.svd(x / np.linalg.norm(x, axis=0).clip(1e-300), compute_uv=False)
    if len(x) <= x.shape[1] or size[-1] < 1e-9 * size[0]:
        raise NotEstimable("mean_covariates_repeat", terms=names)
