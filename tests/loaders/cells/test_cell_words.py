"""Words: flags, sexes, towns, citizenships, contracts, waves, levels, classes."""

import pytest

from nextome_eval.loaders.cells.citizenship import read_citizenship
from nextome_eval.loaders.cells.coded import read_flag, read_free, read_sex, read_word
from nextome_eval.loaders.cells.contracts import contract_class, read_contract
from nextome_eval.loaders.cells.excel import DATE, NUMBER, is_error, marked
from nextome_eval.loaders.cells.places import read_municipality
from nextome_eval.loaders.cells.read import fold, missing_word
from nextome_eval.loaders.cells.scales import read_cefr, read_ethos, read_wave

TABLE = [
    (read_flag, "Sì", True),
    (read_flag, "SI'", True),
    (read_flag, "s", True),
    (read_flag, "Y", True),
    (read_flag, NUMBER + "1", True),
    (read_flag, "X", True),
    (read_flag, "no", False),
    (read_flag, "FALSO", False),
    (read_flag, "", None),
    (read_flag, "sì.", True),
    (read_flag, "1.0", True),
    (read_flag, "0,0", False),
    (read_sex, "Femm.", "F"),
    (read_sex, "Masch.", "M"),
    (read_sex, "Femmina", "F"),
    (read_sex, "m", "M"),
    (read_sex, "DONNA", "F"),
    (read_municipality, "Abano", "028001"),
    (read_municipality, "ABANO TERME (PD)", "028001"),
    (read_municipality, "Comune di Padova", "028060"),
    (read_municipality, "PADOVA", "028060"),
    (read_municipality, "Montegrotto", "028057"),
    (read_municipality, "PIOVE DI SACCO (PD)", "028065"),
    (read_municipality, "Noventa P.na", "028058"),
    (read_municipality, "28060", "028060"),
    (read_municipality, NUMBER + "28001", "028001"),
    (read_municipality, "028092", "028092"),
    (read_municipality, "g224", "028060"),
    (read_municipality, "  rubano ", "028072"),
    (read_municipality, "Noventa Pad.na", "028058"),
    (read_municipality, "ABANO T.ME", "028001"),
    (read_municipality, "28.060", "028060"),
    (read_municipality, "28060.0", "028060"),
    (read_citizenship, "marocchina", "MA"),
    (read_citizenship, "MAROCCHINO", "MA"),
    (read_citizenship, "436", "MA"),
    (read_citizenship, NUMBER + "436", "MA"),
    (read_citizenship, "Z330", "MA"),
    (read_citizenship, "ma", "MA"),
    (read_citizenship, "Costa d’Avorio", "CI"),
    (read_citizenship, "ivoriana", "CI"),
    (read_citizenship, "nigeriana", "NG"),
    (read_citizenship, "nigerina", "NE"),
    (read_citizenship, "senegalesi", "SN"),
    (read_citizenship, "polacche", "PL"),
    (read_citizenship, "Côte d'Ivoire", "CI"),
    (read_citizenship, "siriana", "SY"),
    (read_citizenship, "Bangladesh", "BD"),
    (read_citizenship, "bengalese", "BD"),
    (read_citizenship, "235", "RO"),
    (read_citizenship, "apolide", "XX"),
    (read_citizenship, "Moldavia", "MD"),
    (read_citizenship, "Ivoriana", "CI"),
    (read_citizenship, "Costa d´Avorio", "CI"),
    (read_citizenship, "costa d avorio", "CI"),
    (read_citizenship, "cittadina del Bangladesh", "BD"),
    (read_citizenship, "nazionalità nigeriana", "NG"),
    (read_citizenship, "Marocchina (436)", "MA"),
    (read_citizenship, "436 - Marocco", "MA"),
    (read_citizenship, "Z330 Marocco", "MA"),
    (read_citizenship, "436.0", "MA"),
    (read_citizenship, "MAR", "MA"),
    (read_citizenship, "Guinea Conakry", "GN"),
    (read_citizenship, "guineense", "GW"),
    (read_citizenship, "Zaire", "CD"),
    (read_citizenship, "Rep. Dem. Congo", "CD"),
    (read_citizenship, "Afganistan", "AF"),
    (read_citizenship, "bangladeshi", "BD"),
    (read_citizenship, "Sud Africa", "ZA"),
    (read_citizenship, "belghe", "BE"),
    (read_citizenship, "vietnamite", "VN"),
    (read_contract, "A.01.00", "A.01.00"),
    (read_contract, "A-02-00 - Tempo determinato", "A.02.00"),
    (read_contract, "a0200", "A.02.00"),
    (read_wave, "T0", 0),
    (read_wave, "t 6", 6),
    (read_wave, "12 mesi", 12),
    (read_wave, "T-24", 24),
    (read_wave, NUMBER + "18", 18),
    (read_wave, "Baseline", 0),
    (read_wave, "base-line", 0),
    (read_wave, "6.0", 6),
    (read_wave, "6m", 6),
    (read_wave, "FU 12", 12),
    (read_wave, "6° mese", 6),
    (read_cefr, "B1+", "B1"),
    (read_cefr, "Liv. A2", "A2"),
    (read_cefr, "QCER B1", "B1"),
    (read_cefr, "b1", "B1"),
    (read_cefr, "A2+", "A2"),
    (read_cefr, "Pre A1", "A0"),
    (read_cefr, "PreA1", "A0"),
    (read_ethos, "0", 0),
    (read_ethos, NUMBER + "6", 6),
    (read_ethos, "2.1", 2),
    (read_ethos, "ETHOS Light 6.1", 6),
    (read_ethos, NUMBER + "3.2", 3),
    (read_ethos, "Ospite di amici", 6),
    (read_free, "  Coop.  Alfa ", "Coop. Alfa"),
    (read_free, NUMBER + "8", "8"),
]
REFUSED = [
    (read_flag, "forse", "unknown_word"),
    (read_flag, "!", "unknown_word"),
    (read_sex, "1", "unknown_word"),
    (read_flag, "-1", "unknown_word"),
    (read_municipality, "PD", "unknown_municipality"),
    (read_municipality, "Sant'Angelo di Piove", "unknown_municipality"),
    (read_municipality, "35031 Abano", "unknown_municipality"),
    (read_citizenship, "marocchina/italiana", "unknown_citizenship"),
    (read_citizenship, "doppia cittadinanza", "unknown_citizenship"),
    (read_citizenship, "congolese", "unknown_citizenship"),
    (read_citizenship, "Corea", "unknown_citizenship"),
    (read_citizenship, "Jugoslavia", "unknown_citizenship"),
    (read_citizenship, "4.36", "unknown_citizenship"),
    (read_citizenship, "NA", "unknown_citizenship"),
    (read_wave, "1.2", "unknown_word"),
    (read_wave, "-6", "unknown_word"),
    (read_cefr, "A2/B1", "unknown_word"),
    (read_ethos, "6.1", "unknown_word"),
    (read_ethos, "1-6", "unknown_word"),
    (read_municipality, "Sant'Angelo di Piove di Sacco", "unknown_municipality"),
    (read_municipality, "Noventa Vicentina", "unknown_municipality"),
    (read_municipality, "Noventa di Piave", "unknown_municipality"),
    (read_municipality, "Noventa", "unknown_municipality"),
    (read_municipality, "Masera' di Padova", "unknown_municipality"),
    (read_municipality, "Maserà di Padova", "unknown_municipality"),
    (read_municipality, "28061", "unknown_municipality"),
    (read_municipality, "60", "unknown_municipality"),
    (read_citizenship, "extracomunitaria", "unknown_citizenship"),
    (read_citizenship, "Z999", "unknown_citizenship"),
    (read_contract, "CTD", "unknown_word"),
    (read_contract, NUMBER + "8", "excel_turned"),
    (read_wave, "T", "unknown_word"),
    (read_wave, DATE + "2021-06-01", "excel_turned"),
    (read_cefr, "D1", "unknown_word"),
    (read_cefr, "B0", "unknown_word"),
    (read_ethos, "7", "unknown_word"),
    (read_ethos, "-oth-", "unknown_word"),
]


@pytest.mark.parametrize(("reader", "text", "value"), TABLE)
def test_a_word_is_read(reader, text, value):
    assert reader(text) == (value, None, None)


@pytest.mark.parametrize(("reader", "text", "rule"), REFUSED)
def test_a_word_is_refused(reader, text, rule):
    assert reader(text) == (None, "unreadable", rule)


def test_a_sign_is_not_a_word():
    codes = {fold("-"): "none", fold("1"): "M", fold("12"): "other"}
    assert read_word("-", codes).value == "none"
    assert read_word("1.0", codes).value == "M"
    assert [read_word(t, codes).rule for t in ("?", "-1", "1.2")] == ["unknown_word"] * 3
    assert read_word("", codes) == (None, None, None)


def test_a_code_that_the_spreadsheet_turned():
    codes = {"4+4": "ordinary_dwelling", "3+2": "ordinary_dwelling", "12": "other"}
    assert read_word("4+4", codes).value == "ordinary_dwelling"
    assert read_word(NUMBER + "8", codes).rule == "excel_turned"
    assert read_word(DATE + "2024-02-03", codes).rule == "excel_turned"
    assert read_word(NUMBER + "12", codes).value == "other"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("A.01.00", "permanent"),
        ("A.02.01", "fixed_term"),
        ("A.03.08", "apprenticeship"),
        ("A.04.02", "domestic"),
        ("A.04.01", "other"),
        ("A.05.02", "on_call"),
        ("A.08.02", "agency"),
        ("B.02.00", "self_employed"),
        ("C.01.00", "traineeship"),
        ("D.01.00", "other"),
    ],
)
def test_a_contract_has_a_class(code, kind):
    assert contract_class(code) == kind


@pytest.mark.parametrize("text", ["#N/D", "#RIF!", "#VALORE!", "#DIV/0!", "#NOME?", "#n/a"])
def test_spreadsheet_errors_in_italian_and_english(text):
    assert is_error(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("n.d.", "does_not_know"),
        ("Non risponde", "refused"),
        ("N.A.", "not_applicable"),
        ("-", "not_asked"),
        ("–", "not_asked"),
        ("N.D", "does_not_know"),
        ("non  so", "does_not_know"),
    ],
)
def test_a_missing_word_states_its_reason(text, reason):
    assert missing_word(text).reason == reason


def test_the_codebooks_missing_words_come_first():
    assert missing_word("n.d.", {fold("n.d."): "not_asked"}).reason == "not_asked"
    assert missing_word("ND", {fold("n.d."): "not_asked"}).reason == "not_asked"
    assert missing_word("Padova") is None
    assert missing_word("").reason is None


def test_typed_cells_keep_what_they_were():
    assert marked(8.0) == NUMBER + "8"
    assert marked(True) == NUMBER + "1"
    assert marked(None) == ""
