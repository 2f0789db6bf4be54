"""The dealings of the arms that a design allows, and a method's statistic under each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NextomeProblem, NotEstimable
from nextome_eval.estimates.answer import Method, grouped, statistic
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.numerics.assignments import Assignments
from nextome_eval.numerics.least_squares import LinearFit
from nextome_eval.numerics.redealt import Redealer, Redealt

__all__ = ["ENUMERATED", "Dealings", "admissible"]

Floats = NDArray[np.float64]
Arms = NDArray[np.int64]

ENUMERATED = 20_000


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
class Dealings:
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
    at_once: Callable[[Arms], Floats] | None
    method: str

    @classmethod
    def of(cls, fn: Method, door: Any, within: str | None, draws: int, seed: int) -> Dealings:
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
            _at_once(fn, door, answer, assignments),
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
        if self.at_once is not None:
            return np.concatenate([self.at_once(arms) for arms in self.chunks()])
        return np.concatenate([_one_by_one(self.fn, self.door, arms) for arms in self.chunks()])

    def redeal(self, redealer: Redealer) -> Redealt:
        parts = [redealer.deal(arms) for arms in self.chunks()]
        names = ("value", "shift", "yy", "ys", "ss")
        return Redealt(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def _redealer(fn: Method, door: Any, answer: Any, assignments: Assignments) -> Redealer | None:
    """The fast way, if the answer has one and two dealings show that it gives what fn gives."""
    if not isinstance(answer, Estimates) or not isinstance(answer.fit, LinearFit):
        return None
    redealer = Redealer(answer.fit)
    if not redealer.possible:
        return None
    same = _reproduces(lambda arms: redealer.deal(arms).studentised(), fn, door, assignments)
    return redealer if same else None


def _at_once(
    fn: Method, door: Any, answer: Any, assignments: Assignments
) -> Callable[[Arms], Floats] | None:
    """An answer's own way of redealing, ``answer.redeal(arms)``, if it gives what fn gives."""
    redeal: Callable[[Arms], Floats] | None = getattr(answer, "redeal", None)
    if redeal is None or not _reproduces(redeal, fn, door, assignments):
        return None
    return redeal


def _reproduces(
    fast: Callable[[Arms], Floats], fn: Method, door: Any, assignments: Assignments
) -> bool:
    """Whether two dealings come out alike both ways."""
    trial = next(assignments.drawn(np.random.default_rng(0), 2))
    slow, quick = _one_by_one(fn, door, trial), np.asarray(fast(trial))
    both = np.isnan(slow) & np.isnan(quick)
    return bool((both | (np.abs(slow - quick) <= 1e-7 * (1 + np.abs(slow)))).all())


def _one_by_one(fn: Method, door: Any, arms: Arms) -> Floats:
    from joblib import Parallel, delayed

    return np.array(Parallel()(delayed(_attempt)(fn, door, row) for row in arms))


def _attempt(fn: Method, door: Any, arms: Arms) -> float:
    try:
        return statistic(fn(door.with_arm(arms)))
    except NextomeProblem:
        return float("nan")
