"""Could the loss of households have made the arms' comparison a comparison of other people?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nextome_eval.checks.baseline import at_first, two_arms
from nextome_eval.checks.contact import contact, wave_of
from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.test import Test
from nextome_eval.numerics.assignments import Assignments
from nextome_eval.study.panel import Panel

__all__ = ["attrition_test"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Null = Literal["response", "respondents", "population"]

_ENUMERATED = 20_000
_TIE = 1e-9
_SAID = {
    "response": "in each arm and town, those lost began like those seen",
    "respondents": "among the seen, and among the lost, both arms began alike in each town",
    "population": "in each town the four groups by arm and response began alike",
}


def attrition_test(
    panel: Panel,
    outcome: str,
    *,
    null: Null = "response",
    time: float | None = None,
    draws: int = 9999,
    seed: int = 1,
) -> Test:
    """Test jointly whether the baseline outcome goes with who was lost, arm by arm.

    Permutes, within towns, what the null says does not matter for the outcome at the first wave:
    ``"response"`` (lost or seen, within each arm: is the loss selective?), ``"respondents"`` (the
    arm, among the seen and among the lost: do the seen still compare like with like?) or
    ``"population"`` (arm and response together: do the seen stand for everybody?).  Exact for any
    number of households; with few lost it can reject little, which `denominator` shows.

    Parameters
    ----------
    panel : Panel
        Two arms; towns as strata where it has them.
    outcome : str
        Column; a household is seen where it has a value at `time`.
    null : str
        "response", "respondents" or "population".
    time : float, optional
        The wave of the loss; the last by default.
    draws, seed : int
        Permutations drawn where there are more than 20 000.

    Returns
    -------
    Test
        `statistic` is the F of the cells' means, given towns and what the null lets differ; `df` is
        their number (two, or three for "population"), but the p-value is the permutation's.

    Raises
    ------
    NotEstimable
        Nobody was lost, or nobody of the lost has a baseline; only one permutation is possible;
        the baseline outcome does not vary.
    DesignProblem
        The null is none of the three; there is no such wave.

    Source
    ------
    Ghanem, Hirshleifer and Ortiz-Becerra (2023), "Testing attrition bias in field experiments",
    Journal of Human Resources: hypotheses IV-R ("respondents") and IV-P ("population"), with
    randomisation p-values. "response" is the part of IV-P that holds without random assignment.

    Examples
    --------
    >>> import pandas as pd
    >>> y = np.array([1.0, 2, 3, 9, 1, 2, 3, 8])
    >>> df = pd.DataFrame({"id": range(8), "arm": ["a"] * 4 + ["b"] * 4})
    >>> last = df.assign(t=6, y=np.where(y > 5, np.nan, y))
    >>> panel = Panel.from_frame(pd.concat([df.assign(t=0, y=y), last]), unit="id", time="t",
    ...                          arm="arm")
    >>> test = attrition_test(panel, "y")
    >>> test.numerator, test.denominator
    (1, 16)

    See METHODS.md: Attrition test
    """
    if null not in _SAID:
        raise DesignProblem("attrition_null_unknown", null=null, found=list(_SAID))
    cells = _cells(panel, outcome, wave_of(panel, time))
    labels, block, columns = cells.posed(null)
    assignments = Assignments.of(labels, block=block)
    if assignments.count < 2:
        raise NotEstimable("attrition_one_way", outcome=outcome)
    fixed = _dummies(block) if null != "population" else _dummies(cells.town)
    fitted = _Fitted.of(cells.before, fixed, outcome)
    observed = float(fitted.explained(columns(labels[None]))[0])
    everything = assignments.count <= _ENUMERATED
    chunks: Iterator[Ints] = (
        iter([assignments.all()])
        if everything
        else assignments.drawn(np.random.default_rng(seed), draws)
    )
    drawn = np.concatenate([fitted.explained(columns(some)) for some in chunks])
    far = int((drawn >= observed * (1 - _TIE) - _TIE * fitted.spread).sum())
    numerator, denominator = (far, len(drawn)) if everything else (1 + far, 1 + len(drawn))
    terms = fitted.rank(columns(labels[None])[0])
    return Test(
        statistic=fitted.f(observed, terms),
        df=float(terms),
        p_value=numerator / denominator,
        method=f"permutation of {null} within towns, baseline outcome",
        null=_SAID[null],
        numerator=numerator,
        denominator=denominator,
        draws=np.array([fitted.f(value, terms) for value in drawn]),
    )


@dataclass(frozen=True)
class _Cells:
    """Households with a baseline that were expected at the wave."""

    before: Floats
    arm: Ints
    seen: Ints
    town: Ints

    def posed(self, null: Null) -> tuple[Ints, Ints, Callable[[Ints], Floats]]:
        """Labels permuted (n,), blocks they are permuted within, and the columns (B, n, p)."""
        if null == "response":
            return (
                self.seen,
                2 * self.town + self.arm,
                lambda s: np.stack([s * self.arm, s * (1 - self.arm)], axis=2).astype(float),
            )
        if null == "respondents":
            return (
                self.arm,
                2 * self.town + self.seen,
                lambda a: np.stack([a * self.seen, a * (1 - self.seen)], axis=2).astype(float),
            )
        return (
            2 * self.arm + self.seen,
            self.town,
            lambda g: np.stack([g == 1, g == 2, g == 3], axis=2).astype(float),
        )


def _cells(panel: Panel, outcome: str, wave: int) -> _Cells:
    two_arms(panel)
    met = contact(panel, outcome)
    before = at_first(panel, outcome).to_numpy(np.float64, na_value=np.nan)
    kept = ~np.isnan(before) & met.expected[:, wave]
    seen = met.seen[kept, wave].astype(np.int64)
    if not kept.any() or seen.all() or not seen.any():
        raise NotEstimable("nobody_lost", time=f"{panel.times[wave]:g}")
    town = np.zeros(panel.n, np.int64) if panel.strata is None else panel.strata
    return _Cells(before[kept], panel.arm[kept], seen, town[kept])


@dataclass(frozen=True)
class _Fitted:
    """The outcome with fixed columns taken out: what others explain of it, for many at once."""

    basis: Floats
    rest: Floats
    spread: float

    @classmethod
    def of(cls, before: Floats, fixed: Floats, outcome: str) -> _Fitted:
        basis = np.linalg.qr(fixed)[0]
        rest = before - basis @ (basis.T @ before)
        spread = float(rest @ rest)
        if spread <= 1e-18 * float(before @ before):
            raise NotEstimable("baseline_without_spread", outcome=outcome)
        return cls(basis, rest, spread)

    def explained(self, columns: Floats) -> Floats:
        """Sum of squares that columns (B, n, p) explain beyond the fixed ones, (B,)."""
        free = columns - self.basis @ (self.basis.T @ columns)
        gram = np.swapaxes(free, 1, 2) @ free
        moment = np.einsum("bnp,n->bp", free, self.rest)
        inverse = np.linalg.pinv(gram, rcond=1e-9, hermitian=True)
        found: Floats = np.einsum("bp,bpq,bq->b", moment, inverse, moment)
        return found

    def rank(self, columns: Floats) -> int:
        """How many of columns (n, p) add something to the fixed ones."""
        free = columns - self.basis @ (self.basis.T @ columns)
        return int(np.linalg.matrix_rank(free, tol=1e-9))

    def f(self, explained: float, terms: int) -> float:
        """The F of `terms` columns that explain so much."""
        free = len(self.rest) - self.basis.shape[1] - terms
        left = self.spread - explained
        return explained / terms / (left / free) if free > 0 and left > 0 else np.inf


def _dummies(codes: Ints) -> Floats:
    columns: Floats = (codes[:, None] == np.unique(codes)).astype(np.float64)
    return columns
