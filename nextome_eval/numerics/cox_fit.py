"""The coefficients at the top of the partial likelihood, or the news that there is no top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve

from nextome_eval.numerics.exact_ties import exact_moments
from nextome_eval.numerics.partial_likelihood import EventSteps, Moments, event_steps, moments
from nextome_eval.numerics.risk_set import Floats, RiskSet


class Hill(Protocol):
    """A log likelihood with its slope (p,) and curvature (p, p)."""

    @property
    def log_likelihood(self) -> float: ...
    @property
    def score(self) -> Floats: ...
    @property
    def information(self) -> Floats: ...


H = TypeVar("H", bound=Hill)


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted partial likelihood.

    Attributes
    ----------
    beta : (p,) coefficients; ``information`` (p, p) there
    log_likelihood : at zero and at ``beta``; ``score_test`` chi-square at zero
    runaway : (p,) true where the likelihood keeps rising as the coefficient grows
    collinear : (p,) true where a covariate does not vary, given the others, within risk sets
    x : (n, p) the covariates, less ``centre`` (p,)
    at : moments at ``beta``; for exact ties those of Breslow's likelihood there
    """

    beta: Floats
    information: Floats
    null_information: Floats
    log_likelihood: tuple[float, float]
    score_test: float
    iterations: int
    converged: bool
    runaway: NDArray[np.bool_]
    collinear: NDArray[np.bool_]
    risk: RiskSet
    x: Floats
    centre: Floats
    offset: Floats | None
    ties: str
    steps: EventSteps
    at: Moments


def fit_cox(
    risk: RiskSet,
    x: Floats,
    *,
    ties: str = "efron",
    offset: Floats | None = None,
    limit: int = 40,
) -> CoxFit:
    """Fit Cox's model by Newton's steps, halved where they overshoot.

    Parameters
    ----------
    x : (n, p) covariates
    ties : "efron", "breslow" or "exact" (the discrete, conditional-logistic likelihood)
    offset : (n,) known part of the linear predictor
    limit : Newton steps allowed
    """
    centre = risk.weights @ x / max(float(risk.weights.sum()), 1e-300)
    centred = np.asfortranarray(x - centre)  # columns are what is summed
    steps = event_steps(risk, "breslow" if ties == "exact" else ties)

    def evaluate(beta: Floats) -> Moments:
        return moments(risk, centred, beta, steps=steps, offset=offset)

    def evaluate_exact(beta: Floats) -> Hill:
        return exact_moments(risk, centred, beta, offset=offset)

    top: Hill
    if ties == "exact":
        null: Hill = evaluate_exact(np.zeros(x.shape[1]))
        beta, top, iterations, converged = climb(evaluate_exact, null, limit=limit)
        at = evaluate(beta)
    else:
        plain = evaluate(np.zeros(x.shape[1]))
        null = plain
        beta, at, iterations, converged = climb(evaluate, plain, limit=limit)
        top = at
    return CoxFit(
        beta=beta,
        information=top.information,
        null_information=null.information,
        log_likelihood=(null.log_likelihood, top.log_likelihood),
        score_test=float(null.score @ newton_move(null.score, null.information)),
        iterations=iterations,
        converged=converged,
        runaway=running_away(null.information, top.information),
        collinear=collinear(
            null.information,
            widths(centred, centre),
            float(risk.weights[risk.event > 0].sum()),
        ),
        risk=risk,
        x=centred,
        centre=centre,
        offset=offset,
        ties=ties,
        steps=steps,
        at=at,
    )


def climb(
    evaluate: Callable[[Floats], H],
    here: H,
    *,
    start: Floats | None = None,
    limit: int = 40,
    settled: float = 1e-16,
) -> tuple[Floats, H, int, bool]:
    """Climb a log likelihood; give the top's coefficients, what is known there, steps, success.

    ``here`` is what is known at ``start`` (p,), or at zero.
    A step that promised less than ``settled`` is the last. With the true curvature each step
    squares the error, so 1e-16 leaves nothing, and a step is also the last if the next one, its
    error squared, would promise less than ``settled``^1.5. Where the curvature is only near the
    true one (a penalty's is left out) errors shrink by a factor, and the step must be smaller.
    """
    before = np.inf
    beta = np.zeros(len(here.score)) if start is None else np.array(start, dtype=np.float64)
    for step in range(1, limit + 1):
        move = newton_move(here.score, here.information)
        promised = float(here.score @ move)
        ahead = evaluate(beta + move)
        floor = here.log_likelihood - 1e-12 * max(abs(here.log_likelihood), 1.0)
        for _ in range(30):
            if ahead.log_likelihood >= floor:
                break
            move = move / 2
            ahead = evaluate(beta + move)
        beta, here = beta + move, ahead
        squared = promised * (promised / before) ** 2 if np.isfinite(before) else promised
        if promised < settled or squared < settled**1.5:
            return beta, here, step, True
        before = promised
    return beta, here, limit, False


def newton_move(score: Floats, information: Floats) -> Floats:
    """Solve information @ move = score, by least squares where the information is singular."""
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    size = np.where(size > 0, size, 1.0)
    scaled, wanted = information / np.outer(size, size), score / size
    try:
        root = np.linalg.cholesky(scaled)
        if np.diag(root).min(initial=1.0) > 1e-6:
            return np.asarray(cho_solve((root, True), wanted) / size)
    except np.linalg.LinAlgError:
        pass
    return np.asarray(np.linalg.lstsq(scaled, wanted, rcond=1e-12)[0] / size)


def inverse(information: Floats) -> Floats:
    """Invert an information matrix after bringing its diagonal to one."""
    size = np.sqrt(np.diag(information))
    return np.asarray(np.linalg.inv(information / np.outer(size, size)) / np.outer(size, size))


def running_away(null: Floats, top: Floats) -> NDArray[np.bool_]:
    """Say which coefficients have no finite maximum (Heinze and Schemper 2001): (p,) bool.

    Where the likelihood is monotone along a direction, its curvature there dies out: below
    1e-5 of the curvature at zero, which no finite hazard ratio met in practice comes near.
    """
    size = np.sqrt(np.maximum(np.diag(null), 1e-300))
    kept, axes = np.linalg.eigh(top / np.outer(size, size))
    before = np.einsum("ai,ab,bi->i", axes, null / np.outer(size, size), axes)
    dying = (kept < 1e-5 * before) & (before > 1e-9)
    return np.asarray((np.abs(axes[:, dying]) > 0.1).any(axis=1))


def collinear(null: Floats, width: Floats, events: float) -> NDArray[np.bool_]:
    """Say which covariates carry no information of their own at zero: (p,) bool.

    ``width`` (p,): how far each covariate spreads, infinite where it does not; ``events`` (their
    weight): the information of a covariate of width 1 that spreads evenly.
    """
    scaled = null / np.outer(width, width)
    size = np.diag(scaled)
    flat = size <= 1e-10 * max(float(size.max(initial=0.0)), events, 1e-300)
    root = np.sqrt(np.where(flat, 1.0, size))
    kept, axes = np.linalg.eigh(scaled / np.outer(root, root) + np.diag(flat.astype(float)))
    return np.asarray(flat | (np.abs(axes[:, kept < 1e-9]) > 0.1).any(axis=1))


def widths(centred: Floats, centre: Floats) -> Floats:
    """Root mean square of each centred covariate (p,), infinite where it is rounding only."""
    spread = np.sqrt(np.einsum("ij,ij->j", centred, centred) / max(len(centred), 1))
    return np.where(spread > 1e-12 * np.abs(centre), spread, np.inf)
