"""Which inference does this design allow for this number, and what must stand beside it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nextome_eval.checks.design import design_facts
from nextome_eval.checks.inference_of_durations import infer_durations
from nextome_eval.checks.inference_of_intervals import infer_intervals
from nextome_eval.checks.inference_of_panel import infer_panel
from nextome_eval.checks.late_entry import begun
from nextome_eval.checks.shared_flats import hazard_ratio
from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.inference import Inference
from nextome_eval.estimates.test import Test
from nextome_eval.study.durations import Durations
from nextome_eval.study.panel import Panel

__all__ = ["infer"]


def infer(
    asked: Estimates | Test | Callable[[Any], Any],
    door: Panel | Durations,
    *,
    tau: float | None = None,
    draws: int = 9999,
    seed: int = 1,
) -> Inference:
    """Choose the inference that the design allows, say why, and put beside it what it needs.

    Parameters
    ----------
    asked : callable, Estimates or Test
        ``lambda door: ne.ancova(door, "who5")`` and the like. With an answer instead of a
        function the routes that repeat the analysis (permutation, leave one out) are refused.
    door : Panel or Durations
        What the answer was computed from: it holds the design.
    tau : float, optional
        For durations: the planned horizon of the restricted mean that stands beside.
    draws, seed : int
        Of the permutations, where not all assignments are listed.

    Returns
    -------
    Inference
        `case` (the row of the design table), `headline`, `beside`, `reason`, `refusals`.

    Raises
    ------
    DesignProblem
        An arm is empty.

    Source
    ------
    The design table of METHODS.md.

    Examples
    --------
    >>> import numpy as np, pandas as pd, nextome_eval as ne
    >>> df = pd.DataFrame({"id": np.repeat(range(12), 2), "t": [0, 6] * 12,
    ...                    "arm": (["pilot"] * 2 + ["control"] * 2) * 6,
    ...                    "town": np.repeat(["Padova", "Abano", "Cadoneghe"], 8),
    ...                    "y": np.random.default_rng(1).normal(size=24)})
    >>> panel = ne.Panel.from_frame(df, unit="id", time="t", arm="arm", strata="town")
    >>> chosen = infer(lambda p: ne.did(p, "y"), panel)
    >>> chosen.case, chosen.beside["permutation"].denominator
    ('households_within_towns', 216)

    See METHODS.md: Choice of inference
    """
    if isinstance(door, Durations) and door.upper is not None:
        return infer_intervals(asked, door, design_facts(door), {"draws": draws, "seed": seed})
    fn = asked if callable(asked) else None
    answer = _answered(asked, door) if callable(asked) else asked
    if not isinstance(answer, (Estimates, Test)):
        raise DesignProblem("infer_needs_answer", found=type(answer).__name__)
    facts = design_facts(door)
    if isinstance(door, Durations):
        return infer_durations(answer, fn, door, facts, {"tau": tau, "draws": draws, "seed": seed})
    if not isinstance(answer, Estimates):
        raise DesignProblem("infer_needs_answer", found="Test")
    return infer_panel(answer, fn, door, facts, {"draws": draws, "seed": seed})


def _answered(asked: Callable[[Any], Any], door: Panel | Durations) -> Any:
    """The answer; Firth's where the hazard ratio asked runs off to zero or infinity.

    A curve that would fall to zero over an empty early risk set is asked from later on.
    """
    try:
        return asked(door)
    except NotEstimable as problem:
        if isinstance(door, Durations) and problem.code == "curve_empty_beginning":
            return asked(begun(door)[0])
        if problem.code != "cox_no_maximum" or not isinstance(door, Durations):
            raise
    return hazard_ratio(door, design_facts(door), firth=True)
