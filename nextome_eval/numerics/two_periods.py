"""One cohort's change between two times less that of its controls, covariates held alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.numerics.cluster_blocks import Floats
from nextome_eval.numerics.logit import Logit, logit

EstMethod = Literal["dr", "ipw", "reg"]

OVERLAP = 0.999


@dataclass(frozen=True)
class Comparison:
    """Treated and controls of one cell, and what does not change from time to time.

    Parameters
    ----------
    treated : (m,) 0/1
    covariates : (m, q), the constant first
    weights : (m,) with mean 1
    method : "dr", "ipw" or "reg"
    """

    treated: Floats
    covariates: Floats
    weights: Floats
    method: EstMethod
    propensity: Logit | None
    gram: Floats | None

    @classmethod
    def of(
        cls, treated: Floats, covariates: Floats, weights: Floats, method: EstMethod
    ) -> Comparison:
        """Fit the propensity and the controls' design once.

        Raises
        ------
        NotEstimable
            ``separated`` or ``no_overlap``; ``controls_collinear``.
        """
        weights = weights / weights.mean()
        simple = covariates.shape[1] == 1
        propensity = None
        if method != "reg" and not simple:
            propensity = logit(treated, covariates, weights)
            if propensity.fitted.max() >= OVERLAP:
                raise NotEstimable("no_overlap", chance=OVERLAP)
        gram = None
        if method != "ipw" and not simple:
            gram = _inverse_gram(covariates, weights * (1 - treated))
        return cls(treated, covariates, weights, method, propensity, gram)

    def effect(self, change: Floats) -> tuple[float, Floats]:
        """The effect on the treated and each row's influence (m,), which sums to its error.

        Source
        ------
        Sant'Anna and Zhao (2020): equations 3.1 ("dr"), 2.6 normalised ("ipw"), 2.2 ("reg");
        arithmetic of R DRDID ``drdid_panel``, ``std_ipw_did_panel``, ``reg_did_panel``.
        """
        treated, control = self._shares
        rest = change
        if self.gram is not None:
            rest = change - self.covariates @ (self.gram @ (self._controls.T @ change))
        eta_t, eta_c = float(treated @ rest), float(control @ rest)
        of_control = control * (rest - eta_c)
        influence = treated * (rest - eta_t) - of_control
        if self.propensity is not None:
            # a control's odds move with the propensity: d odds / d gamma = odds x
            influence -= self.propensity.influence @ (of_control @ self.covariates)
        if self.gram is not None:
            influence -= self._pull * rest
        return eta_t - eta_c, influence

    @cached_property
    def _shares(self) -> tuple[Floats, Floats]:
        """Weights of the treated, and of controls made to look like them; each sums to 1."""
        treated = self.weights * self.treated
        control = self.weights * (1 - self.treated)
        if self.propensity is not None:
            control = control * self.propensity.fitted / (1 - self.propensity.fitted)
        return treated / treated.sum(), control / control.sum()

    @cached_property
    def _controls(self) -> Floats:
        """The controls' weighted covariates (m, q)."""
        return np.asarray(self.covariates * (self.weights * (1 - self.treated))[:, None])

    @cached_property
    def _pull(self) -> Floats:
        """What a control's residual does to the effect through the outcome model (m,)."""
        assert self.gram is not None
        treated, control = self._shares
        gap = (treated - control) @ self.covariates
        return np.asarray(self._controls @ (self.gram @ gap))


def _inverse_gram(x: Floats, w: Floats) -> Floats:
    gram = (x * w[:, None]).T @ x
    scale = np.sqrt(np.diag(gram))
    if (scale <= 0).any() or np.linalg.cond(gram / np.outer(scale, scale)) > 1e12:
        raise NotEstimable("controls_collinear")
    return np.asarray(np.linalg.inv(gram / np.outer(scale, scale)) / np.outer(scale, scale))
