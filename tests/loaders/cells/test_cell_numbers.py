"""Numbers: what each text means, and what is refused."""

import pytest

from nextome_eval.loaders.cells.excel import DATE, NUMBER
from nextome_eval.loaders.cells.numbers import read_number, read_whole

READ = [
    ("1.250,50", ",", 1250.5),
    ("€ 1.250,00", ",", 1250.0),
    ("1.250,00 €", ",", 1250.0),
    ("EUR 450", ",", 450.0),
    ("450 euro", ",", 450.0),
    ("450,-", ",", 450.0),
    ("1 250,75", ",", 1250.75),
    ("1\u202f250", ",", 1250.0),
    ("1'250'000,5", ",", 1250000.5),
    ("1.250", ",", 1250.0),
    ("1.250", ".", 1.25),
    ("1,250.75", ".", 1250.75),
    ("-3,5", ",", -3.5),
    ("−3", ",", -3.0),
    ("0,125", ",", 0.125),
    ("12", None, 12.0),
    ("12,5", None, 12.5),
    ("12.5", None, 12.5),
    ("1.250,50", None, 1250.5),
    ("1,250.50", None, 1250.5),
    ("0.125", None, 0.125),
    ("1.250.000", None, 1250000.0),
    (NUMBER + "1250.5", ",", 1250.5),
    (NUMBER + "1250", None, 1250.0),
    ("€. 450,00", ",", 450.0),
    ("EUR1.234", ",", 1234.0),
    ("-€ 5", ",", -5.0),
    ("- 1.100,00 €", ",", -1100.0),
    (",5", ",", 0.5),
    (".5", None, 0.5),
    ("", ",", None),
    ("   ", ",", None),
]
REFUSED = [
    ("1.250", None, "ambiguous_number"),
    ("1,250", None, "ambiguous_number"),
    ("€ 1.250", None, "ambiguous_number"),
    ("12.5", ",", "unreadable_number"),
    ("1.25,00", ",", "unreadable_number"),
    ("circa 400", ",", "unreadable_number"),
    ("450/mese", ",", "unreadable_number"),
    ("(100)", ",", "unreadable_number"),
    ("36/40", ",", "unreadable_number"),
    ("40 ore", ",", "unreadable_number"),
    ("2 o 3", ",", "unreadable_number"),
    ("€", ",", "unreadable_number"),
    ("1e5", ",", "unreadable_number"),
    ("nan", ",", "unreadable_number"),
    (NUMBER + "inf", ",", "unreadable_number"),
    ("9" * 100_000, ",", "unreadable_number"),
    (DATE + "2021-03-02", ",", "unreadable_number"),
]


@pytest.mark.parametrize(("text", "decimal", "value"), READ)
def test_a_number_is_read(text, decimal, value):
    assert read_number(text, decimal) == (value, None, None)


@pytest.mark.parametrize(("text", "decimal", "rule"), REFUSED)
def test_a_number_is_refused(text, decimal, rule):
    assert read_number(text, decimal) == (None, "unreadable", rule)


def test_a_whole_number_has_no_decimals():
    assert read_whole("4,0", ",").value == 4
    assert read_whole("4,5", ",").rule == "unreadable_number"
