"""Hazard ratios where households of a flat share a hidden factor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.cox import clusters_of
from nextome_eval.models.survival.cox_frame import CoxModel, cox_data
from nextome_eval.models.survival.cox_search import searched
from nextome_eval.numerics.cox_residuals import dfbeta
from nextome_eval.numerics.gamma_frailty import fit_gamma_frailty
from nextome_eval.study.durations import Durations


def shared_frailty(
    spells: Durations,
    covariates: str | Sequence[str] = "arm",
    *,
    shared: str = "cluster",
    ties: str = "efron",
    strata: str | None = None,
) -> Estimates:
    """Estimate hazard ratios within flats, a gamma factor being shared by each flat's households.

    Parameters
    ----------
    spells : Durations
    covariates : list of str
        Roles or columns.
    shared : str
        Role or column of who shares the factor: a flat, or a household whose events come again.
    ties : str
        "efron" or "breslow".
    strata : str, optional
        A baseline hazard each.

    Returns
    -------
    Estimates
        One row a term, the ratio shown (given the factor, so further from 1 than a ratio of
        averages). The covariance is that of the penalised information, the factor's variance
        held; a note says that variance and how much the likelihood gains by it.

    Raises
    ------
    NotEstimable
        No finite maximum.

    Notes
    -----
    Therneau and Grambsch 2000, ch. 9; R's frailty(sparse = FALSE).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> df = pd.DataFrame({"flat": np.repeat(range(20), 3), "arm": list("ab") * 30})
    >>> df["months"] = rng.exponential(6 / np.repeat(rng.gamma(2, 0.5, 20), 3))
    >>> df["housed"] = df["months"] < 12
    >>> df["months"] = df["months"].clip(upper=12)
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="arm", cluster="flat")
    >>> print(shared_frailty(spells, ["arm"]).notes[0][:32])
    The shared factor has variance 0

    See METHODS.md: shared_frailty
    """
    if ties not in ("efron", "breslow"):
        raise DesignProblem("ties_unknown", ties=ties, found=["efron", "breslow"])
    data = cox_data(spells, covariates, strata=strata, method="shared_frailty")
    plain = searched(CoxModel(data, None), ties=ties)
    cluster = clusters_of(spells, shared)
    _, codes = np.unique(cluster[spells.unit[data.rows]], return_inverse=True)
    alone = codes.max() + 1 == len(np.unique(spells.unit[data.rows]))
    if alone and np.bincount(codes, spells.event[data.rows] > 0).max() < 2:
        raise NotEstimable("nobody_shares", column=shared)
    fit = fit_gamma_frailty(plain.risk, data.x, codes.astype(np.int64), ties=ties)
    if not fit.converged:
        raise NotEstimable("cox_not_converged", iterations=100)
    gain = 2 * (fit.log_likelihood[1] - fit.log_likelihood[0])
    return Estimates(
        terms=pd.DataFrame({"term": data.names}),
        value=fit.beta,
        influence=data.folded(dfbeta(plain, variance=fit.covariance)),
        units=spells.units,
        cluster=cluster,
        scale="log",
        method=f"Cox with shared gamma frailty ({ties})",
        model_covariance=fit.covariance,
        notes=(
            Note.of(
                "frailty_variance",
                variance=f"{fit.variance:.3g}",
                gain=f"{max(gain, 0.0):.2f}",
                groups=int(codes.max()) + 1,
            ),
            *data.notes,
        ),
    )
