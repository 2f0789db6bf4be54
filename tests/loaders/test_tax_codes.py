"""The codice fiscale: made-up codes, right and wrong in one place each."""

from __future__ import annotations

import datetime as dt

import pytest
from codicefiscale import codicefiscale

from nextome_eval.loaders.tax_codes import contradiction, read_tax_code

CODE = codicefiscale.encode("Inventata", "Prova", "F", "01/02/1990", "Marocco")
MAN = codicefiscale.encode("Inventato", "Prova", "M", "31/12/1985", "Padova")


def changed(code: str, at: int) -> str:
    """The code with another letter at a place, its check character left as it was."""
    other = "B" if code[at] != "B" else "C"
    return code[:at] + other + code[at + 1 :]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (CODE, None),
        (CODE.lower(), None),
        (f" {CODE[:6]} {CODE[6:11]} {CODE[11:]} ", None),
        (changed(CODE, 0), "cf_check_digit"),
        (CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), "cf_check_digit"),
        (CODE[:-1], "cf_malformed"),
        (CODE + "A", "cf_malformed"),
        (CODE[:8] + "Z" + CODE[9:], "cf_malformed"),
        (CODE[:9] + "99" + CODE[11:], "cf_malformed"),
        ("12345678903", "cf_provisional"),
        ("12345678904", "cf_check_digit"),
        ("00000000000", "cf_check_digit"),
        ("1234567890", "cf_malformed"),
        ("non so", "cf_malformed"),
    ],
)
def test_a_code_is_checked(text, rule):
    assert read_tax_code(text).rule == rule


def test_a_code_says_whose_it_is():
    read = read_tax_code(CODE)
    assert (read.sex, read.year, read.month, read.day) == ("F", 90, 2, 1)
    assert read.birthplace == "Z330"
    assert read_tax_code(MAN).day == 31


@pytest.mark.parametrize("code", codicefiscale.decode(CODE)["omocodes"][1:20:4])
def test_letters_in_the_place_of_digits(code):
    read = read_tax_code(code)
    assert read.rule is None
    assert read[2:] == read_tax_code(CODE)[2:]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"sex": "F", "born": dt.date(1990, 2, 1), "place": "Marocco"}, None),
        ({"sex": "M"}, "cf_sex"),
        ({"born": dt.date(1990, 2, 2)}, "cf_birth_date"),
        ({"born": dt.date(1991, 2, 1)}, "cf_birth_date"),
        ({"place": "Z330"}, None),
        ({"place": "Nigeria"}, "cf_birthplace"),
        ({"place": "Padova (PD)"}, "cf_birthplace"),
        ({"place": "un villaggio"}, None),
        ({}, None),
    ],
)
def test_a_code_against_its_row(said, rule):
    assert contradiction(read_tax_code(CODE), **said) == rule


def test_a_provisional_code_contradicts_nothing():
    assert contradiction(read_tax_code("12345678903"), sex="M") is None


@pytest.mark.parametrize(
    ("letters", "place", "rule"),
    [
        ("Z137", "Armenia", None),  # the code that Armenia had before
        ("Z135", "Ucraina", None),  # born in the Soviet Union
        ("Z118", "Kosovo", None),
        ("Z315", "Eritrea", None),
        ("Z210", "Cina", None),
        ("Z140", "Moldavia", None),
        ("Z135", "Marocco", "cf_birthplace"),
        ("Z315", "Sudan", "cf_birthplace"),
    ],
)
def test_a_birthplace_in_a_state_of_another_time(letters, place, rule):
    start = "LLLMMM70P15" + letters
    code = start + codicefiscale.encode_cin(start)
    assert contradiction(read_tax_code(code), place=place) == rule
