"""The made-up example study as files: what each town sends, and the list of what is wrong in it."""

from __future__ import annotations

from pathlib import Path

from nextome_eval.simulate.pilot import simulate_pilot
from nextome_eval.simulate.spreadsheets.abano import write_abano
from nextome_eval.simulate.spreadsheets.cadoneghe import write_cadoneghe
from nextome_eval.simulate.spreadsheets.history import write_history
from nextome_eval.simulate.spreadsheets.invented import invent
from nextome_eval.simulate.spreadsheets.ledger_book import write_ledger_book
from nextome_eval.simulate.spreadsheets.montegrotto import write_montegrotto
from nextome_eval.simulate.spreadsheets.notices import write_notices
from nextome_eval.simulate.spreadsheets.padova import HEADERS as PADOVA_HEADERS
from nextome_eval.simulate.spreadsheets.padova import write_padova
from nextome_eval.simulate.spreadsheets.questionnaires import write_questionnaires
from nextome_eval.simulate.spreadsheets.register import write_register
from nextome_eval.simulate.spreadsheets.sheet import Planted
from nextome_eval.simulate.spreadsheets.story import Story, tell
from nextome_eval.simulate.spreadsheets.survey import write_survey
from nextome_eval.simulate.spreadsheets.writers import write_text
from nextome_eval.study.records import Records

__all__ = ["EXAMPLE_SEED", "write_example"]

EXAMPLE_SEED = 1
_EVENTS = [
    ("from", "to", "en", "it"),
    ("2020-03-17", "2021-12-31", "Evictions blocked", "Sfratti bloccati"),
    ("2019-04-01", "2023-12-31", "Citizenship income (RdC)", "Reddito di cittadinanza (RdC)"),
    ("2024-01-01", "", "Inclusion allowance (ADI)", "Assegno di inclusione (ADI)"),
    ("2022-03-04", "2025-03-04", "Temporary protection for people from Ukraine",
     "Protezione temporanea per chi arriva dall'Ucraina"),
]  # fmt: skip
_CORRECTIONS = "corrections.csv"


def write_example(folder: str | Path, seed: int = EXAMPLE_SEED) -> Records:
    """Write the files of the made-up example study, with every problem planted and listed.

    The same seed gives the same bytes. Codebooks, plan and pseudonym key are not written here.

    Parameters
    ----------
    folder : str or Path
        Where the files go; made if it is not there.
    seed : int
        Of the simulation, of the invented names and of the words.

    Returns
    -------
    Records
        The records before towns wrote them down.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = simulate_pilot(seed)
    people = invent(records, seed)
    story = tell(records)
    problems = [
        *write_padova(folder, records, seed, story),
        *write_abano(folder, records, seed),
        *write_cadoneghe(folder, records, seed),
        *write_montegrotto(folder, records, seed),
        *write_survey(folder, records, seed),
        *write_history(folder, records, seed, story),
        *write_register(folder, records, people, story),
        *write_notices(folder, records, people, seed),
        *write_ledger_book(folder, records, story),
        *write_questionnaires(folder, records),
        *_write_corrections(folder, story),
    ]
    write_text(folder / "policy_events.csv", _EVENTS, line_end="\n")
    _write_planted(folder / "planted.csv", problems)
    return records


def _write_corrections(folder: Path, story: Story) -> list[Planted]:
    column = PADOVA_HEADERS["minors_n"]
    rows = [
        ("file", "household", "column", "wave", "old", "new", "initials", "note"),
        ("padova_nuclei.xlsx", story.corrected, column, "", story.minors_as_sent, story.minors,
         "MB", "refuso, sentita l'assistente sociale"),
        ("padova_nuclei.xlsx", story.stale, column, "", story.stale_minors + 1,
         story.stale_minors, "MB", "corretto dal Comune nell'invio di gennaio"),
    ]  # fmt: skip
    write_text(folder / _CORRECTIONS, rows, line_end="\n")
    return [Planted(_CORRECTIONS, "", "3", "old", "stale_correction")]


def _write_planted(path: Path, problems: list[Planted]) -> None:
    rows = [(p.file, p.sheet, p.row, p.column, p.rule) for p in problems]
    header = ("file", "sheet", "row", "column", "rule")
    write_text(path, [header, *rows], delimiter=",", line_end="\n")
