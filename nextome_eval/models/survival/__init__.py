"""Time to an event: curves, tests and models, from durations to estimates."""

from nextome_eval.models.survival.adjusted_survival import adjusted_survival
from nextome_eval.models.survival.censoring_weights import censoring_weights
from nextome_eval.models.survival.concordance import concordance
from nextome_eval.models.survival.cox import cox
from nextome_eval.models.survival.cox_curve import cox_curve
from nextome_eval.models.survival.cox_residuals import cox_residuals
from nextome_eval.models.survival.cumulative_incidence import cumulative_incidence
from nextome_eval.models.survival.curve_band import curve_band
from nextome_eval.models.survival.dated import dated
from nextome_eval.models.survival.exact_logrank import exact_logrank
from nextome_eval.models.survival.fine_gray import fine_gray
from nextome_eval.models.survival.gray import gray
from nextome_eval.models.survival.interval_hazard import interval_hazard
from nextome_eval.models.survival.interval_test import interval_test
from nextome_eval.models.survival.kaplan_meier import kaplan_meier, numbers_at_risk
from nextome_eval.models.survival.landmark import landmark
from nextome_eval.models.survival.logrank import logrank
from nextome_eval.models.survival.logrank_trend import logrank_trend
from nextome_eval.models.survival.mean_count import mean_count
from nextome_eval.models.survival.nelson_aalen import nelson_aalen
from nextome_eval.models.survival.profile_interval import profile_interval
from nextome_eval.models.survival.quantile import quantile
from nextome_eval.models.survival.rmst import rmst
from nextome_eval.models.survival.rmst_adjusted import rmst_adjusted
from nextome_eval.models.survival.shared_frailty import shared_frailty
from nextome_eval.models.survival.state_occupancy import state_occupancy
from nextome_eval.models.survival.survival_at import survival_at
from nextome_eval.models.survival.turnbull import turnbull

__all__ = [
    "adjusted_survival",
    "censoring_weights",
    "concordance",
    "cox",
    "cox_curve",
    "cox_residuals",
    "cumulative_incidence",
    "curve_band",
    "dated",
    "exact_logrank",
    "fine_gray",
    "gray",
    "interval_hazard",
    "interval_test",
    "kaplan_meier",
    "landmark",
    "logrank",
    "logrank_trend",
    "mean_count",
    "nelson_aalen",
    "numbers_at_risk",
    "profile_interval",
    "quantile",
    "rmst",
    "rmst_adjusted",
    "shared_frailty",
    "state_occupancy",
    "survival_at",
    "turnbull",
]
