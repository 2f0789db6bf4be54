"""Cadoneghe: an OpenDocument sheet with real dates, and codes instead of words."""

from __future__ import annotations

from pathlib import Path

from nextome_eval.simulate.spreadsheets.forms import SCHEDA, form_rows
from nextome_eval.simulate.spreadsheets.sheet import Planted, Sheet
from nextome_eval.simulate.spreadsheets.words import CADONEGHE
from nextome_eval.simulate.spreadsheets.writers import write_ods
from nextome_eval.study.records import Records

__all__ = ["write_cadoneghe"]

FILE, SHEET = "cadoneghe_nuclei.ods", "Foglio1"


def write_cadoneghe(folder: Path, records: Records, seed: int) -> list[Planted]:
    """Write Cadoneghe's sheet; return the problems planted in it."""
    sheet = Sheet(FILE, SHEET, list(SCHEDA.values()), first=3)
    sheet.rows = [
        {SCHEDA[c]: cell for c, cell in form.items()}
        for form in form_rows(records, "028016", CADONEGHE, seed)
    ]
    sheet.plant(sheet.rows[0], "ANNI_IN_ITALIA", 2016, "out_of_range")
    sheet.plant(sheet.rows[2], "RDC_ADI", "forse", "unknown_word")
    sheet.plant(sheet.rows[4], "ISEE", "#RIF!", "excel_error")
    title = ["Comune di Cadoneghe - nuclei seguiti (progetto Next to me e servizi attuali)"]
    write_ods(folder / FILE, SHEET, [title, *sheet.lines()], bold=2)
    return sheet.planted()
