"""What an old workbook (.xls) holds and its reader leaves out: hidden rows, error cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

__all__ = ["OLE", "unseen_xls"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFE  # of a chain of sectors
_ENTRY = 128  # bytes of one name in the directory
_BOF, _EOF, _SHEET = (0x0809, 0x0409, 0x0209, 0x0009), 0x000A, 0x0085
_ROW, _BOOLEAN_OR_ERROR, _FORMULA = 0x0208, 0x0205, 0x0006
_HIDDEN = 0x20
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def unseen_xls(path: Path) -> dict[str, tuple[frozenset[int], dict[tuple[int, int], str]]]:
    """Return each sheet's hidden rows (from 1) and error cells (row and column from 0).

    Parameters
    ----------
    path : Path
        A workbook of Excel 97 to 2003 (BIFF8 within a compound file; [MS-XLS], [MS-CFB]).

    Returns
    -------
    dict
        By sheet name; empty where the file is of another kind or damaged.
    """
    raw = path.read_bytes()
    if not raw.startswith(OLE):
        return {}
    try:
        stream = _workbook_stream(raw)
        return {name: _unseen(stream, start) for name, start in _sheets(stream)}
    except (struct.error, LookupError, StopIteration, ValueError, OverflowError):
        return {}


def _workbook_stream(raw: bytes) -> bytes:
    """Take the workbook out of the compound file that holds it."""
    size, small = 1 << _number(raw, 30, "H"), 1 << _number(raw, 32, "H")
    sectors = [raw[at : at + size] for at in range(512, len(raw), size)]
    listed = list(struct.unpack_from("<109I", raw, 76))
    further = _number(raw, 68)
    for _ in range(_number(raw, 72)):
        *more, further = struct.unpack(f"<{size // 4}I", sectors[further])
        listed += more
    table = b"".join(sectors[at] for at in listed[: _number(raw, 44)])
    directory = b"".join(sectors[at] for at in _chain(table, _number(raw, 48)))
    names = {
        entry[: max(0, _number(entry, 64, "H") - 2)].decode("utf-16-le"): entry
        for entry in (directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY))
    }
    found = next(names[name] for name in ("Workbook", "Book") if name in names)
    start, length = _number(found, 116), _number(found, 120)
    if length >= _number(raw, 56):
        return b"".join(sectors[at] for at in _chain(table, start))[:length]
    root = names["Root Entry"]
    held = b"".join(sectors[at] for at in _chain(table, _number(root, 116)))
    little = b"".join(sectors[at] for at in _chain(table, _number(raw, 60)))
    parts = (held[at * small : (at + 1) * small] for at in _chain(little, start))
    return b"".join(parts)[:length]


def _chain(table: bytes, start: int) -> Iterator[int]:
    for _ in range(len(table) // 4):
        if start >= _END:
            return
        yield start
        start = _number(table, 4 * start)


def _number(raw: bytes, at: int, kind: str = "I") -> int:
    return int(struct.unpack_from(f"<{kind}", raw, at)[0])


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the workbook, those of charts within it left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind in _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        if depth == 0:
            return
        at += 4 + length


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    for kind, body in _records(stream, 0):
        if kind == _SHEET:
            length, wide = body[6], body[7] & 1
            name = body[8 : 8 + length * (1 + wide)]
            yield name.decode("utf-16-le" if wide else "latin-1"), _number(body, 0)


def _unseen(stream: bytes, start: int) -> tuple[frozenset[int], dict[tuple[int, int], str]]:
    hidden: set[int] = set()
    errors: dict[tuple[int, int], str] = {}
    for kind, body in _records(stream, start):
        if kind == _ROW and _number(body, 12) & _HIDDEN:
            hidden.add(_number(body, 0, "H") + 1)
        elif kind == _BOOLEAN_OR_ERROR and body[7]:
            errors[struct.unpack_from("<HH", body)] = _ERRORS.get(body[6], "#N/A")
        elif kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
            errors[struct.unpack_from("<HH", body)] = _ERRORS.get(body[8], "#N/A")
    return frozenset(hidden), errors
