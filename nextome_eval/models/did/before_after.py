"""A panel of two groups cut at the beginning: who was seen before, who after, who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.models.did.adjusters import refuse_unknown
from nextome_eval.models.did.still_outcomes import refuse_still
from nextome_eval.study.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class BeforeAfter:
    """Rows of a panel that a two-group comparison uses.

    Attributes
    ----------
    panel : the panel
    outcome : (rows,) values, NaN where not observed
    before, after : (rows,) whether the row is used as one from before or after the beginning
    kept : (n,) whether the household takes part
    covariates : (n, q) values at the last wave before the beginning
    terms : names of the q covariates
    notes : what was left out
    """

    panel: Panel
    name: str
    outcome: Floats
    before: Mask
    after: Mask
    kept: Mask
    covariates: Floats
    terms: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def rows(self) -> Mask:
        """Rows of households that take part, before or after."""
        return (self.before | self.after) & self.kept[self.panel.unit]

    @property
    def baseline(self) -> Floats:
        """Mean outcome before the beginning, (n,), NaN where none."""
        return unit_means(self.panel, self.outcome, self.before)


def unit_means(panel: Panel, values: Floats, rows: Mask) -> Floats:
    """Mean of the chosen rows in each household, (n,), NaN where there are none."""
    count = np.bincount(panel.unit[rows], minlength=panel.n)
    total = np.bincount(panel.unit[rows], values[rows], minlength=panel.n)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / np.where(count > 0, count, np.nan))


def before_after(panel: Panel, outcome: str, adjust: Sequence[str] = ()) -> BeforeAfter:
    """Cut a panel of two groups at the one time the treated begin.

    Raises
    ------
    DesignProblem
        One arm is empty; treated households begin at different times; no wave lies before, or
        after, the beginning.
    NotEstimable
        The outcome never varies; fewer than two households of an arm can be compared.
    """
    begin, start = beginning(panel)
    y = panel.column(outcome)
    seen = ~np.isnan(y)
    before, after = seen & (panel.time < start), seen & (panel.time >= begin)
    if not (panel.time < start).any():
        raise DesignProblem("no_wave_before", begin=f"{begin:g}", first=f"{panel.times[0]:g}")
    if not (panel.time >= begin).any():
        raise DesignProblem("no_wave_after", begin=f"{begin:g}", last=f"{panel.times[-1]:g}")
    has_before = np.bincount(panel.unit[before], minlength=panel.n) > 0
    has_after = np.bincount(panel.unit[after], minlength=panel.n) > 0
    covariates, terms = at_baseline(panel, adjust, start)
    complete = ~np.isnan(covariates).any(axis=1)
    kept = has_before & has_after & complete
    notes = [
        *_counted("left_out_never_observed", ~has_before & ~has_after, outcome=outcome),
        *_counted("left_out_no_before", ~has_before & has_after, outcome=outcome),
        *_counted("left_out_no_after", has_before & ~has_after, outcome=outcome),
        *_counted(
            "left_out_no_adjuster", has_before & has_after & ~complete, columns=", ".join(adjust)
        ),
    ]
    between = int((seen & (panel.time >= start) & (panel.time < begin)).sum())
    if between:
        gap = f"{panel.design.anticipation:g}"
        notes.append(Note.of("anticipation_dropped", count=between, anticipation=gap))
    cut = BeforeAfter(
        panel, outcome, y, before, after, kept, covariates, tuple(terms), tuple(notes)
    )
    _enough(cut)
    return cut


def beginning(panel: Panel) -> tuple[float, float]:
    """When the treated begin, and from when on a time no longer counts as before."""
    for arm in (0, 1):
        if not (panel.arm == arm).any():
            label = panel.arm_labels[arm] if arm < len(panel.arm_labels) else f"arm {arm}"
            raise DesignProblem("arm_empty", arm=label)
    treated = panel.arm == 1
    begins, count = np.unique(panel.begins[treated], return_counts=True)
    already = treated & (panel.begins <= panel.times[0])
    if len(begins) > 1 and already.any():
        who = panel.units[np.flatnonzero(already)].tolist()
        raise DesignProblem("already_treated", units=who, first=f"{panel.times[0]:g}")
    times = [f"{b:g}" for b in begins]
    if len(begins) > 1 and count.min() == 1:
        alone = np.flatnonzero(treated & np.isin(panel.begins, begins[count == 1]))
        raise DesignProblem("begins_differ_alone", times=times, units=panel.units[alone].tolist())
    if len(begins) > 1:
        raise DesignProblem("begins_differ", times=times)
    begin = float(begins[0])
    if not np.isfinite(begin):
        raise DesignProblem("treated_never_begin", arm=panel.arm_labels[1])
    return begin, begin - panel.design.anticipation


def both_arms_at_each(cut: BeforeAfter, rows: Mask) -> None:
    """A household's mean over its waves compares only if both arms were seen at each of them."""
    panel, arm = cut.panel, cut.panel.arm[cut.panel.unit]
    one, other = (np.unique(panel.time[rows & (arm == a)]) for a in (0, 1))
    alone = [t for t in np.union1d(one, other) if t not in one or t not in other]
    if alone:
        raise NotEstimable(
            "wave_without_comparison",
            outcome=cut.name,
            waves=[f"{t:g}" for t in alone],
            treated=panel.arm_labels[1],
            compared_to=panel.arm_labels[0],
        )


def at_baseline(panel: Panel, adjust: Sequence[str], start: float) -> tuple[Floats, list[str]]:
    """Covariates of each household at its last wave before ``start``, (n, q), NaN where missing."""
    values, terms = panel.covariates(list(adjust))
    out = np.full((panel.n, len(terms)), np.nan)
    rows = np.flatnonzero(panel.time < start)
    out[panel.unit[rows]] = values[rows]  # rows go by time, so the last one stays
    return out, terms


def town_codes(panel: Panel) -> tuple[Ints, tuple[Note, ...]]:
    """Strata whose effects are to be removed (n,): all one where each stratum holds one arm."""
    if panel.strata is None or panel.strata_labels is None:
        return np.zeros(panel.n, np.int64), ()
    treated = np.bincount(panel.strata, panel.arm, minlength=len(panel.strata_labels))
    size = np.bincount(panel.strata, minlength=len(treated))
    single = (size > 0) & ((treated == 0) | (treated == size))
    if (single | (size == 0)).all():
        note = (Note.of("strata_are_arms"),) if (size > 0).sum() > 1 else ()
        return np.zeros(panel.n, np.int64), note
    if not single.any():
        return panel.strata, ()
    names = ", ".join(str(label) for label in panel.strata_labels[single])
    return panel.strata, (Note.of("stratum_one_arm", strata=names),)


def _counted(code: str, households: Mask, **values: object) -> list[Note]:
    count = int(households.sum())
    return [Note.of(code, count=count, **values)] if count else []


def _enough(cut: BeforeAfter) -> None:
    if cut.rows.any() or np.isnan(cut.outcome).all():
        refuse_still(cut.name, cut.outcome[cut.rows], cut.panel.unit[cut.rows])
    refuse_unknown(cut.covariates, cut.terms)
    for arm in (0, 1):
        count = int((cut.kept & (cut.panel.arm == arm)).sum())
        if count < 2:
            label = cut.panel.arm_labels[arm]
            raise NotEstimable("arm_too_small", outcome=cut.name, arm=label, count=count)
