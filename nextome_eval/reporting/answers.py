"""Estimates, tests and inferences through the gate: rows only, never a household's influence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.disclosure import Disclosure
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference
from nextome_eval.estimates.test import Test
from nextome_eval.reporting.coarse_words import coarse_notes
from nextome_eval.reporting.curves import coarse_curve
from nextome_eval.reporting.released import Masking, Released, emptied, logged, unmasked
from nextome_eval.reporting.rounding import round_medians, without_extremes

__all__ = ["frequency_cells", "released_estimates", "released_inference", "released_test"]

# as many different influences as a difference in differences of a 0/1 outcome can have: two arms,
# and a change of -1, 0 or 1 in each
_SATURATED = 6
# as many as the mean of a 0/1 outcome in one arm can have
_ONE_SHARE = 2
_DIGITS = 9


def released_estimates(est: Estimates, rules: Disclosure, *, profile: str) -> Released:
    """Return an answer's rows: as they are inside the house, masked outside it."""
    _refuse_names(est)
    rows = est.tidy().drop(columns="refused", errors="ignore")  # its notes say why
    notes = _notes(est.notes, est.units)
    if profile == "public":
        notes = coarse_notes(notes, rules.threshold)
    scale = est.scale if isinstance(est.scale, str) else "mixed"
    same: dict[str, Any] = {"method": est.method, "scale": scale, "threshold": rules.threshold}
    if est.kind == "curve":
        if profile == "internal":
            return Released(rows, unmasked(rows), "curve", profile, notes=notes, **same)
        shown, masked = coarse_curve(rows, rules)
        merged = Masking("", "curve_steps", "estimate", len(rows) - len(shown))
        lines = (merged, *logged(masked, "small_count"))
        return Released(shown, masked, "curve", profile, notes=notes, log=lines, **same)
    rows["n"] = est.n
    if profile == "internal":
        return Released(rows, unmasked(rows), est.kind, profile, notes=notes, **same)
    masked, log = _masked(est, rows, rules)
    shown, dropped = without_extremes(emptied(rows, masked))
    log += [Masking("", "extremes", name, len(rows)) for name in dropped]
    shown = round_medians(shown, rules, {})
    masked = masked[list(shown.columns)]
    same["shares"] = tuple(bool(cells) for cells in _cells(est))
    return Released(shown, masked, est.kind, profile, notes=notes, log=tuple(log), **same)


def _masked(
    est: Estimates, rows: pd.DataFrame, rules: Disclosure
) -> tuple[pd.DataFrame, list[Masking]]:
    numbers = [
        c
        for c in (
            "estimate",
            "sd",
            "std_error",
            "statistic",
            "df",
            "p_value",
            "conf_low",
            "conf_high",
            "n",
        )
        if c in rows
    ]
    masked, log = unmasked(rows), []
    for rule, which in (
        ("small_count", est.n < rules.threshold),
        ("frequency_table", _reveals_cells(est, rules)),
        ("few_degrees_of_freedom", np.full(len(est), _residual_df(est) < rules.min_df)),
        ("everybody_alike", _alike(est)),
    ):
        more = unmasked(rows)
        more.loc[which, numbers] = True
        log += logged(more & ~masked, rule)
        masked |= more
    return masked, log


def frequency_cells(influence: np.ndarray, most: int = _SATURATED) -> list[int]:
    """Return the households in each cell of the frequency table behind an estimate.

    A saturated difference (in differences) of a 0/1 outcome gives households of one arm and one
    change the same influence: few different values, each a cell. Empty where there are many.

    Examples
    --------
    >>> change = np.array([1.0, 1, 1, 0, 0, 0, 0, 0, 0, -1])
    >>> frequency_cells((change - change.mean()) / 10)
    [1, 6, 3]
    """
    took_part = influence[~np.isnan(influence)]
    if not len(took_part):
        return []
    scale = max(float(np.abs(took_part).max()), 1e-300)
    _, counts = np.unique(np.round(took_part / scale, _DIGITS), return_counts=True)
    few = len(counts) <= most and len(counts) < len(took_part) / 2
    return [int(count) for count in counts] if few else []


def _alike(est: Estimates) -> np.ndarray:
    """Means without spread, which say the same of everybody."""
    if est.kind != "trajectory":
        return np.zeros(len(est), dtype=bool)
    return np.asarray(~(np.nan_to_num(np.asarray(est.influence)) != 0).any(axis=0))


def _reveals_cells(est: Estimates, rules: Disclosure) -> np.ndarray:
    cells = _cells(est)
    return np.array([any(count < rules.threshold for count in row) for row in cells], dtype=bool)


def _cells(est: Estimates) -> list[list[int]]:
    """The frequency table behind each row; none where the outcome has more than two values."""
    influence = np.asarray(est.influence)
    most = _ONE_SHARE if est.kind == "trajectory" else _SATURATED
    return [frequency_cells(influence[:, k], most) for k in range(len(est))]


def _residual_df(est: Estimates) -> float:
    """Households that took part, less what was fitted."""
    took_part = int((~np.isnan(np.asarray(est.influence)).all(axis=1)).sum())
    design = getattr(est.fit, "design", None)
    if design is None:
        return took_part - 1.0
    rows, columns = design.shape
    return float(min(rows - columns - getattr(est.fit, "absorbed", 0), took_part - 1))


def released_test(test: Test, rules: Disclosure, *, profile: str) -> Released:
    """Return a test's one row; what each group contributed stays inside."""
    rows = test.tidy()
    return Released(
        rows,
        unmasked(rows),
        "test",
        profile,
        method=test.method,
        threshold=rules.threshold,
        notes=_test_notes(test, rules, profile),
    )


def _test_notes(test: Test, rules: Disclosure, profile: str) -> tuple[str, ...]:
    notes = _notes(test.notes, ())
    return coarse_notes(notes, rules.threshold) if profile == "public" else notes


def released_inference(found: Inference, rules: Disclosure, *, profile: str) -> Released:
    """Return the headline's rows and those beside it; `role` says which is which."""
    named = {} if found.headline is None else {"headline": found.headline}
    parts = [
        (name, _part(answer, rules, profile)) for name, answer in {**named, **found.beside}.items()
    ]
    rows = [_with_role(part.rows, name) for name, part in parts]
    masks = [_with_role(part.masked, False) for _, part in parts]
    shown = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame({"term": []})
    masked = pd.concat(masks, ignore_index=True) if masks else pd.DataFrame({"term": []})
    return Released(
        shown,
        masked.reindex(columns=shown.columns).eq(True),
        "inference",
        profile,
        method="; ".join(dict.fromkeys(part.method for _, part in parts)),
        scale=parts[0][1].scale if parts else "identity",
        threshold=rules.threshold,
        notes=tuple(dict.fromkeys(note for _, part in parts for note in part.notes)),
        reasons=(found.reason, *found.refusals),
        log=tuple(line for _, part in parts for line in part.log),
    )


def _part(answer: Estimates | Test, rules: Disclosure, profile: str) -> Released:
    if isinstance(answer, Test):
        return released_test(answer, rules, profile=profile)
    return released_estimates(answer, rules, profile=profile)


def _with_role(rows: pd.DataFrame, role: Any) -> pd.DataFrame:
    shown = rows.copy()
    shown.insert(1, "role", role)
    return shown


def _notes(notes: Iterable[str], units: Iterable[Any]) -> tuple[str, ...]:
    """Notes that name no household."""
    names = _names(units)
    return tuple(note for note in notes if not names & set(_tokens(str(note))))


def _refuse_names(est: Estimates) -> None:
    names = _names(est.units)
    for column in est.terms.columns:
        if pd.api.types.is_numeric_dtype(est.terms[column]):
            continue
        for text in est.terms[column].astype(str).unique():
            if text in names or names & set(_tokens(text)):
                raise DesignProblem("household_named", method=est.method)


def _names(units: Iterable[Any]) -> set[str]:
    """Labels that can be told from ordinary words and numbers."""
    return {str(u) for u in units if isinstance(u, str) and len(u) > 2}


def _tokens(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text)
