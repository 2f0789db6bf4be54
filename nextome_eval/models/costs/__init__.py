"""What services and transfers cost, by arm."""

from nextome_eval.models.costs.by_category import cost_by_category, cost_columns
from nextome_eval.models.costs.cost_table import cost_table
from nextome_eval.models.costs.net_benefit import cost_and_effect, net_benefit

__all__ = ["cost_and_effect", "cost_by_category", "cost_columns", "cost_table", "net_benefit"]
