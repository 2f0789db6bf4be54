"""Evaluate a small social-housing pilot against current services: the front door."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Name -> the room that holds it, in the order an evaluation needs them. Rooms open when first
# used, so that importing the library costs little.
_ROOMS = {
    "read_plan": "study.plan",
    "load": "loaders.load",
    "check_design": "checks.design",
    "Panel": "study.panel",
    "Durations": "study.durations",
    "Records": "study.records",
    "Design": "study.design",
    "did": "models.did",
    "ancova": "models.did",
    "two_way": "models.did",
    "arm_means": "models.arm_means",
    "means_by_wave": "models.arm_means",
    "cost_by_category": "models.costs",
    "cost_table": "models.costs",
    "kaplan_meier": "models.survival",
    "nelson_aalen": "models.survival",
    "quantile": "models.survival",
    "logrank": "models.survival",
    "cox": "models.survival",
    "rmst": "models.survival",
    "cumulative_incidence": "models.survival",
    "gray": "models.survival",
    "fine_gray": "models.survival",
    "permute": "estimates.permutation",
    "jackknife": "estimates.jackknife",
    "bootstrap": "estimates.bootstrap",
    "infer": "checks.inference",
    "balance": "checks.balance",
    "attrition": "checks.attrition",
    "lost_and_retained": "checks.lost_retained",
    "attrition_test": "checks.selective_loss",
    "attrition_weighted": "checks.attrition_weights",
    "overlap": "checks.overlap",
    "lee_bounds": "checks.lee",
    "extreme_bounds": "checks.worst_case",
    "flow": "checks.flow",
    "completeness": "checks.completeness",
    "proportional_hazards": "checks.hazards",
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
    from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
    from nextome_eval.study.durations import Durations
    from nextome_eval.study.panel import Panel


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"nextome_eval has no {name!r}; it has {', '.join(_ROOMS)}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return list(_ROOMS)
