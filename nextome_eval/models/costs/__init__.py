"""What services and transfers cost, by arm."""

from nextome_eval.models.costs.by_category import cost_by_category, cost_columns
from nextome_eval.models.costs.cost_table import cost_table

__all__ = ["cost_by_category", "cost_columns", "cost_table"]
