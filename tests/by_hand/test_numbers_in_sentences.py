"""Numbers inside sentences are written as the language writes them."""

from __future__ import annotations

from nextome_eval.estimates.inference import Reason
from nextome_eval.estimates.notes import Note


def test_notes_have_a_decimal_comma_in_italian() -> None:
    note = Note.of("frailty_variance", variance="0.123", gain="2.50", groups=7)
    assert "0,123" in note.text("it")
    assert "2,50" in note.text("it")
    assert "0.123" in note.text("en")


def test_reasons_have_thousands_and_a_minus() -> None:
    bounds = Reason("honest_bounds", {"low": -3095, "high": 2306})
    assert "\u22123.095 a 2.306 euro" in bounds.text("it")
    assert "\u22123,095 to 2,306 euro" in bounds.text("en")
    assert "0,87 volte" in Reason("flats_ratio", {"ratio": "0.87"}).text("it")
