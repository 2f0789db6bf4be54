"""The commands, what the terminal shows, and whether anything has to be done at all."""

from nextome_eval.cli.commands import main

__all__ = ["main"]
