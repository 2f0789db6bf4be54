"""Fitting a Cox model, or saying in words why its likelihood has no top."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival.cox_frame import CoxModel
from nextome_eval.models.survival.curve_interval import OwnLimits
from nextome_eval.models.survival.profile_interval import profile_reference
from nextome_eval.numerics.cox_fit import CoxFit, Hill, fit_cox
from nextome_eval.numerics.firth import fit_firth, penalised_moments
from nextome_eval.numerics.risk_set import Floats


def searched(model: CoxModel, *, ties: str) -> CoxFit:
    """Fit by maximum partial likelihood; refuse separation and collinearity."""
    data = model.data
    fit = fit_cox(model.risk(), data.x, ties=ties, offset=data.offset)
    refuse_collinear(model, fit)
    names = np.array(data.names)
    if fit.runaway.any():
        raise NotEstimable("cox_no_maximum", terms=names[fit.runaway].tolist())
    if not fit.converged:
        raise NotEstimable("cox_not_converged", iterations=fit.iterations)
    return fit


def searched_firth(model: CoxModel, *, ties: str) -> tuple[CoxFit, OwnLimits]:
    """Fit the penalised likelihood; give its profile limits and likelihood-ratio p-values."""
    data = model.data
    frame, beta, top, converged = fit_firth(model.risk(), data.x, ties=ties, offset=data.offset)
    refuse_collinear(model, frame)
    if not converged:
        raise NotEstimable("firth_not_converged")

    def evaluate(b: Floats) -> Hill:
        return penalised_moments(frame, b)

    fit = replace(
        frame,
        beta=beta,
        information=top.information,
        log_likelihood=(evaluate(np.zeros(len(beta))).log_likelihood, top.log_likelihood),
        converged=True,
        at=top.plain,
    )
    return fit, profile_reference(evaluate, beta, top.information)


def refuse_collinear(model: CoxModel, fit: CoxFit) -> None:
    """Refuse covariates that do not vary, given the others, among those at risk together."""
    if fit.collinear.any():
        names = np.array(model.data.names)
        raise NotEstimable("cox_collinear", terms=names[fit.collinear].tolist())
