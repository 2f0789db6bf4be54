"""Evaluate a small social-housing pilot against current services: the front door."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Name -> the room that holds it, in the order an evaluation needs them. Rooms open when first
# used, so that importing the library costs little.
_ROOMS = {
    "read_plan": "study.plan",
    "load": "loaders.load",
    "share": "loaders.shared_copy",
    "check_design": "checks.design",
    "Panel": "study.panel",
    "Durations": "study.durations",
    "Records": "study.records",
    "Design": "study.design",
    "did": "models.did",
    "ancova": "models.did",
    "two_way": "models.did",
    "group_time": "models.did",
    "aggregate": "models.did",
    "event_study": "models.did",
    "imputation": "models.did",
    "sun_abraham": "models.did",
    "did_of_ratios": "models.did",
    "did_of_cluster_means": "models.did",
    "first_treated": "models.did",
    "arm_means": "models.arm_means",
    "means_by_wave": "models.arm_means",
    "cost_by_category": "models.costs",
    "cost_table": "models.costs",
    "cost_and_effect": "models.costs",
    "net_benefit": "models.costs",
    "kaplan_meier": "models.survival",
    "nelson_aalen": "models.survival",
    "quantile": "models.survival",
    "logrank": "models.survival",
    "logrank_trend": "models.survival",
    "cox": "models.survival",
    "rmst": "models.survival",
    "rmst_adjusted": "models.survival",
    "concordance": "models.survival",
    "cumulative_incidence": "models.survival",
    "gray": "models.survival",
    "fine_gray": "models.survival",
    "turnbull": "models.survival",
    "adjusted_survival": "models.survival",
    "cox_curve": "models.survival",
    "cox_residuals": "models.survival",
    "curve_band": "models.survival",
    "dated": "models.survival",
    "exact_logrank": "models.survival",
    "interval_hazard": "models.survival",
    "interval_test": "models.survival",
    "landmark": "models.survival",
    "mean_count": "models.survival",
    "numbers_at_risk": "models.survival",
    "profile_interval": "models.survival",
    "shared_frailty": "models.survival",
    "state_occupancy": "models.survival",
    "survival_at": "models.survival",
    "weights": "models.weights",
    "permute": "estimates.permutation",
    "jackknife": "estimates.jackknife",
    "bootstrap": "estimates.bootstrap",
    "wild_bootstrap": "estimates.wild",
    "town_by_town": "estimates.town_by_town",
    "ibragimov_mueller": "estimates.town_by_town",
    "uniform_band": "estimates.bands",
    "romano_wolf": "estimates.romano_wolf",
    "holm": "estimates.multiplicity",
    "infer": "checks.inference",
    "balance": "checks.balance",
    "attrition": "checks.attrition",
    "lost_and_retained": "checks.lost_retained",
    "attrition_test": "checks.selective_loss",
    "attrition_weighted": "checks.attrition_weights",
    "overlap": "checks.overlap",
    "lee_bounds": "checks.lee",
    "extreme_bounds": "checks.worst_case",
    "loss_bounds": "checks.loss_bounds",
    "flow": "checks.flow",
    "completeness": "checks.completeness",
    "parallel_trends": "checks.parallel_trends",
    "honest": "checks.honest",
    "placebo_dates": "checks.placebo",
    "placebo_outcomes": "checks.placebo",
    "goodman_bacon": "checks.goodman_bacon",
    "one_treated": "checks.one_treated",
    "proportional_hazards": "checks.hazards",
    "visit_spacing": "checks.visit_spacing",
    "spacing_test": "checks.spacing_test",
    "leave_one_out": "checks.leave_one_out",
    "by_definition": "checks.by_definition",
    "evalue": "checks.unmeasured",
    "power": "simulate.power",
    "release": "reporting.release",
    "figure": "reporting.figures",
    "table": "reporting.tables",
    "report": "evaluation",
    "simulate_pilot": "simulate",
    "Estimates": "estimates.estimates",
    "Test": "estimates.test",
    "Inference": "estimates.inference",
    "DataProblem": "errors",
    "DesignProblem": "errors",
    "NotEstimable": "errors",
}

__all__ = list(_ROOMS)

if TYPE_CHECKING:
    from nextome_eval.checks.attrition import attrition as attrition
    from nextome_eval.checks.attrition_weights import attrition_weighted as attrition_weighted
    from nextome_eval.checks.balance import balance as balance
    from nextome_eval.checks.by_definition import by_definition as by_definition
    from nextome_eval.checks.completeness import completeness as completeness
    from nextome_eval.checks.design import check_design as check_design
    from nextome_eval.checks.flow import flow as flow
    from nextome_eval.checks.goodman_bacon import goodman_bacon as goodman_bacon
    from nextome_eval.checks.hazards import proportional_hazards as proportional_hazards
    from nextome_eval.checks.honest import honest as honest
    from nextome_eval.checks.inference import infer as infer
    from nextome_eval.checks.leave_one_out import leave_one_out as leave_one_out
    from nextome_eval.checks.lee import lee_bounds as lee_bounds
    from nextome_eval.checks.loss_bounds import loss_bounds as loss_bounds
    from nextome_eval.checks.lost_retained import lost_and_retained as lost_and_retained
    from nextome_eval.checks.one_treated import one_treated as one_treated
    from nextome_eval.checks.overlap import overlap as overlap
    from nextome_eval.checks.parallel_trends import parallel_trends as parallel_trends
    from nextome_eval.checks.placebo import placebo_dates as placebo_dates
    from nextome_eval.checks.placebo import placebo_outcomes as placebo_outcomes
    from nextome_eval.checks.selective_loss import attrition_test as attrition_test
    from nextome_eval.checks.spacing_test import spacing_test as spacing_test
    from nextome_eval.checks.unmeasured import evalue as evalue
    from nextome_eval.checks.visit_spacing import visit_spacing as visit_spacing
    from nextome_eval.checks.worst_case import extreme_bounds as extreme_bounds
    from nextome_eval.errors import DataProblem as DataProblem
    from nextome_eval.errors import DesignProblem as DesignProblem
    from nextome_eval.errors import NotEstimable as NotEstimable
    from nextome_eval.estimates.bands import uniform_band as uniform_band
    from nextome_eval.estimates.bootstrap import bootstrap as bootstrap
    from nextome_eval.estimates.estimates import Estimates as Estimates
    from nextome_eval.estimates.inference import Inference as Inference
    from nextome_eval.estimates.jackknife import jackknife as jackknife
    from nextome_eval.estimates.multiplicity import holm as holm
    from nextome_eval.estimates.permutation import permute as permute
    from nextome_eval.estimates.romano_wolf import romano_wolf as romano_wolf
    from nextome_eval.estimates.test import Test as Test
    from nextome_eval.estimates.town_by_town import ibragimov_mueller as ibragimov_mueller
    from nextome_eval.estimates.town_by_town import town_by_town as town_by_town
    from nextome_eval.estimates.wild import wild_bootstrap as wild_bootstrap
    from nextome_eval.evaluation import report as report
    from nextome_eval.loaders.load import load as load
    from nextome_eval.loaders.shared_copy import share as share
    from nextome_eval.models.arm_means import arm_means as arm_means
    from nextome_eval.models.arm_means import means_by_wave as means_by_wave
    from nextome_eval.models.costs import cost_and_effect as cost_and_effect
    from nextome_eval.models.costs import cost_by_category as cost_by_category
    from nextome_eval.models.costs import cost_table as cost_table
    from nextome_eval.models.costs import net_benefit as net_benefit
    from nextome_eval.models.did import aggregate as aggregate
    from nextome_eval.models.did import ancova as ancova
    from nextome_eval.models.did import did as did
    from nextome_eval.models.did import did_of_cluster_means as did_of_cluster_means
    from nextome_eval.models.did import did_of_ratios as did_of_ratios
    from nextome_eval.models.did import event_study as event_study
    from nextome_eval.models.did import first_treated as first_treated
    from nextome_eval.models.did import group_time as group_time
    from nextome_eval.models.did import imputation as imputation
    from nextome_eval.models.did import sun_abraham as sun_abraham
    from nextome_eval.models.did import two_way as two_way
    from nextome_eval.models.survival import adjusted_survival as adjusted_survival
    from nextome_eval.models.survival import concordance as concordance
    from nextome_eval.models.survival import cox as cox
    from nextome_eval.models.survival import cox_curve as cox_curve
    from nextome_eval.models.survival import cox_residuals as cox_residuals
    from nextome_eval.models.survival import cumulative_incidence as cumulative_incidence
    from nextome_eval.models.survival import curve_band as curve_band
    from nextome_eval.models.survival import dated as dated
    from nextome_eval.models.survival import exact_logrank as exact_logrank
    from nextome_eval.models.survival import fine_gray as fine_gray
    from nextome_eval.models.survival import gray as gray
    from nextome_eval.models.survival import interval_hazard as interval_hazard
    from nextome_eval.models.survival import interval_test as interval_test
    from nextome_eval.models.survival import kaplan_meier as kaplan_meier
    from nextome_eval.models.survival import landmark as landmark
    from nextome_eval.models.survival import logrank as logrank
    from nextome_eval.models.survival import logrank_trend as logrank_trend
    from nextome_eval.models.survival import mean_count as mean_count
    from nextome_eval.models.survival import nelson_aalen as nelson_aalen
    from nextome_eval.models.survival import numbers_at_risk as numbers_at_risk
    from nextome_eval.models.survival import profile_interval as profile_interval
    from nextome_eval.models.survival import quantile as quantile
    from nextome_eval.models.survival import rmst as rmst
    from nextome_eval.models.survival import rmst_adjusted as rmst_adjusted
    from nextome_eval.models.survival import shared_frailty as shared_frailty
    from nextome_eval.models.survival import state_occupancy as state_occupancy
    from nextome_eval.models.survival import survival_at as survival_at
    from nextome_eval.models.survival import turnbull as turnbull
    from nextome_eval.models.weights import weights as weights
    from nextome_eval.reporting.figures import figure as figure
    from nextome_eval.reporting.release import release as release
    from nextome_eval.reporting.tables import table as table
    from nextome_eval.simulate import simulate_pilot as simulate_pilot
    from nextome_eval.simulate.power import power as power
    from nextome_eval.study.design import Design as Design
    from nextome_eval.study.durations import Durations as Durations
    from nextome_eval.study.panel import Panel as Panel
    from nextome_eval.study.plan import read_plan as read_plan
    from nextome_eval.study.records import Records as Records


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"nextome_eval has no {name!r}; it has {', '.join(_ROOMS)}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return list(_ROOMS)
