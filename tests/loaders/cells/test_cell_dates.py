"""Dates and months: what each text means, and what is refused."""

import datetime as dt

import pytest

from nextome_eval.loaders.cells.dates import from_serial, read_date, read_month
from nextome_eval.loaders.cells.excel import DATE, NUMBER

READ = [
    ("02/03/2021", "dmy", (2021, 3, 2)),
    ("2/3/21", "dmy", (2021, 3, 2)),
    ("02-03-2021", "mdy", (2021, 2, 3)),
    ("02.03.2021", "dmy", (2021, 3, 2)),
    ("2021/03/02", "ymd", (2021, 3, 2)),
    ("2021-03-02", None, (2021, 3, 2)),
    ("2024-05-06", "dmy", (2024, 5, 6)),
    ("2021-03-02 14:05:00", "dmy", (2021, 3, 2)),
    ("2021-03-02T14:05:00Z", None, (2021, 3, 2)),
    ("12/02/2026 19.07.17", "dmy", (2026, 2, 12)),
    ("25/03/2021", None, (2021, 3, 25)),
    ("03/03/2021", None, (2021, 3, 3)),
    ("2 marzo 2021", None, (2021, 3, 2)),
    ("1° aprile 2022", None, (2022, 4, 1)),
    ("02-mar-21", "dmy", (2021, 3, 2)),
    ("15/03/85", "dmy", (1985, 3, 15)),
    ("29/02/2024", "dmy", (2024, 2, 29)),
    (DATE + "2021-03-02", None, (2021, 3, 2)),
    (DATE + "2021-03-02 10:00:00", None, (2021, 3, 2)),
    (NUMBER + "44257", None, (2021, 3, 2)),
    ("31/12/9999", "dmy", (9999, 12, 31)),
    ("1º marzo 2021", None, (2021, 3, 1)),
    ("15 gen. '21", None, (2021, 1, 15)),
    ("15gen2021", None, (2021, 1, 15)),
    ("28 febbr. 2021", None, (2021, 2, 28)),
    ("venerdì 5 marzo 2021", None, (2021, 3, 5)),
    ("ven 05/03/2021", "dmy", (2021, 3, 5)),
    ("2021/3/5", "dmy", (2021, 3, 5)),
    ("20210305", "dmy", (2021, 3, 5)),
    (NUMBER + "20210305", None, (2021, 3, 5)),
    ("5 / 3 / 2021", "dmy", (2021, 3, 5)),
    ("05/03/2021 ore 10.30", "dmy", (2021, 3, 5)),
]
REFUSED = [
    ("03/04/21", None, "ambiguous_date"),
    ("03/04/2021", None, "ambiguous_date"),
    ("31/02/2022", "dmy", "unreadable_date"),
    ("03/25/2021", "dmy", "unreadable_date"),
    ("29/02/2023", "dmy", "unreadable_date"),
    ("00/00/0000", "dmy", "unreadable_date"),
    ("ieri", "dmy", "unreadable_date"),
    ("44257", "dmy", "unreadable_date"),
    ("3 pratile 2021", "dmy", "unreadable_date"),
    ("06/2021", "dmy", "partial_date"),
    ("2021-06", "dmy", "partial_date"),
    ("giugno 2021", "dmy", "partial_date"),
    ("2021", "dmy", "partial_date"),
    ("gennaio '21", "dmy", "partial_date"),
    ("2021/3", "dmy", "partial_date"),
    (NUMBER + "2021", "dmy", "partial_date"),
    ("lunedì 5 marzo 2021", "dmy", "unreadable_date"),
    ("circa 05/03/2021", "dmy", "unreadable_date"),
    ("05032021", None, "unreadable_date"),
    ("5/3", "dmy", "unreadable_date"),
]


@pytest.mark.parametrize(("text", "order", "day"), READ)
def test_a_date_is_read(text, order, day):
    assert read_date(text, order) == (dt.date(*day), None, None)


@pytest.mark.parametrize(("text", "order", "rule"), REFUSED)
def test_a_date_is_refused(text, order, rule):
    assert read_date(text, order) == (None, "unreadable", rule)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("06/2021", (2021, 6)),
        ("6-2021", (2021, 6)),
        ("2021-06", (2021, 6)),
        ("202106", (2021, 6)),
        ("giugno 2021", (2021, 6)),
        ("giu-21", (2021, 6)),
        ("15/06/2021", (2021, 6)),
        (DATE + "2021-06-01", (2021, 6)),
        (NUMBER + "202106", (2021, 6)),
        ("giu. '21", (2021, 6)),
        ("Giugno_2021", (2021, 6)),
        ("2021 giugno", (2021, 6)),
        ("06 2021", (2021, 6)),
    ],
)
def test_a_month_is_read(text, month):
    assert read_month(text, "dmy").value == dt.date(*month, 1)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("06/21", "ambiguous_date"),
        ("13/2021", "unreadable_date"),
        ("2021", "unreadable_date"),
        (NUMBER + "2021", "unreadable_date"),
        (NUMBER + "1.202", "unreadable_date"),
    ],
)
def test_a_month_is_refused(text, rule):
    assert read_month(text, "dmy").rule == rule


@pytest.mark.parametrize(
    ("serial", "system", "day"),
    [
        ("1", 1900, (1900, 1, 1)),
        ("59", 1900, (1900, 2, 28)),
        ("61", 1900, (1900, 3, 1)),
        ("44257.75", 1900, (2021, 3, 2)),
        ("42795", 1904, (2021, 3, 2)),
    ],
)
def test_a_serial_is_a_day(serial, system, day):
    assert from_serial(serial, system).value == dt.date(*day)


@pytest.mark.parametrize("serial", ["60", "0", "-5", "1e9", "x"])
def test_a_serial_that_is_no_day(serial):
    assert from_serial(serial).rule == "unreadable_date"
