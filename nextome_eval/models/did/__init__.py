"""Difference in differences, one file a method: a panel in, estimates out."""

from nextome_eval.models.did.aggregate import aggregate
from nextome_eval.models.did.ancova import ancova
from nextome_eval.models.did.cluster_means import did_of_cluster_means
from nextome_eval.models.did.did import did
from nextome_eval.models.did.event_study import event_study
from nextome_eval.models.did.first_treated import first_treated
from nextome_eval.models.did.group_time import group_time
from nextome_eval.models.did.imputation import imputation
from nextome_eval.models.did.nonlinear import did_of_ratios
from nextome_eval.models.did.sun_abraham import sun_abraham
from nextome_eval.models.did.two_way import two_way

__all__ = [
    "aggregate",
    "ancova",
    "did",
    "did_of_cluster_means",
    "did_of_ratios",
    "event_study",
    "first_treated",
    "group_time",
    "imputation",
    "sun_abraham",
    "two_way",
]
