"""What spreadsheets leave in cells: typed values, error words, codes turned into dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

__all__ = ["DATE", "ERRORS", "MISSING", "NUMBER", "is_error", "marked", "shown", "typed"]

# A workbook's own numbers and dates are marked, so that text reading never mistakes them.
# Both marks are control characters, which are removed from any text that arrives.
NUMBER = "\x1d"
DATE = "\x1e"
# A value that its file itself declares missing: the mark, its code, "|", its label.
MISSING = "\x1f"

ERRORS = frozenset(
    "#n/d #n/a #rif! #ref! #valore! #value! #div/0! #nome? #name? #num! #nullo! #null! #dati! "
    "#espandi! #spill! #calc! #getting_data err:502 err:504 err:508 err:511 err:522".split()
)


def is_error(text: str) -> bool:
    """Say whether a text is a spreadsheet's error, Italian or English.

    Examples
    --------
    >>> is_error("#N/D"), is_error(" #rif! "), is_error("#12")
    (True, True, False)
    """
    return text.strip().casefold() in ERRORS


def marked(value: Any) -> str:
    """Return a workbook cell as text; numbers and dates carry a mark before it.

    Examples
    --------
    >>> marked(8.0) == NUMBER + "8", marked("8")
    (True, '8')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return NUMBER + str(int(value))
    if isinstance(value, int):
        return f"{NUMBER}{value}"
    if isinstance(value, float):
        return NUMBER + (str(int(value)) if value.is_integer() else repr(value))
    if isinstance(value, dt.datetime):
        return DATE + value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(value, dt.date):
        return DATE + value.isoformat()
    if isinstance(value, dt.timedelta):
        return f"{NUMBER}{value.total_seconds() / 86400!r}"
    return str(value)


def typed(text: str) -> bool:
    """Say whether the cell was a number or a date in its workbook."""
    return text[:1] in (NUMBER, DATE)


def shown(text: str) -> str:
    """Return the cell as a person saw it, without its mark."""
    return text[1:] if text[:1] in (NUMBER, DATE, MISSING) else text
