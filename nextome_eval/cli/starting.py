"""The commands of somebody who starts a study: its folder, and a codebook for each file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nextome_eval.cli.readings import counts_told, problems_told
from nextome_eval.cli.terminal import language, say

__all__ = ["codebooks", "start", "try_one"]

codebooks = typer.Typer(no_args_is_help=True, help="Il codebook di un file. A file's codebook.")

OneFile = Annotated[Path, typer.Argument(help="Il file di un comune. A town's file.")]
Book = Annotated[Path, typer.Option(help="Il suo codebook. Its codebook.")]


def start(
    study: Annotated[str, typer.Argument(help="Nome dello studio. Name of the study.")],
) -> None:
    """Prepara la cartella di uno studio nuovo. Lays out a new study's folder."""
    from nextome_eval.loaders.start import lay_out_study

    folder = lay_out_study(study)
    say(f"Cartella / folder: {folder} (LEGGIMI.md)")


@codebooks.command()
def propose(file: OneFile, language: Annotated[str, typer.Option(help="it | en")] = "it") -> None:
    """Scrive la bozza di un codebook. Prints the draft of a codebook."""
    from nextome_eval.loaders.propose import propose_codebook

    _there(file)
    say(propose_codebook(file, language).rstrip())


def try_one(file: OneFile, codebook: Book) -> None:
    """Prova un file con il suo codebook, senza chiave. Tries one file, without a key."""
    from nextome_eval.loaders.trial import try_file

    _there(file)
    ledger, counts = try_file(file, codebook)
    say(counts_told(counts, language()))
    if len(ledger):
        say("\n" + problems_told(ledger, language()))


def _there(file: Path) -> None:
    from nextome_eval.errors import DataProblem

    if not file.is_file():
        raise DataProblem("file_missing", file=file.name, folder=str(file.parent))
