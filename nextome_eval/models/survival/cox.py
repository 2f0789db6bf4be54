"""By what factor does a covariate multiply the hazard? Cox's model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.reference import Normal
from nextome_eval.models.survival.cox_frame import CoxData, CoxModel, FittedCauses, cox_data
from nextome_eval.models.survival.cox_search import searched, searched_firth
from nextome_eval.models.survival.rows_at_risk import whole_weights
from nextome_eval.numerics.cox_fit import inverse
from nextome_eval.numerics.cox_residuals import dfbeta
from nextome_eval.numerics.risk_set import Floats, Ints
from nextome_eval.numerics.step_influence import deferred
from nextome_eval.study.durations import Durations

TIES = ("efron", "breslow", "exact")


def cox(
    spells: Durations,
    covariates: str | Sequence[str] = "arm",
    *,
    ties: str = "efron",
    firth: bool = False,
    strata: str | Sequence[str] | None = None,
    robust: str | None = None,
    offset: str | None = None,
) -> Estimates:
    """Estimate hazard ratios; with several causes, cause-specific ones for each.

    Parameters
    ----------
    spells : Durations
        Several rows a household carry covariates that change with time.
    covariates : list of str
        Roles or columns; a column of words is one term a level but the first.
    ties : str
        "efron", "breslow", or "exact" (discrete; no weights).
    firth : bool
        Penalise the likelihood: finite under separation, less biased with few events. Intervals
        and p-values then come from the profile of the penalised likelihood.
    strata : str or list of str, optional
        A baseline hazard each.
    robust : str, optional
        Role or column whose groups share shocks: the variance is that of the summed influences
        (Lin and Wei). Without it, the inverse information, or the influences by household (by the
        door's clusters, where shared) if weights are not counts, as R.
    offset : str, optional
        Column added to the log hazard ratio.

    Returns
    -------
    Estimates
        One row a term (and cause), the ratio shown; value and covariance are logs. `fit` holds the
        fitted model for residuals, curves, `proportional_hazards`; with several causes that of
        one comes with its rows, ``where(cause=...)``.

    Raises
    ------
    NotEstimable
        The likelihood has no maximum (separation), or a covariate repeats others.

    Notes
    -----
    Cox 1972; Efron 1977; Firth 1993 with Heinze and Schemper 2001. Influences are the dfbeta.

    Examples
    --------
    >>> df = pd.DataFrame({"months": [2.0, 4, 5, 6, 9, 9], "housed": [1, 1, 1, 1, 0, 1],
    ...                    "group": ["a", "b", "a", "b", "b", "a"]})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> cox(spells, ["arm"]).tidy()[["term", "estimate"]].round(4).to_dict("list")
    {'term': ['arm'], 'estimate': [0.5315]}

    See METHODS.md: cox
    """
    if ties not in TIES:
        raise DesignProblem("ties_unknown", ties=ties, found=list(TIES))
    if ties == "exact" and (spells.weights is not None or firth):
        raise DesignProblem("exact_ties_plain_only")
    data = cox_data(spells, covariates, strata=strata, offset=offset, method="cox")
    cluster = spells.cluster if robust is None else clusters_of(spells, robust)
    causes = list(spells.causes) if len(spells.causes) > 1 else [None]
    by_influence = robust is not None or not whole_weights(spells)
    parts = [
        _one_cause(data, cause, ties=ties, firth=firth, cluster=cluster, robust=by_influence)
        for cause in causes
    ]
    return parts[0] if len(parts) == 1 else _by_cause(parts, spells)


def _one_cause(
    data: CoxData, cause: int | None, *, ties: str, firth: bool, cluster: Ints, robust: bool
) -> Estimates:
    if cause is not None and not (data.spells.event[data.rows] == cause).any():
        raise NotEstimable("cause_never_occurs", cause=data.spells.causes[cause])
    model = CoxModel(data, cause)
    reference: Any = Normal()
    if firth:
        fit, reference = searched_firth(model, ties=ties)
    else:
        fit = searched(model, ties=ties)
    terms = pd.DataFrame({"term": data.names})
    if cause is not None:
        terms["cause"] = data.spells.causes[cause]
    return Estimates(
        terms=terms,
        value=fit.beta,
        influence=deferred(
            lambda some: data.folded(dfbeta(fit)[:, some]), data.spells.n, len(fit.beta)
        ),
        units=data.spells.units,
        cluster=cluster,
        scale="log",
        method=("Firth's " if firth else "") + f"Cox ({ties})",
        kind="effects",
        model_covariance=None if robust else inverse(fit.information),
        reference=Normal() if robust else reference,
        fit=model.fitted(fit),
        notes=data.notes,
    )


def clusters_of(spells: Durations, robust: str) -> Ints:
    """Code each household's group for a robust variance, (n,)."""
    codes, _ = spells.groups(robust)
    own = codes[spells.starts]
    if (own[spells.unit] != codes).any():
        changed = np.unique(spells.unit[own[spells.unit] != codes])
        raise DesignProblem(
            "cluster_changes_within_unit", column=robust, units=spells.units[changed].tolist()
        )
    return own


def _by_cause(parts: list[Estimates], spells: Durations) -> Estimates:
    stacked = Estimates.stack(parts)
    covariance: Floats | None = None
    if parts[0].model_covariance is not None:
        sizes = [len(part) for part in parts]
        covariance = np.zeros((sum(sizes), sum(sizes)))
        place = 0
        for part in parts:
            end = place + len(part)
            assert part.model_covariance is not None
            covariance[place:end, place:end] = part.model_covariance
            place = end
    fit = FittedCauses(tuple(part.fit for part in parts))
    return replace(stacked, model_covariance=covariance, fit=fit)
