"""Where a file's headers stand, and which canonical column each one feeds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NoReturn

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.read import tidy
from nextome_eval.loaders.codebook import Codebook, TableRule, same_header
from nextome_eval.loaders.files import Sheet
from nextome_eval.loaders.ledger import Lines
from nextome_eval.study.tables import tables

__all__ = ["headers_of", "match", "refuse_headers", "report_columns", "require_keys"]

_SEARCHED = 40
_TWIN = re.compile(r"(.+) \(\d+\)")


def headers_of(sheet: Sheet, rule: TableRule, codebook: Codebook) -> list[str]:
    """Return a sheet's headers, two rows joined as "UPPER / LOWER", twins numbered."""
    if len(sheet.cells) < max(rule.header):
        refuse_headers(sheet, rule, codebook)
    parts = [[tidy(text) for text in sheet.cells.iloc[row - 1]] for row in rule.header]
    upper = list(parts[0])
    for at in range(1, len(upper)):
        if len(parts) > 1 and not upper[at] and any(part[at] for part in parts[1:]):
            upper[at] = upper[at - 1]
    joined = []
    for column in zip(upper, *parts[1:], strict=True):
        words = [word for at, word in enumerate(column) if word and word not in column[:at]]
        joined.append(" / ".join(words))
    seen: dict[str, int] = {}
    for at, header in enumerate(joined):
        seen[header] = seen.get(header, 0) + 1
        if header and seen[header] > 1:
            joined[at] = f"{header} ({seen[header]})"
    return joined


def match(headers: list[str], rule: TableRule) -> dict[str, list[int]]:
    """Return the places of each canonical column's headers.

    A header that stands in the file twice is meant both times, unless the codebook says which.
    """
    found = {}
    named = [h for column in rule.columns.values() for h in column.headers]
    for name, column in rule.columns.items():
        wanted = [h.replace("*", mark) for h in column.headers for mark in rule.long or ("*",)]
        places = [i for want in wanted for i, h in enumerate(headers) if h and same_header(h, want)]
        places += [
            i
            for want in wanted
            for i, h in enumerate(headers)
            if (twin := _TWIN.fullmatch(h))
            and twin[1] in headers[:i]
            and same_header(twin[1], want)
            and not rule.knows(h)
            and not any(same_header(h, other) for other in named)
        ]
        if places:
            found[name] = list(dict.fromkeys(places))
    return found


def refuse_headers(sheet: Sheet, rule: TableRule, codebook: Codebook) -> NoReturn:
    """Say where the headers are instead, or that they are nowhere."""
    expected = _written(rule)
    for at in range(min(_SEARCHED, len(sheet.cells) - len(rule.header) + 1)):
        rows = tuple(row - rule.header[0] + at + 1 for row in rule.header)
        moved = replace(rule, header=rows)
        if rows == rule.header or rows[-1] > len(sheet.cells):
            continue
        hits = match(headers_of(sheet, moved, codebook), rule)
        if len(hits) > max(1, len(rule.columns) // 2):
            raise DataProblem(
                "header_moved",
                file=sheet.file,
                sheet=sheet.name or "-",
                row=expected,
                found=_written(moved),
                codebook=codebook.name,
            )
    wanted = [column.headers[0] for column in rule.columns.values() if column.headers]
    raise DataProblem(
        "header_not_found",
        file=sheet.file,
        sheet=sheet.name or "-",
        row=expected,
        codebook=codebook.name,
        columns=wanted,
    )


def _letter(at: int) -> str:
    """Name a column as a spreadsheet does: A, B ... Z, AA."""
    above, last = divmod(at, 26)
    return (_letter(above - 1) if above else "") + chr(ord("A") + last)


def _written(rule: TableRule) -> str:
    """The header line as the codebook writes it."""
    return str(rule.header[0] if len(rule.header) == 1 else list(rule.header))


def require_keys(sheet: Sheet, rule: TableRule, found: dict[str, list[int]], book: str) -> None:
    """Refuse a file without a column that tells its records apart."""
    given = {*found, *rule.constants, *(["wave"] if rule.long else [])}
    given |= {"month"} if rule.month_in_sheet else set()
    lacking = [key for key in tables()[rule.table].needed if key not in given]
    if lacking:
        wanted = [h for key in lacking if key in rule.columns for h in rule.columns[key].headers]
        raise DataProblem(
            "key_column_missing",
            file=sheet.file,
            sheet=sheet.name or "-",
            columns=wanted or lacking,
            codebook=book,
        )


def report_columns(
    headers: list[str], found: dict[str, list[int]], sheet: Sheet, rule: TableRule, lines: Lines
) -> None:
    """List the columns that the codebook does not know, and those that it awaits in vain.

    A column without a header that holds something is listed by its letter.
    """
    place = {"file": sheet.file, "sheet": sheet.name, "row": max(rule.header) - sheet.offset}
    used = {at for places in found.values() for at in places}
    serving = [*rule.set_aside, *rule.only, *(c.form for c in rule.columns.values() if c.form)]
    unknown = [
        h
        for at, h in enumerate(headers)
        if h
        and at not in used
        and not rule.knows(h)
        and not any(same_header(h, s) for s in serving)
    ]
    below = sheet.cells.iloc[max(rule.header) :]
    last = max((at for at, h in enumerate(headers) if h), default=0)  # beyond it: ragged rows
    unknown += [
        f"[{_letter(at)}]"
        for at, h in enumerate(headers)
        if not h and (at < last or sheet.name) and below[at].str.strip().ne("").any()
    ]
    if unknown:
        lines.add("unknown_column", column=unknown, **place)
    awaited = [
        header
        for column in rule.columns.values()
        for header in column.headers
        if "*" not in header
        and not column.optional
        and not any(h and same_header(h, header) for h in headers)
    ]
    if awaited:
        lines.add("missing_column", column=awaited, **place)
