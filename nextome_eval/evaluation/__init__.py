"""The plan's analyses, named and ordered, from records to the report."""

from nextome_eval.evaluation.report import ANALYSES, evaluate, report

__all__ = ["ANALYSES", "evaluate", "report"]
