"""Contract codes of the comunicazioni obbligatorie, and the class each belongs to."""

from __future__ import annotations

import re

from nextome_eval.loaders.cells.excel import typed
from nextome_eval.loaders.cells.read import BLANK, Read, no, tidy

__all__ = ["contract_class", "read_contract"]

_CODE = re.compile(r"([A-Z])[. \-/]?(\d{2})[. \-/]?(\d{2})(?: ?[-–:(].*)?\Z")
# The longest beginning that fits decides. C.* (placements, community work) are no jobs at all.
_CLASSES = {
    "A.01": "permanent",
    "A.02": "fixed_term",
    "A.03": "apprenticeship",
    "A.04.02": "domestic",
    "A.05.02": "on_call",
    "A.08.02": "agency",
    "A": "other",
    "B": "self_employed",
    "C": "traineeship",
    "D": "other",
    "E": "other",
    "F": "other",
    "G": "other",
    "H": "other",
    "I": "other",
    "L": "other",
    "M": "other",
    "N": "other",
}


def read_contract(text: str) -> Read:
    """Read a contract code in its full form, letter and two pairs of digits.

    Its description may follow, after a hyphen, a colon or in brackets.

    Examples
    --------
    >>> read_contract("a0100").value, read_contract("A.01.00").value, read_contract("CTD").rule
    ('A.01.00', 'A.01.00', 'unknown_word')
    """
    plain = tidy(text).upper()
    if not plain:
        return BLANK
    found = _CODE.match(plain)
    if not found or found[1] not in _CLASSES:
        return no("excel_turned") if typed(text) else no("unknown_word")
    return Read(".".join(found.groups()))


def contract_class(code: str) -> str:
    """Return the class of a contract code.

    Examples
    --------
    >>> contract_class("A.04.02"), contract_class("A.03.08"), contract_class("C.01.00")
    ('domestic', 'apprenticeship', 'traineeship')
    """
    return next(_CLASSES[code[:cut]] for cut in (7, 4, 1) if code[:cut] in _CLASSES)
