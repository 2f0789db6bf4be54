"""How tables about the households are laid out: who they were, who was followed, how many."""

from __future__ import annotations

from collections.abc import Sequence

from nextome_eval.reporting import numbers
from nextome_eval.reporting.numbers import MASKED, NOT_GIVEN, digits_for
from nextome_eval.reporting.released import Released
from nextome_eval.reporting.speech import Row, Speech, rows_of
from nextome_eval.reporting.tables.shown import Line, Shown

__all__ = ["attrition", "balance", "counts", "flow", "lost_retained", "missingness", "text"]

_HIDDEN = ("role_of", "step", "counted")


def balance(released: Released, say: Speech) -> Shown:
    """T3: mean (SD) or n (%) by arm, standardised difference, missing by arm."""
    weighted = "std_difference_weighted" in released.rows
    header = [say.header("variable"), say.arm("1"), say.arm("0"), say.header("std_difference")]
    header += [say.header("std_difference_weighted")] if weighted else []
    header += [f"{say.header('missing')}: {say.arm(a).lower()}" for a in ("1", "0")]
    lines: list[Line] = []
    before = ""
    for row in rows_of(released):
        levelled = row.text("level") != ""
        if levelled and row.text("term") != before:
            missing = [say.count(row, f"missing_{a}") for a in ("1", "0")]
            blank = [""] * (len(header) - 3)
            lines.append(Line((say.word(row.text("term")), *blank, *missing), head=False))
        before = row.text("term")
        name = say.word(row.text("level") if levelled else row.text("term"))
        cells = [name, *(_described(row, a, say) for a in ("1", "0"))]
        cells.append(say.number(row, "std_difference", 2))
        cells += [say.number(row, "std_difference_weighted", 2)] if weighted else []
        cells += ["", ""] if levelled else [say.count(row, f"missing_{a}") for a in ("1", "0")]
        lines.append(Line(tuple(cells), indent=int(levelled)))
    return Shown(tuple(header), "l" + "r" * (len(header) - 1), tuple(lines))


def _described(row: Row, arm: str, say: Speech) -> str:
    if row.has(f"count_{arm}"):
        return say.share(row, f"count_{arm}", f"n_{arm}", f"percent_{arm}")
    return mean_sd(row, arm, say)


def mean_sd(row: Row, arm: str, say: Speech) -> str:
    """Return ``34.1 (8.2)``; only what was released of it."""
    if not row.has(f"mean_{arm}"):
        return NOT_GIVEN
    if row.hidden(f"mean_{arm}"):
        return MASKED
    digits = digits_for(row.real(f"mean_{arm}"))
    mean = say.number(row, f"mean_{arm}", digits)
    if row.hidden(f"sd_{arm}") or not row.has(f"sd_{arm}"):
        return mean
    return f"{mean} ({say.number(row, f'sd_{arm}', digits)})"


def attrition(released: Released, say: Speech) -> Shown:
    """T4 a: lost of those assigned, by wave and arm."""
    header = (say.header("wave"), *(f"{say.arm(a)}: {say.header('lost_of_n')}" for a in ("1", "0")))
    lines = []
    for row in rows_of(released):
        term = row.text("term")
        main = term in ("followed", "lost", "")
        name = say.wave(row) if main else f"{say.word(term)} ({say.wave(row)})"
        shares = [
            say.share(row, f"lost_{a}", f"n_{a}", f"percent_{a}")
            if main
            else say.count(row, f"lost_{a}")
            for a in ("1", "0")
        ]
        lines.append(Line((name, *shares), indent=int(not main)))
    return Shown(header, "lrr", tuple(lines))


def lost_retained(released: Released, say: Speech) -> Shown:
    """T4 b: those lost and those retained, at the beginning."""
    header = (
        say.header("variable"),
        say.header("arm"),
        say.header("lost"),
        say.header("retained"),
        say.header("std_difference"),
    )
    lines = []
    for row in rows_of(released):
        level = row.text("level")
        name = say.word(row.text("term")) + (f": {say.word(level)}" if level else "")
        sides = (_side(row, side, say) for side in ("lost", "retained"))
        arm = say.arm(row.text("arm"))
        lines.append(Line((name, arm, *sides, say.number(row, "std_difference", 2))))
    return Shown(header, "llrrr", tuple(lines))


def _side(row: Row, side: str, say: Speech) -> str:
    if row.has(f"count_{side}"):
        return say.share(row, f"count_{side}", f"n_{side}", f"percent_{side}")
    if not row.has(f"mean_{side}"):
        return NOT_GIVEN
    if row.hidden(f"mean_{side}"):
        return MASKED
    n = say.count(row, f"n_{side}")
    return f"{say.number(row, f'mean_{side}')} (n = {n})"


def flow(released: Released, say: Speech) -> Shown:
    """F1 as a table, for readers who cannot see it."""
    header = (say.header("item"), say.header("arm"), say.header("n"))
    lines = []
    for row in rows_of(released):
        wave = say.wave(row)
        name = say.word(row.text("term")) + (f" {wave}" if wave else "")
        lines.append(
            Line(
                (name, say.arm(row.text("arm")), say.count(row, "n")),
                indent=int(row.text("role") == "loss"),
            )
        )
    return Shown(header, "llr", tuple(lines))


def missingness(released: Released, say: Speech) -> Shown:
    """F10 as a table."""
    header = (say.header("variable"), say.header("wave"), say.header("arm"), say.header("missing"))
    lines = [
        Line(
            (
                say.word(row.text("term")),
                say.wave(row),
                say.arm(row.text("arm")),
                say.share(row, "missing", "n", "percent"),
            )
        )
        for row in rows_of(released)
    ]
    return Shown(header, "lllr", tuple(lines))


def counts(released: Released, say: Speech) -> Shown:
    """Any table of counts: words first, then shares by arm, then what is left."""
    rows = rows_of(released)
    columns = [str(c) for c in released.rows.columns if c not in _HIDDEN]
    shares = [a for a in ("1", "0") if {f"events_{a}", f"n_{a}"} <= set(columns)]
    used = {f"{name}_{a}" for a in shares for name in ("events", "n", "percent")}
    words = [c for c in columns if c not in used and (c == "term" or not _numeric(rows, c))]
    rest = [c for c in columns if c not in used and c not in words and not c.startswith("percent")]
    header = [say.header(c) for c in words]
    header += [f"{say.arm(a)}: {say.header('events_of_n')}" for a in shares]
    header += [say.header(c) for c in rest]
    lines = []
    for row in rows:
        cells = [_placed(row, c, say) for c in words]
        cells += [say.share(row, f"events_{a}", f"n_{a}", f"percent_{a}") for a in shares]
        cells += [_counted(row, c, say) for c in rest]
        lines.append(Line(tuple(cells)))
    return Shown(tuple(header), "l" * len(words) + "r" * (len(header) - len(words)), tuple(lines))


def _placed(row: Row, column: str, say: Speech) -> str:
    text = row.text(column)
    if column == "month" and len(text) == 7 and text[5].isdigit():
        return numbers.month(text, say.language)
    if column == "wave":
        return say.wave(row)
    return say.arm(text) if column == "arm" else say.word(text)


def _numeric(rows: Sequence[Row], column: str) -> bool:
    if column == "wave":
        return False
    return any(row.has(column) for row in rows)


def _counted(row: Row, column: str, say: Speech) -> str:
    whole = row.hidden(column) or not row.has(column) or row.real(column).is_integer()
    percent = column.replace("count", "percent")
    shown = say.number(row, column, 0 if whole else None)
    if percent != column and row.has(percent) and not row.hidden(column, percent):
        return f"{shown} ({say.number(row, percent, 0)}%)"
    return shown


def text(released: Released, say: Speech) -> Shown:
    """A table of words: T1, T12, the checklist."""
    columns: list[str] = []
    for column in map(str, released.rows.columns):
        name = column[:-3] if column.endswith(("_it", "_en")) else column
        if name not in columns:
            columns.append(name)
    lines = []
    for row in rows_of(released):
        cells = [_worded(row, c, say) for c in columns]
        lines.append(Line(tuple(cells)))
    return Shown(tuple(say.header(c) for c in columns), "l" * len(columns), tuple(lines))


def _worded(row: Row, column: str, say: Speech) -> str:
    own = f"{column}_{say.language}"
    if own in row.values:
        return row.text(own)
    return say.word(row.text(column)) if column == "term" else row.text(column)
