"""Summaries through the gate: counts, what falls with them, sums that one household makes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.summary import Summary
from nextome_eval.reporting.cells import Cells
from nextome_eval.reporting.coarse import coarse_extremes, coarse_means, few_for_spread
from nextome_eval.reporting.coarse_words import coarse_notes
from nextome_eval.reporting.released import Masking, Released, emptied, logged, unmasked
from nextome_eval.reporting.rounding import round_medians, without_extremes
from nextome_eval.reporting.suppression import protected

__all__ = ["masked_counts", "released_summary"]

# what a model says of two arms does not give back the counts in them, a difference of shares does
_MODELLED = ("rmst_difference", "rmst_ratio", "hazard_ratio", "difference_mean", "log_cost_ratio")
_OF_A_MODEL = (
    "estimate", "conf_low", "conf_high", "df", "p_value", "p_holm", "numerator", "denominator",
)  # fmt: skip
# what a masked number of households can be worked out from
_SPREAD = ("percent", "sd", "std_difference", "variance_ratio", "median", "q25", "q75", "df")
_INTERNAL_ONLY = ("top_share", "df_residual", "counted")


def masked_counts(
    summaries: Mapping[str, Summary],
    rules: Disclosure,
    *,
    assigned: Mapping[str, int],
    drawn: Collection[str] = (),
    earlier: Mapping[str, tuple[Summary, pd.DataFrame]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return, for each summary, which of its counts must be masked, all tables taken together.

    Parameters
    ----------
    summaries : mapping of Summary
    rules : Disclosure
    assigned : mapping
        Arm -> its households: what every reader knows.
    drawn : collection of str
        Definition ids whose curves are published: their events can be read off.
    earlier : mapping, optional
        Summaries already published, each with what was masked in it then.
    """
    cells = Cells(rules)
    for arm, count in assigned.items():
        cells.know({"of": "assigned", "arm": arm}, count)
    if assigned:
        cells.know({"of": "assigned"}, sum(assigned.values()))
    for name, (summary, _) in (earlier or {}).items():
        cells.add(name, summary)
    for name, summary in summaries.items():
        cells.add(name, summary)
        cells.read_off(name, summary, drawn)
    for name, (_, was_masked) in (earlier or {}).items():
        cells.fixed |= {
            key
            for key, places in cells.places.items()
            for p in places
            if p.answer == name and not was_masked[p.column].iloc[p.row]
        }
    cells.link()
    system, keys = cells.system()
    hidden = protected(system, rules.threshold)
    found = {name: unmasked(summary.tidy()) for name, summary in summaries.items()}
    for key, mask in zip(keys, hidden, strict=True):
        for place in cells.places.get(key, ()) if mask else ():
            if place.answer in found:
                found[place.answer].loc[place.row, place.column] = True
    return found


def released_summary(summary: Summary, rules: Disclosure, counts: pd.DataFrame) -> Released:
    """Return a summary's public rows, its masked `counts` (from `masked_counts`) worked through."""
    rows = summary.tidy()
    log = logged(counts, "small_count")
    masked = counts | _fallen(summary, rows, counts, rules.threshold)
    log += logged(masked & ~counts, "with_its_count")
    for rule, more in (
        ("dominance", _dominated(summary, rows, rules)),
        ("few_degrees_of_freedom", _few_df(rows, rules)),
        ("everybody_alike", _alike(rows)),
        ("few_for_spread", few_for_spread(rows, rules.threshold)),
    ):
        log += logged(more & ~masked, rule)
        masked |= more
    more = _summands(summary, rows, masked) & ~masked
    log += logged(more, "dominance")
    masked |= more
    shown, lines = coarse_means(emptied(rows, masked), masked, rows)
    log += lines
    shown, lines = coarse_extremes(shown, summary.kind, rules)
    log += lines
    shown, dropped = without_extremes(shown)
    log += [Masking("", "extremes", name, int(rows[name].notna().sum())) for name in dropped]
    inside = [c for c in shown if str(c).startswith(_INTERNAL_ONLY)]
    shown = round_medians(shown.drop(columns=inside), rules, summary.units)
    return Released(
        rows=shown,
        masked=masked[list(shown.columns)],
        kind=summary.kind,
        profile="public",
        threshold=rules.threshold,
        units=dict(summary.units),
        notes=coarse_notes(summary.notes, rules.threshold),
        log=tuple(log),
    )


def _fallen(
    summary: Summary, rows: pd.DataFrame, counts: pd.DataFrame, threshold: int
) -> pd.DataFrame:
    fallen = unmasked(rows)
    for column, dependents in summary.counts.items():
        whole = column == "n" or column.startswith("n_")
        for row in rows.index[counts[column].to_numpy()]:
            small = rows[column].iloc[row] < threshold
            if column.startswith("payers") and not small:
                continue
            fall: Iterable[str] = (d for d in dependents if d in fallen)
            if whole and not small:
                fall = _gives_back(fall, rows.iloc[row], column)
            elif not small or not whole:
                fall = _not_modelled(fall, rows.iloc[row])
            for dependent in fall:
                fallen.loc[row, dependent] = pd.notna(rows[dependent].iloc[row])
    return fallen


def _gives_back(dependents: Iterable[str], row: pd.Series, column: str) -> list[str]:
    """What would give back a masked number of households that is not itself small."""
    arm = column.removeprefix("n")
    if column in ("n_lost", "n_retained"):
        return list(dependents)  # with the mean of both, the two means say how they are weighted
    share = any(pd.notna(row.get(f"{trait}{arm}")) for trait in ("events", "count"))
    named = (*_SPREAD, "mean", "difference", "did") if share else _SPREAD
    return [d for d in dependents if d.startswith(named)]


def _not_modelled(dependents: Iterable[str], row: pd.Series) -> list[str]:
    modelled = row.get("measure") in _MODELLED
    return [d for d in dependents if not (modelled and d in _OF_A_MODEL)]


def _dominated(summary: Summary, rows: pd.DataFrame, rules: Disclosure) -> pd.DataFrame:
    found = unmasked(rows)
    for column, share in summary.dominance.items():
        over = (rows[share].astype(float) > rules.dominance_share).to_numpy()
        contrasts = [c for c in ("difference", "conf_low", "conf_high") if c in found]
        for name in (column, *contrasts):
            found.loc[over, name] = rows.loc[over, name].notna().to_numpy()
    return found


def _alike(rows: pd.DataFrame) -> pd.DataFrame:
    """A mean without spread says the same of everybody: a share of 100 % in other words."""
    found = unmasked(rows)
    for spread in (c for c in rows if str(c).split("_")[0] == "sd"):
        same = (rows[spread].astype(float) == 0).to_numpy()
        mean = str(spread).replace("sd", "mean", 1)
        contrasts = [c for c in rows if str(c).startswith(("difference", "std_difference", "did"))]
        for name in (spread, mean, *contrasts):
            if name in found:
                found[name] = found[name].to_numpy() | (same & rows[name].notna().to_numpy())
    return found


def _summands(summary: Summary, rows: pd.DataFrame, masked: pd.DataFrame) -> pd.DataFrame:
    """Where one mean of several that add up is masked, the smallest other one is masked too."""
    found = unmasked(rows)
    parts = (rows["term"] != "total").to_numpy()
    for column in summary.dominance:
        hidden = masked[column].to_numpy() & parts
        others = np.flatnonzero(parts & ~hidden & rows[column].notna().to_numpy())
        if hidden.sum() != 1 or parts.all() or not len(others):
            continue
        smallest = others[rows[column].to_numpy(dtype=float)[others].argmin()]
        for name in (column, *(c for c in ("difference", "conf_low", "conf_high") if c in found)):
            found.loc[smallest, name] = True
    return found


def _few_df(rows: pd.DataFrame, rules: Disclosure) -> pd.DataFrame:
    found = unmasked(rows)
    if "df_residual" in rows:
        few = (rows["df_residual"].astype(float) < rules.min_df).to_numpy()
        for name in (c for c in _OF_A_MODEL if c in found):
            found.loc[few, name] = True
    return found
