"""The commands, what the terminal shows, and whether anything has to be done at all."""

from nextome_eval.cli.terminal import guarded

__all__ = ["main"]


def main() -> None:
    """Run a command; what goes wrong, from the first import on, is a sentence and exit code 1."""
    with guarded():
        from nextome_eval.cli.commands import run

        run()
