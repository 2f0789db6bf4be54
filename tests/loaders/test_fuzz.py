"""Mutated files end in a ledger or in a sentence: never a traceback, never a lost row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pytest
from conftest import FOLLOWUPS, HOUSEHOLDS, NUCLEI

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.ledger_book import write_ledger_book
from nextome_eval.loaders.load import read_files

INTERVIEWS = "ID_NUCLEO;ONDATA;DATA;OCCUPATO;WHO5_1\n" + "".join(
    f"{home};T{wave};0{1 + wave // 6}/0{3 + wave // 3}/2021;{'si' if wave else 'no'};{wave % 5}\n"
    for home in ("PD-001", "PD-002", "AB-001")
    for wave in (0, 6)
)
STRANGE = [
    *(
        '=HYPERLINK("http://x")',
        "@SUM(A1)",
        "#RIF!",
        "31/02/2021",
        "99/99/9999",
        "1e400",
        "-",
        "''",
    ),
    *("\x00", "\u202e123", "９９", "T999999999999999999999", "x" * 100_000, ";" * 50, '"', '""'),
    *(
        "\n",
        "PD-001\t",
        "0000-00-00",
        "1.2.3",
        "٣",
        "−",
        "🏠",
        "\ufeff",
        "NaN",
        "inf",
        "31/12/9999",
    ),
    *("\x1d8", "\x1e2021-01-01", "\x1f9|x", "4+4", "[]", "{}", "*", "PROVA", "prova 1", "A" * 16),
]

Mutation = Callable[[bytes, np.random.Generator], bytes]


def flip(raw: bytes, rng: np.random.Generator) -> bytes:
    held = bytearray(raw)
    for at in rng.integers(0, len(held), rng.integers(1, 12)):
        held[at] = rng.integers(0, 256)
    return bytes(held)


def cut(raw: bytes, rng: np.random.Generator) -> bytes:
    return raw[: rng.integers(0, len(raw))]


def recode(raw: bytes, rng: np.random.Generator) -> bytes:
    text = raw.decode("utf-8", "replace") + "città;è;–\n"
    return text.encode(
        rng.choice(["cp1252", "utf-16", "utf-8-sig", "utf-16-le", "cp850"]), "replace"
    )


def columns(raw: bytes, rng: np.random.Generator) -> bytes:
    rows = [line.split(b";") for line in raw.split(b"\n")]
    at = int(rng.integers(0, len(rows[0])))
    if rng.random() < 0.5:
        return b"\n".join(b";".join(row[:at] + row[at + 1 :]) for row in rows)
    return b"\n".join(b";".join([*row, *row[at : at + 1]]) for row in rows)


def cells(raw: bytes, rng: np.random.Generator) -> bytes:
    rows = [line.split(b";") for line in raw.split(b"\n")]
    for _ in range(int(rng.integers(1, 6))):
        row = rows[int(rng.integers(0, len(rows)))]
        row[int(rng.integers(0, len(row)))] = str(rng.choice(STRANGE)).encode("utf-8", "replace")
    return b"\n".join(b";".join(row) for row in rows)


def lines(raw: bytes, rng: np.random.Generator) -> bytes:
    rows = raw.split(b"\n")
    rng.shuffle(rows)
    return rng.choice([b"\r", b"\r\n", b"\n\n", b"\n"]).join(rows)


MUTATIONS: list[Mutation] = [flip, cut, recode, columns, cells, cells, lines]


def ends_well(plan, tmp_path) -> str:
    try:
        loaded = read_files(plan)
    except DataProblem as problem:
        return "refused" if problem.text("it") and problem.text("en") else "speechless"
    counts = loaded.reconciliation
    assert (counts["rows_in"] == counts["kept"] + counts["set_aside"]).all()
    assert counts["set_aside"].sum() == len(loaded.aside)
    kept = sum(len(table) for name, table in loaded.records.tables().items() if name != "missing")
    assert kept == counts["kept"].sum()
    write_ledger_book(loaded.ledger, tmp_path / "ledger.xlsx")
    return "read"


def fuzz_text(study, tmp_path, seeds: range) -> list[str]:
    ends = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        files = {"nuclei.csv": NUCLEI.encode(), "interviste.csv": INTERVIEWS.encode()}
        for _ in range(int(rng.integers(1, 3))):
            name = str(rng.choice(list(files)))
            mutate = MUTATIONS[int(rng.integers(0, len(MUTATIONS)))]
            files[name] = mutate(files[name] or b";", rng)
        ends.append(ends_well(study(files, interviste=FOLLOWUPS), tmp_path))
    return ends


def stored_workbook() -> bytes:
    """A workbook whose parts are not compressed, so that a changed byte reaches its cells."""
    book = openpyxl.Workbook()
    for line in NUCLEI.splitlines():
        book.active.append(line.split(";"))
    held, out = io.BytesIO(), io.BytesIO()
    book.save(held)
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, old.read(item))
    return out.getvalue()


def rewritten(raw: bytes, rng: np.random.Generator) -> bytes:
    """Put strange texts in the place of some of a workbook's texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for word in ("Padova", "Controllo", "01/03/2021", "1.250,00", "PD-002", "GRUPPO"):
                strange = "".join(c for c in str(rng.choice(STRANGE)) if c >= " ")
                if name.endswith("sharedStrings.xml") and rng.random() < 0.3:
                    text = text.replace(f">{word}<", f">{escape(strange)}<", 1)
            new.writestr(name, text)
    return out.getvalue()


def repacked(raw: bytes, rng: np.random.Generator) -> bytes:
    """Change bytes inside one part of a workbook and close it again, check sums and all."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        names = [item.filename for item in old.infolist()]
        chosen = "xl/worksheets/sheet1.xml" if rng.random() < 0.6 else str(rng.choice(names))
        for name in names:
            part = old.read(name)
            new.writestr(name, flip(part, rng) if name == chosen else part)
    return out.getvalue()


def fuzz_workbooks(study, tmp_path, seeds: range) -> list[str]:
    raw = stored_workbook()
    book = HOUSEHOLDS.replace("nuclei.csv", "nuclei.xlsx").replace(
        'dates = "dmy"', 'format = "workbook"\ndates = "dmy"'
    )
    ends = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        mutate = [flip, cut, repacked, rewritten, rewritten][int(rng.integers(0, 5))]
        ends.append(ends_well(study({"nuclei.xlsx": mutate(raw, rng)}, nuclei=book), tmp_path))
    return ends


def test_mutated_text_files(study, tmp_path):
    ends = fuzz_text(study, tmp_path, range(80))
    assert set(ends) == {"read", "refused"}


def test_mutated_workbooks(study, tmp_path):
    ends = fuzz_workbooks(study, tmp_path, range(40))
    assert set(ends) == {"read", "refused"}


@pytest.mark.slow
def test_seven_thousand_mutated_text_files(study, tmp_path):
    ends = fuzz_text(study, tmp_path, range(1000, 8000))
    assert set(ends) == {"read", "refused"}
    assert ends.count("read") > 2000


@pytest.mark.slow
def test_three_thousand_mutated_workbooks(study, tmp_path):
    ends = fuzz_workbooks(study, tmp_path, range(1000, 4000))
    assert set(ends) == {"read", "refused"}
    assert ends.count("read") > 500
