"""Which entries a codebook may have, and what each looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nextome_eval.errors import DataProblem

__all__ = ["check_shape"]


class _Shape(NamedTuple):
    fits: Callable[[Any], bool]
    example: str


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return _text(value) or (isinstance(value, list) and all(map(_text, value)))


def _row(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _rows(value: Any) -> bool:
    several = isinstance(value, list) and bool(value) and all(map(_row, value))
    return _row(value) or (several and value == sorted(set(value)))


def _mapping(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(of, value.values()))


def _scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _inside(value: Any) -> bool:
    """Files of the study's own folder, and no others."""
    names = [value] if _text(value) else value
    return _texts(value) and not any(n.startswith(("/", "\\")) or ".." in n for n in names)


_SHAPES: Mapping[str, Mapping[str, _Shape]] = {
    "file": {
        "title": _Shape(_text, '"Padova: schede nucleo"'),
        "files": _Shape(_inside, '["padova_*.xlsx"]'),
        "format": _Shape(_text, '"csv"'),
        "delimiter": _Shape(lambda v: _text(v) and len(v) == 1 and v not in '"\n\r', '";"'),
        "dates": _Shape(_text, '"dmy"'),
        "decimal": _Shape(_text, '","'),
        "date_system": _Shape(_row, "1904"),
        "missing": _Shape(_mapping(_text), 'missing."n.d." = "not_asked"'),
        "tables": _Shape(lambda v: isinstance(v, list) and all(isinstance(t, dict) for t in v),
                         "[[tables]]"),
    },
    "table": {
        "table": _Shape(_text, '"households"'),
        "sheets": _Shape(_texts, '["Nuclei"]'),
        "header": _Shape(_rows, "1, [4, 5]"),
        "columns": _Shape(lambda v: isinstance(v, dict), 'columns.household = "ID_NUCLEO"'),
        "drop": _Shape(_texts, '["NOTE"]'),
        "ignore": _Shape(_texts, '["ENTE"]'),
        "constants": _Shape(_mapping(_scalar), 'constants.municipality = "Padova"'),
        "set_aside": _Shape(_mapping(_texts), 'set_aside.NOTE = ["annullato*"]'),
        "long": _Shape(_texts, '["T0", "T6"]'),
        "month_in_sheet": _Shape(lambda v: isinstance(v, int), "true, 2021"),
        "only": _Shape(_mapping(_texts), 'only.redcap_event_name = ["ingresso*"]'),
        "repeat_of": _Shape(_text, '"visita"'),
        "fill_down": _Shape(_texts, '["ID_NUCLEO"]'),
    },
    "column": {
        "from": _Shape(_texts, '"ID_NUCLEO"'),
        "words": _Shape(_mapping(_scalar), 'words."alloggio" = "flat"'),
        "missing": _Shape(_mapping(_text), 'missing."n.d." = "not_asked"'),
        "dates": _Shape(_text, '"dmy"'),
        "decimal": _Shape(_text, '","'),
        "empty": _Shape(_text, '"no"'),
        "form": _Shape(_text, '"visita_complete"'),
        "has": _Shape(_text, '"lavoro"'),
        "unknown_day": _Shape(_text, '"01/01"'),
        "optional": _Shape(lambda v: isinstance(v, bool), "true"),
    },
}  # fmt: skip


def check_shape(path: Path, kind: str, place: str, entry: Any) -> None:
    """Refuse an entry that means nothing, and one that does not look as it should.

    Parameters
    ----------
    path : Path
        The codebook.
    kind : {"file", "table", "column"}
    place : str
        Where in the codebook, as a person finds it.
    entry : mapping
    """
    shapes = _SHAPES[kind]
    if not isinstance(entry, dict):
        _refuse(path, place, shapes["from"].example if kind == "column" else "[[tables]]")
    unknown = [key for key in entry if key not in shapes]
    if unknown:
        raise DataProblem(
            "codebook_key",
            codebook=path.name,
            place=place or "top",
            keys=unknown,
            known=sorted(shapes),
        )
    for key, value in entry.items():
        if not shapes[key].fits(value):
            _refuse(path, f"{place}.{key}" if place else key, shapes[key].example)


def _refuse(path: Path, place: str, example: str) -> None:
    raise DataProblem("codebook_shape", codebook=path.name, place=place, example=example)
