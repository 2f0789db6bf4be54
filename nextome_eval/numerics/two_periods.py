"""One cohort's change between two times less that of its controls, covariates held alike."""

from __future__ import annotations

from dataclasses import dataclass
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
        m = len(change)
        out, ols = self._outcome_model(change)
        w_treated = self.weights * self.treated / m
        w_control = self._control_weights() / m
        rest = change - out
        share_t, share_c = w_treated.sum(), w_control.sum()
        eta_t = float(w_treated @ rest) / share_t
        eta_c = float(w_control @ rest) / share_c
        x = self.covariates
        of_treated = w_treated * (rest - eta_t) / share_t
        of_control = w_control * (rest - eta_c) / share_c
        influence = of_treated - of_control
        if self.propensity is not None:
            # a control's odds move with the propensity: d odds / d gamma = odds x
            slope = (w_control * (rest - eta_c)) @ x / share_c
            influence = influence - self.propensity.influence @ slope
        if ols is not None:
            influence = influence - ols @ (w_treated @ x / share_t - w_control @ x / share_c)
        return eta_t - eta_c, influence

    def _control_weights(self) -> Floats:
        """Controls weighted to look like the treated; none are needed with "reg"."""
        control = self.weights * (1 - self.treated)
        if self.propensity is None:
            return control
        return control * self.propensity.fitted / (1 - self.propensity.fitted)

    def _outcome_model(self, change: Floats) -> tuple[Floats, Floats | None]:
        """The controls' expected change and the influence on its coefficients (m, q)."""
        if self.gram is None:
            return np.zeros(len(change)), None
        w = self.weights * (1 - self.treated)
        beta = self.gram @ (self.covariates.T @ (w * change))
        out = self.covariates @ beta
        score = self.covariates * (w * (change - out))[:, None]
        return out, score @ self.gram


def _inverse_gram(x: Floats, w: Floats) -> Floats:
    gram = (x * w[:, None]).T @ x
    scale = np.sqrt(np.diag(gram))
    if (scale <= 0).any() or np.linalg.cond(gram / np.outer(scale, scale)) > 1e12:
        raise NotEstimable("controls_collinear")
    return np.asarray(np.linalg.inv(gram / np.outer(scale, scale)) / np.outer(scale, scale))
