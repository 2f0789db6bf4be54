"""How often would an effect this large appear if the arms had been dealt otherwise?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NextomeProblem, NotEstimable
from nextome_eval.estimates.answer import Method, grouped, standard_error, statistic
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inversion import Inverted
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import Permuted, Reference
from nextome_eval.estimates.test import Test
from nextome_eval.numerics.assignments import Assignments
from nextome_eval.numerics.redealt import Redealer, Redealt

__all__ = ["admissible", "permutation_reference", "permute"]

Floats = NDArray[np.float64]
Arms = NDArray[np.int64]

ENUMERATED = 20_000
TIE = 1e-9


def permute(
    fn: Method, door: Any, *, within: str | None = None, draws: int = 9999, seed: int = 1
) -> Test:
    """Test that treatment changed nobody's outcome, by dealing the arms again.

    The statistic is the first row of the estimates over its standard error (from influences,
    clustered), or the statistic of a test.  The number treated in each block is held.  All K
    assignments are enumerated where K <= 20 000; otherwise ``draws`` are drawn.  Values within
    1e-9 (relative) of the observed count as at least as extreme.

    Parameters
    ----------
    fn : callable
        From a door (Panel or Durations) to Estimates, Test or a number.  Weights are to be
        estimated inside it.
    door : Panel or Durations
    within : str, optional
        "strata" or a column: arms are dealt within its groups.  None: among all.
    draws : int
        How many, where assignments are not enumerated.
    seed : int

    Returns
    -------
    Test
        ``p_value = numerator / denominator``: count / K, or (1 + count) / (draws + 1); ``draws``
        holds the statistics.

    Raises
    ------
    NotEstimable
        Only one assignment is possible.
    DesignProblem
        ``within`` splits what was assigned as one (a flat, a town).

    Notes
    -----
    What was assigned is the household; the cluster, where each cluster lies in one arm; the
    stratum, where the design says that strata were assigned.  Linear effects are re-estimated all
    at once, after two dealings have shown that this reproduces ``fn``.

    Source
    ------
    Phipson and Smyth (2010); Wu and Ding (2021), "Randomization tests for weak null hypotheses".

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.study.panel import Panel
    >>> df = pd.DataFrame({"id": np.repeat(range(6), 2), "t": [0, 6] * 6,
    ...                    "arm": ["pilot"] * 6 + ["current"] * 6,
    ...                    "y": [1.0, 5, 2, 9, 3, 8, 1, 2, 3, 4, 2, 4]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> def mean_change(p):
    ...     w = p.wide("y")
    ...     change = w[:, 1] - w[:, 0]
    ...     return abs(change[p.arm == 1].mean() - change[p.arm == 0].mean())
    >>> test = permute(mean_change, panel)
    >>> test.numerator, test.denominator
    (2, 20)

    See METHODS.md: Permutation test
    """
    dealt = _Dealt.of(fn, door, within, draws, seed)
    ranked = dealt.statistics()
    failed = int(np.isnan(ranked).sum())
    observed = abs(dealt.observed)
    far = int((np.abs(ranked) >= observed * (1 - TIE)).sum()) + failed
    numerator, denominator = (far, len(ranked)) if dealt.all else (1 + far, 1 + len(ranked))
    return Test(
        statistic=dealt.observed,
        df=None,
        p_value=numerator / denominator,
        method=dealt.method,
        null="treatment changed no household's outcome",
        numerator=numerator,
        denominator=denominator,
        draws=ranked,
        notes=(Note.of("assignments_failed", count=failed),) if failed else (),
    )


def permutation_reference(
    fn: Method, door: Any, *, within: str | None = None, draws: int = 9999, seed: int = 1
) -> Reference:
    """What `infer` attaches so that p-values and intervals come from dealing the arms again.

    For linear effects (``did``, ``ancova``) the interval holds the constant effects delta that the
    permutation of ``outcome - delta * treated`` does not reject, found exactly; for others the
    studentised draws are used as the distribution of the studentised estimate.
    """
    dealt = _Dealt.of(fn, door, within, draws, seed)
    if not isinstance(dealt.answer, Estimates):
        raise DesignProblem(
            "needs_estimates", asked_by="permutation_reference", found=type(dealt.answer).__name__
        )
    if len(dealt.answer) > 1:
        raise DesignProblem("needs_one_row", found=list(dealt.answer.terms["term"]))
    if dealt.redealer is not None:
        return Inverted(
            dealt.redeal(dealt.redealer).studentised,
            standard_error(dealt.answer),
            counts_observed=not dealt.all,
        )
    ranked = np.nan_to_num(dealt.statistics(), nan=np.inf)
    return Permuted(ranked[:, None], enumerated=dealt.all)


def admissible(door: Any, within: str | None = None) -> Assignments:
    """The assignments that the design allows: what was assigned as one, dealt within blocks."""
    group = np.arange(door.n)
    coarser = len(np.unique(door.cluster)) < door.n
    if door.design.assigned_by == "stratum" and door.strata is not None and within is None:
        group = door.strata
    elif coarser and _one_value(door.arm, door.cluster):
        group = door.cluster
    if within is None:
        return Assignments.of(door.arm, group=group)
    block, _ = grouped(door, within)
    if not _one_value(block, group):
        raise DesignProblem("within_splits_cluster", within=within)
    return Assignments.of(door.arm, group=group, block=block)


def _one_value(values: NDArray[np.integer], group: NDArray[np.integer]) -> bool:
    pairs = np.unique(np.column_stack([group, values]), axis=0)
    return len(pairs) == len(np.unique(group))


@dataclass(frozen=True)
class _Dealt:
    """One study's assignments and the method to be repeated over them."""

    fn: Method
    door: Any
    answer: Any
    observed: float
    assignments: Assignments
    all: bool
    draws: int
    seed: int
    redealer: Redealer | None
    method: str

    @classmethod
    def of(cls, fn: Method, door: Any, within: str | None, draws: int, seed: int) -> _Dealt:
        assignments = admissible(door, within)
        count = assignments.count
        if count < 2:
            raise NotEstimable("single_assignment", within=within or "-")
        answer = fn(door)
        everything = count <= ENUMERATED
        how = f"all {count} assignments" if everything else f"{draws} of {count:.3g} assignments"
        what = f"permutation within {within}" if within else "permutation"
        of_method = getattr(answer, "method", "")
        return cls(
            fn,
            door,
            answer,
            statistic(answer),
            assignments,
            everything,
            draws,
            seed,
            _redealer(fn, door, answer, assignments),
            f"{what}, {how}" + (f": {of_method}" if of_method else ""),
        )

    def chunks(self) -> Iterator[Arms]:
        if self.all:
            yield self.assignments.all()
        else:
            yield from self.assignments.drawn(np.random.default_rng(self.seed), self.draws)

    def statistics(self) -> Floats:
        """The statistic under every assignment (B,), NaN where it cannot be computed."""
        if self.redealer is not None:
            return self.redeal(self.redealer).studentised()
        at_once = getattr(self.answer, "redeal", None)
        if at_once is not None:
            return np.concatenate([np.asarray(at_once(arms)) for arms in self.chunks()])
        return np.concatenate([_one_by_one(self.fn, self.door, arms) for arms in self.chunks()])

    def redeal(self, redealer: Redealer) -> Redealt:
        parts = [redealer.deal(arms) for arms in self.chunks()]
        names = ("value", "shift", "yy", "ys", "ss")
        return Redealt(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def _redealer(fn: Method, door: Any, answer: Any, assignments: Assignments) -> Redealer | None:
    """The fast way, if the answer has one and two dealings show that it gives what fn gives."""
    if not isinstance(answer, Estimates) or answer.fit is None:
        return None
    redealer = Redealer(answer.fit)
    if not redealer.possible:
        return None
    trial = next(assignments.drawn(np.random.default_rng(0), 2))
    slow, fast = _one_by_one(fn, door, trial), redealer.deal(trial).studentised()
    both = np.isnan(slow) & np.isnan(fast)
    same = both | (np.abs(slow - fast) <= 1e-7 * (1 + np.abs(slow)))
    return redealer if same.all() else None


def _one_by_one(fn: Method, door: Any, arms: Arms) -> Floats:
    from joblib import Parallel, delayed

    return np.array(Parallel()(delayed(_attempt)(fn, door, row) for row in arms))


def _attempt(fn: Method, door: Any, arms: Arms) -> float:
    try:
        return statistic(fn(door.with_arm(arms)))
    except NextomeProblem:
        return float("nan")
