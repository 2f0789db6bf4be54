"""Small studies made on the spot: files and codebooks in, a plan out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nextome_eval.study.plan import Plan, read_plan

HOUSEHOLDS = """
title = "nuclei"
files = ["nuclei.csv"]
dates = "dmy"
decimal = ","
[[tables]]
table = "households"
drop = ["NOTE", "COGNOME"]
[tables.columns]
household = "ID_NUCLEO"
municipality = "COMUNE"
arm = "GRUPPO"
referral_date = "SEGNALAZIONE"
intake_date = "PRESA_IN_CARICO"
members_n = "N_COMPONENTI"
isee_eur = "ISEE"
citizenship = "CITTADINANZA"
"""
HEAD = (
    "ID_NUCLEO;COMUNE;GRUPPO;SEGNALAZIONE;PRESA_IN_CARICO;"
    "N_COMPONENTI;ISEE;CITTADINANZA;COGNOME;NOTE\n"
)
NUCLEI = (
    HEAD
    + "PD-001;Padova;Sperimentale;01/03/2021;10/03/2021;3;1.250,00;marocchina;Rossi;richiamare\n"
    + "PD-002;Padova;Controllo;15/03/2021;20/03/2021;2;;nigeriana;;\n"
    + "AB-001;Abano;Controllo;02/04/2021;;4;3.000,50;albanese;;\n"
)
FOLLOWUPS = """
title = "interviste"
files = ["interviste.csv"]
dates = "dmy"
[[tables]]
table = "followups"
[tables.columns]
household = "ID_NUCLEO"
wave = "ONDATA"
interview_date = "DATA"
employed = "OCCUPATO"
who5_1 = "WHO5_1"
"""
KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Plan]:
    """Lay out a study's folder; files are text or bytes by name, codebooks TOML by name."""
    folder = tmp_path / "data" / "raw" / "piccolo"

    def make(files: dict[str, str | bytes] | None = None, **codebooks: str) -> Plan:
        (folder / "codebooks").mkdir(parents=True, exist_ok=True)
        for name, content in ({"nuclei.csv": NUCLEI} | (files or {})).items():
            (folder / name).write_bytes(
                content if isinstance(content, bytes) else content.encode("utf-8")
            )
        for name, text in ({"nuclei": HOUSEHOLDS} | codebooks).items():
            (folder / "codebooks" / f"{name}.toml").write_text(text, "utf-8")
        (folder / "key.txt").write_text(KEY, "utf-8")
        written = Path("data/raw/example/plan.toml").read_text("utf-8")
        written = written.replace('study = "example"', 'study = "piccolo"')
        (folder / "plan.toml").write_text(written, "utf-8")
        return read_plan(folder / "plan.toml")

    return make
