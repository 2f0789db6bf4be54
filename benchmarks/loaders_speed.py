"""What reading a region's follow-ups costs: a municipal CSV of 15 columns, and a workbook.

A thousand cells are wrong on purpose (in ten thousand rows, a hundred); each must be in the ledger.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SIZES = (10_000, 100_000, 1_000_000)
WORKBOOK_ROWS = 50_000
COLUMNS = {
    "household": "ID_NUCLEO",
    "wave": "ONDATA",
    "interview_date": "DATA_INTERVISTA",
    "response": "ESITO",
    "ethos": "ALLOGGIO_ATTUALE",
    "own_contract": "CONTRATTO_INTESTATO",
    "rent_eur_month": "CANONE",
    "rent_support_eur_month": "CONTRIBUTO_AFFITTO",
    "arrears_months": "MESI_MOROSITA",
    "employed": "OCCUPATO",
    "hours_week": "ORE_SETT",
    "net_wage_eur_month": "STIPENDIO_NETTO",
    "neighbour_help": "AIUTO_VICINI",
    "conflicts": "CONFLITTI",
    "language_level": "LIV_QCER",
}
CODEBOOK = """files = ["{file}"]
format = "{format}"
dates = "dmy"
decimal = ","
[[tables]]
table = "{table}"
[tables.columns]
"""


def cells(rows: int) -> list[list[str]]:
    """Make up the follow-ups of rows / 5 households, a wrong cell in some of them."""
    rng = np.random.default_rng(1)
    wrong = set(rng.choice(rows, min(1000, rows // 100), replace=False).tolist())
    made = []
    for row in range(rows):
        house, visit = divmod(row, 5)
        day, a, b, c, d, e, f = rng.integers(1, 28, 7).tolist()
        month = 2 + 6 * visit
        date = f"{day:02d}/{month % 12 + 1:02d}/{2021 + month // 12}"
        made.append([
            f"PD-{house:06d}", f"T{6 * visit}", date,
            "completata", "Abitazione ordinaria" if a > 14 else "Ospite", "sì" if b > 14 else "no",
            f"1.{a * 37 % 1000:03d},{c:02d}", "0,00", "circa due" if row in wrong else str(d % 7),
            "no", str(e), f"{f * 80 + a},00", str(a % 11), str(b % 6), "A2",
        ])  # fmt: skip
    return made


def lay_out(folder: Path, rows: int, workbook: bool) -> None:
    """Write a study of so many rows."""
    (folder / "codebooks").mkdir(parents=True)
    table = [list(COLUMNS.values()), *cells(rows)]
    if workbook:
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Interviste")
        for line in table:
            sheet.append(line)
        book.save(folder / "visite.xlsx")
    else:
        text = "\r\n".join(";".join(line) for line in table) + "\r\n"
        (folder / "visite.csv").write_bytes(text.encode("cp1252"))
    houses = "".join(f"PD-{i:06d};Padova;Controllo;01/03/2021\n" for i in range(rows // 5))
    (folder / "nuclei.csv").write_text("ID_NUCLEO;COMUNE;GRUPPO;SEGNALAZIONE\n" + houses)
    named = {"household": "ID_NUCLEO", "municipality": "COMUNE", "arm": "GRUPPO"}
    named["referral_date"] = "SEGNALAZIONE"
    file, kind = ("visite.xlsx", "workbook") if workbook else ("visite.csv", "csv")
    for name, file_, kind_, where, columns in (
        ("nuclei", "nuclei.csv", "csv", "households", named),
        ("visite", file, kind, "followups", COLUMNS),
    ):
        head = CODEBOOK.format(file=file_, format=kind_, table=where)
        lines = "".join(f'{column} = "{header}"\n' for column, header in columns.items())
        (folder / "codebooks" / f"{name}.toml").write_text(head + lines)
    (folder / "key.txt").write_text("ab" * 32)
    plan = Path("data/raw/example/plan.toml").read_text("utf-8")
    (folder / "plan.toml").write_text(plan.replace('study = "example"', 'study = "bench"'))


def load_once(folder: str) -> dict[str, float]:
    """Load in this process, and say what it took."""
    import resource

    from nextome_eval.loaders.load import load
    from nextome_eval.study.plan import read_plan

    wall, spent = perf_counter(), process_time()
    _, ledger = load(read_plan(Path(folder) / "plan.toml"))
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": perf_counter() - wall,
        "seconds of processor": process_time() - spent,
        "peak megabytes": size / (1024**2 if sys.platform == "darwin" else 1024),
        "lines in the ledger": len(ledger),
    }


def measured(rows: int, workbook: bool) -> dict[str, float]:
    """Load in a fresh process."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data" / "raw" / "bench"
        lay_out(folder, rows, workbook)
        command = [sys.executable, __file__, str(folder)]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
    kind = "workbook" if workbook else "CSV"
    return {f"{rows} rows, {kind}, {what}": n for what, n in json.loads(said.stdout).items()}


def measure() -> dict[str, float]:
    """Seconds, memory and ledger lines by size."""
    figures: dict[str, float] = {}
    for rows in SIZES:
        figures |= measured(rows, False)
    return figures | measured(WORKBOOK_ROWS, True)


if __name__ == "__main__":
    print(json.dumps(load_once(sys.argv[1])))
