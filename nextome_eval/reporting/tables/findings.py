"""How tables of findings are laid out: outcomes, means by wave, survival, costs, sensitivity."""

from __future__ import annotations

from nextome_eval.reporting import numbers
from nextome_eval.reporting.curves import standing_at
from nextome_eval.reporting.released import Released
from nextome_eval.reporting.speech import Row, Speech, rows_of
from nextome_eval.reporting.tables.households import mean_sd
from nextome_eval.reporting.tables.shown import Line, Shown

__all__ = ["answers", "costs", "life_table", "means", "outcomes", "sensitivity"]

_LIMITS = ("estimate", "conf_low", "conf_high")
# on these scales a tenth is a lot
_FINE = ("ratio", "sd")
_PLACES = (
    "role", "group", "left_out", "strata", "arm", "cohort", "time", "exposure", "cause",
    "variance_ratio",
)  # fmt: skip


def outcomes(released: Released, say: Speech) -> Shown:
    """T5, T6: each arm, the estimate with its interval, p with its assignments."""
    holm = "p_holm" in released.rows
    shares = "events_1" in released.rows
    kind = "events_of_n" if shares and "mean_1" not in released.rows else "mean_sd"
    header = [say.header("outcome" if "family" in released.rows else "definition")]
    header += [f"{say.arm(a)}: {say.header(kind)}" for a in ("1", "0")]
    header += [say.header("measure"), say.header("estimate"), say.header("p_value")]
    header += [say.header("p_holm")] if holm else []
    lines: list[Line] = []
    family = ""
    for row in rows_of(released):
        if row.text("family") not in ("", family):
            family = row.text("family")
            lines.append(Line((say.word(family), *[""] * (len(header) - 1)), head=True))
        cells = [_named(row, say), *(arm_cell(row, a, say) for a in ("1", "0"))]
        cells += [say.word(row.text("measure")), _estimate(row, say), say.p_value(row)]
        cells += [say.p_value(row, "p_holm")] if holm else []
        lines.append(Line(tuple(cells)))
    return Shown(tuple(header), "lrrlrr" + "r" * holm, tuple(lines)).without_empty_columns()


def _estimate(row: Row, say: Speech) -> str:
    scale = row.text("measure") or row.text("axis")
    digits = 2 if scale.endswith(_FINE) else None
    return say.with_interval(row, *_LIMITS, digits=digits)


def arm_cell(row: Row, arm: str, say: Speech) -> str:
    """Return an arm's share or mean, with its n where it stands beside it."""
    if row.has(f"events_{arm}"):
        return say.share(row, f"events_{arm}", f"n_{arm}", f"percent_{arm}")
    shown = mean_sd(row, arm, say)
    if shown == numbers.NOT_GIVEN and row.has(f"n_{arm}"):
        return f"n = {say.count(row, f'n_{arm}')}"
    return shown


def _named(row: Row, say: Speech) -> str:
    name = say.word(row.text("term"))
    level = row.text("level")
    name += f": {say.word(level)}" if level else ""
    marks = [mark for mark in ("primary", "exploratory") if row.values.get(mark) is True]
    return name + "".join(f" ({say.word(mark)})" for mark in marks)


def means(released: Released, say: Speech) -> Shown:
    """T7: arm means by wave, their difference, the difference in differences."""
    header = [say.header("wave")]
    header += [f"{say.arm(a)}: {say.header('mean_sd_n')}" for a in ("1", "0")]
    header += [say.header("difference"), say.header("did")]
    lines: list[Line] = []
    outcome = ""
    for row in rows_of(released):
        if row.text("term") != outcome:
            outcome = row.text("term")
            unit = row.text("unit")
            named = say.word(outcome) + (f" ({say.word(unit)})" if unit else "")
            lines.append(Line((named, *[""] * 4), head=True))
        cells = [say.wave(row), *(_mean_of(row, a, say) for a in ("1", "0"))]
        for name in ("difference", "did"):
            cells.append(say.with_interval(row, name, f"{name}_low", f"{name}_high"))
        lines.append(Line(tuple(cells)))
    return Shown(tuple(header), "lrrrr", tuple(lines)).without_empty_columns()


def _mean_of(row: Row, arm: str, say: Speech) -> str:
    shown = mean_sd(row, arm, say)
    if shown in (numbers.NOT_GIVEN, numbers.MASKED) or not row.has(f"n_{arm}"):
        return shown
    n = say.count(row, f"n_{arm}")
    return f"{shown[:-1]}; {n})" if shown.endswith(")") else f"{shown} (n = {n})"


def life_table(released: Released, say: Speech) -> Shown:
    """T8: at planned months, how many are at risk, had the event, are still without it."""
    header = tuple(say.header(c) for c in ("strata", "time", "n_risk", "n_event", "surviving"))
    lines: list[Line] = []
    for row in _planned(released):
        at_risk = say.count(row, "n_risk")
        if row.hidden("n_risk"):
            at_risk = say.line("under", threshold=released.threshold)
        share = [100 * row.real(name) for name in _LIMITS]
        lines.append(
            Line(
                (
                    say.arm(row.text("strata")),
                    say.number(row, "time", 0),
                    at_risk,
                    say.count(row, "n_event"),
                    _share_interval(share, say.language),
                )
            )
        )
    return Shown(header, "lrrrr", tuple(lines))


def _share_interval(share: list[float], language: str) -> str:
    value, low, high = share
    if low == high:
        return numbers.percent(value, language)
    limits = numbers.interval(low, high, language, digits=0)
    return f"{numbers.percent(value, language)} ({limits})"


def _planned(released: Released, months: tuple[float, ...] = (0, 6, 12, 18, 24)) -> list[Row]:
    """A public curve as it is; an internal one read at planned months."""
    if released.public:
        return rows_of(released)
    rows = released.rows
    shown: list[Row] = []
    for strata, curve in rows.groupby("strata", sort=False, dropna=False):
        since = -1.0
        for month in months:
            before = curve[curve["time"] <= month]
            later = curve[curve["time"] >= month]
            if not len(later) and month > 0 and not len(curve[curve["time"] > since]):
                continue
            at = standing_at(curve, month)
            last = at.iloc[0] if len(at) else None
            risk = later["n_risk"].iloc[0] if len(later) else 0.0
            shown.append(
                Row(
                    {
                        "strata": strata,
                        "time": float(month),
                        "n_risk": risk,
                        "n_event": before.loc[before["time"] > since, "n_event"].sum(),
                        **{name: 1.0 if last is None else float(last[name]) for name in _LIMITS},
                    },
                    {},
                )
            )
            since = float(month)
    return shown


def costs(released: Released, say: Speech) -> Shown:
    """T9: mean by category and arm, always with the control column."""
    header = [say.header("category")]
    header += [f"{say.arm(a)}: {say.header('mean_payers')}" for a in ("1", "0")]
    header += [say.header("difference")]
    lines: list[Line] = []
    group = ""
    for row in rows_of(released):
        if row.text("group") not in ("", group):
            group = row.text("group")
            lines.append(Line((say.word(group), "", "", ""), head=True))
        spent = (_spent(row, a, say) for a in ("1", "0"))
        contrast = say.with_interval(row, "difference", "conf_low", "conf_high")
        lines.append(Line((say.word(row.text("term")), *spent, contrast)))
    return Shown(tuple(header), "lrrr", tuple(lines))


def _spent(row: Row, arm: str, say: Speech) -> str:
    mean = say.number(row, f"mean_{arm}")
    payers = f"payers_{arm}"
    if mean in (numbers.MASKED, numbers.NOT_GIVEN) or not row.has(payers):
        return mean
    return f"{mean} ({say.count(row, payers)})"


def sensitivity(released: Released, say: Speech) -> Shown:
    """T10, F7 as a table: each analysis with its estimate."""
    header = [say.header("check" if released.kind == "sensitivity" else "outcome")]
    header += [say.header("measure"), say.header("arms") + ", n", say.header("estimate")]
    header += [say.header("p_value")]
    lines = []
    for row in rows_of(released):
        sizes = [say.count(row, f"n_{a}") for a in ("1", "0") if row.has(f"n_{a}")]
        lines.append(
            Line(
                (
                    _named(row, say),
                    say.word(row.text("measure") or row.text("axis")),
                    " + ".join(sizes) or numbers.NOT_GIVEN,
                    _estimate(row, say),
                    say.p_value(row),
                )
            )
        )
    return Shown(tuple(header), "llrrr", tuple(lines)).without_empty_columns()


def answers(released: Released, say: Speech) -> Shown:
    """Any estimates or tests: where they stand, estimate with interval, p, n."""
    places = [c for c in _PLACES if c in released.rows]
    header = [say.header("item"), *(say.header(c) for c in places)]
    header += [say.header("estimate"), say.header("statistic"), say.header("p_value")]
    header += [say.header("n")]
    lines = []
    for row in rows_of(released):
        cells = [say.word(row.text("term")), *(_place(row, c, say) for c in places)]
        digits = 2 if released.scale == "log" or row.text("term").endswith(_FINE) else None
        cells.append(say.with_interval(row, *_LIMITS, digits=digits))
        only_a_test = not row.has("estimate")
        cells.append(say.number(row, "statistic", 2) if only_a_test else numbers.NOT_GIVEN)
        arms = (say.arm("1"), say.arm("0"))
        of_a_mean = released.kind == "trajectory" or say.word(row.text("term")) in arms
        cells += [numbers.NOT_GIVEN if of_a_mean else say.p_value(row), say.count(row, "n")]
        lines.append(Line(tuple(cells)))
    align = "l" * (1 + len(places)) + "rrrr"
    return Shown(tuple(header), align, tuple(lines)).without_empty_columns()


def _place(row: Row, column: str, say: Speech) -> str:
    if column in ("arm", "strata"):
        return say.arm(row.text(column))
    if column in ("time", "exposure", "cohort") and row.has(column):
        return say.number(row, column, 0)
    if column == "variance_ratio" and row.has(column):
        return say.number(row, column, 1)
    return say.word(row.text(column))


def masked(released: Released, say: Speech) -> Shown:
    """T14: exhibit, rule, columns, cells, and the text of an override."""
    from nextome_eval.words import words

    rules = words("report")["rule"]
    header = tuple(say.header(c) for c in ("exhibit", "rule", "column", "cells", "text"))
    lines = []
    for row in rows_of(released):
        rule = str(rules[row.text("rule")][say.language]).format(threshold=released.threshold)
        heads = dict.fromkeys(say.header(c) for c in row.text("column").split(", ") if c)
        columns = ", ".join(heads)
        count = say.count(row, "cells") if row.real("cells") else numbers.NOT_GIVEN
        lines.append(Line((row.text("term"), rule, columns, count, row.text("text"))))
    return Shown(header, "lllrl", tuple(lines)).without_empty_columns()
