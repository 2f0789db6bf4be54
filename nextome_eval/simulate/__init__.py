"""Made-up studies with effects we chose, the untidy files towns would send, and planning."""

from nextome_eval.simulate.effects import Effects
from nextome_eval.simulate.pilot import simulate_pilot

__all__ = ["Effects", "simulate_pilot"]
