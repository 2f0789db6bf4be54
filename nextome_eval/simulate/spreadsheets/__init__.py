"""The untidy files that towns would send: one file a source, each in its own dialect."""

from nextome_eval.simulate.spreadsheets.example import write_example

__all__ = ["write_example"]
