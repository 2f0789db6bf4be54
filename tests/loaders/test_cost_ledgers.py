"""Cost ledgers: what adds up, and the month that only a sheet's name tells."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from nextome_eval.loaders.load import Loaded, read_files


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    lines = loaded.ledger
    rows = [None if pd.isna(row) else int(row) for row in lines["row"]]
    return list(zip(lines["rule"], rows, lines["column"].fillna(""), strict=True))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


COSTS = """
files = ["costi.csv"]
decimal = ","
[[tables]]
table = "costs"
[tables.columns]
household = "ID"
month = "MESE"
category = "VOCE"
kind = "TIPO"
amount_eur = "IMPORTO"
unit = "UNITA"
quantity = "Q"
unit_cost_eur = "COSTO"
"""


def test_costs_are_added_only_to_their_like(study):
    rows = (
        "ID;MESE;VOCE;TIPO;IMPORTO;UNITA;Q;COSTO\n"
        "PD-001;03/2021;Affitto;servizio;100;mese;1;100\n"
        "PD-001;03/2021;Affitto;trasferimento;40;mese;1;40\n"  # another kind: another row
        "PD-002;03/2021;Altro;servizio;80;pezzo;2;40\n"
        "PD-002;03/2021;Altro;servizio;20;ora;1;20\n"  # pieces and hours do not add up
        "AB-001;03/2021;Altro;servizio;boh;;;\n"
        "AB-001;03/2021;Altro;servizio;20;;;\n"  # and so is the sum unknown
    )
    loaded = read_files(study({"costi.csv": rows}, costi=COSTS))
    assert said(loaded) == [
        ("cost_twice", 5, "IMPORTO"),
        ("unreadable_number", 6, "IMPORTO"),
        ("cost_twice", 7, "IMPORTO"),
    ]
    table = loaded.records.costs
    assert sorted(table["amount_eur"].dropna()) == [40, 100, 100]
    assert table["amount_eur"].isna().sum() == 1
    assert sorted(table["quantity"].dropna()) == [1, 1]
    assert table.groupby("kind")["amount_eur"].sum().to_dict() == {"service": 200, "transfer": 40}


MONTHLY = """
files = ["costi.xlsx"]
format = "workbook"
[[tables]]
table = "costs"
sheets = ["*"]
month_in_sheet = YEAR
[tables.columns]
household = "ID"
category = "VOCE"
amount_eur = "IMPORTO"
"""


@pytest.mark.parametrize(
    ("name", "year", "month"),
    [
        ("Gennaio 2021", "true", "2021-01"),
        ("gen-21", "true", "2021-01"),
        ("02_2021", "true", "2021-02"),
        ("Costi di marzo 2021", "true", "2021-03"),
        ("COSTI 2021-04 (def.)", "true", "2021-04"),
        ("MAGGIO", "2021", "2021-05"),
        ("Giu.", "2021", "2021-06"),
        ("07", "2021", "2021-07"),
        ("Agosto 2022", "2021", "2022-08"),
        ("MAGGIO", "true", None),
        ("Foglio1", "true", None),
        ("Riepilogo", "2021", None),
        ("01-21", "true", None),
    ],
)
def test_the_month_of_a_sheet(study, name, year, month):
    book = openpyxl.Workbook()
    book.active.title = name
    book.active.append(["ID", "VOCE", "IMPORTO"])
    book.active.append(["PD-001", "Affitto", 100])
    book = saved(book)
    loaded = read_files(study({"costi.xlsx": book}, costi=MONTHLY.replace("YEAR", year)))
    months = loaded.records.costs["month"].dt.strftime("%Y-%m").tolist()
    assert months == ([month] if month else [])
    assert [line[0] for line in said(loaded)] == ([] if month else ["sheet_month"])
