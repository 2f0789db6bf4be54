"""The commands: read a study's files, run its plan, write the report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from nextome_eval.cli.readings import counts_told
from nextome_eval.cli.starting import codebooks, start, try_one
from nextome_eval.cli.terminal import language, say
from nextome_eval.errors import DesignProblem

__all__ = ["run"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Valuta una sperimentazione di housing sociale. Evaluate a social-housing pilot.",
)
plans = typer.Typer(no_args_is_help=True, help="Il piano di analisi. The analysis plan.")
keys = typer.Typer(no_args_is_help=True, help="La chiave degli pseudonimi. The pseudonym key.")
app.add_typer(plans, name="plan")
app.add_typer(keys, name="key")
app.add_typer(codebooks, name="codebook")
app.command("init")(start)
app.command("check")(try_one)

INTERRUPTED = 130  # what typer makes of Ctrl-C
PROFILES = ("internal", "public")
StudyName = Annotated[str, typer.Argument(help="Cartella sotto data/raw. Folder under data/raw.")]


def run() -> None:
    """Run the command that was typed."""
    try:
        ended = app(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as misuse:
        if not (hasattr(misuse, "show") and hasattr(misuse, "exit_code")):
            raise
        misuse.show()
        raise SystemExit(misuse.exit_code) from None
    if ended == INTERRUPTED:
        raise KeyboardInterrupt
    if ended:
        raise SystemExit(ended)


@app.command()
def data(study: StudyName) -> None:
    """Legge i file di uno studio e stampa la riconciliazione. Reads a study's files."""
    from nextome_eval.study.plan import read_plan

    plan = read_plan(_plan_of(study))
    import pandas as pd

    from nextome_eval.loaders.load import load
    from nextome_eval.loaders.storage import processed_folder

    _, ledger = load(plan)
    folder = processed_folder(plan.folder, plan.study)
    counts = pd.read_parquet(folder / "reconciliation.parquet")
    say(counts_told(counts, language()))
    found = "problemi nel registro / problems in the ledger"
    say(f"\n{len(ledger)} {found}: {folder}/ledger.xlsx")


@app.command()
def share(
    study: StudyName,
    recipient: Annotated[str, typer.Option("--with", help="Destinatario. Recipient.")],
) -> None:
    """Scrive una copia per un destinatario, senza date. Writes a copy for one recipient."""
    from nextome_eval.study.plan import read_plan

    plan = read_plan(_plan_of(study))
    from nextome_eval.loaders.load import load
    from nextome_eval.loaders.shared_copy import share as share_copy

    records, _ = load(plan)
    folder = share_copy(plan, records, recipient=recipient)
    undated = int(records.households["referral_date"].isna().sum())
    say(f"Copia / copy: {folder}")
    say(f"Nuclei senza segnalazione, quindi senza giorni / households without days: {undated}")


@app.command()
def report(
    study: StudyName,
    profile: Annotated[str, typer.Option(help="internal | public")] = "internal",
) -> None:
    """Esegue il piano e scrive il rapporto. Runs the plan and writes the report."""
    from nextome_eval.cli.unchanged import Made

    if profile not in PROFILES:
        raise DesignProblem("profile_unknown", profile=profile)
    plan_file = _plan_of(study)
    made = Made.of(plan_file.parent, Path("reports") / _folder(study, profile))
    if made.unchanged():
        say(f"Nulla è cambiato / nothing has changed: {made.folder}")
        return
    _report(plan_file, profile, made.folder)
    made.remember()
    say(f"Rapporto / report: {made.folder}/report.it.html, {made.folder}/report.en.html")


def _report(plan_file: Path, profile: str, folder: Path) -> None:
    from nextome_eval.study.plan import read_plan

    plan = read_plan(plan_file)
    say("Lettura dei file / reading the files ...")
    from nextome_eval.loaders.load import load

    records, ledger = load(plan)
    say("Analisi / analyses ...")
    from nextome_eval.evaluation import report as write

    write(plan, records, profile=profile, folder=folder, ledger=ledger, progress=True)


@plans.command()
def check(study: StudyName) -> None:
    """Controlla che il piano si possa eseguire. Checks that the plan can be carried out."""
    from nextome_eval.study.plan import read_plan

    plan = read_plan(_plan_of(study))
    say(f"Il piano è in ordine / the plan is in order: {plan.primary.id}")


@plans.command()
def freeze(study: StudyName) -> None:
    """Scrive l'impronta del piano e la data. Writes the plan's hash and the date."""
    from datetime import date

    from nextome_eval.study.plan import freeze as frozen
    from nextome_eval.study.plan import read_plan

    say(f"{frozen(read_plan(_plan_of(study)), date.today())}")


@plans.command()
def document(
    study: StudyName, language: Annotated[str, typer.Option(help="it | en")] = "it"
) -> None:
    """Stampa il piano come documento da depositare. Prints the plan as a document."""
    from nextome_eval.study.plan import read_plan

    plan = read_plan(_plan_of(study))
    from nextome_eval.evaluation.plan_document import plan_document

    if language not in ("it", "en"):
        raise DesignProblem("option_unknown", option="language", value=language, found=["it", "en"])
    say(plan_document(plan, language).rstrip())


@keys.command()
def new(
    study: Annotated[str, typer.Argument(help="Nome dello studio. Name of the study.")],
) -> None:
    """Crea la chiave di uno studio, fuori dal repository. Makes a study's key, outside it."""
    from nextome_eval.loaders.identity import key_place, new_key

    path = key_place(study)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key() + "\n")
    except FileExistsError:
        raise DesignProblem("key_exists", path=str(path)) from None
    say(f"Chiave / key: {path}")


def _plan_of(study: str) -> Path:
    return Path("data") / "raw" / study / "plan.toml"


def _folder(study: str, profile: str) -> str:
    return study if profile == "internal" else f"{study}-{profile}"
