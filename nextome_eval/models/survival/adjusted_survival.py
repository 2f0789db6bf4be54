"""The arms' survival if their households had been alike at the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.models.survival.cox_frame import CoxData, CoxModel, cox_data
from nextome_eval.models.survival.cox_search import searched
from nextome_eval.models.survival.entry_model import entry_model
from nextome_eval.models.weights import weights
from nextome_eval.numerics.doubly_robust import Observed, doubly_robust, standing
from nextome_eval.numerics.risk_set import Floats
from nextome_eval.numerics.standardised_survival import (
    ArmHazards,
    Standardised,
    area,
    standardised,
)
from nextome_eval.study.durations import Durations

METHODS = ("standardised", "doubly-robust")


def adjusted_survival(
    spells: Durations,
    times: Sequence[float],
    *,
    adjust: Sequence[str],
    method: str = "standardised",
    tau: float | None = None,
) -> Estimates:
    """Estimate each arm's S(t) had everybody been in it, their difference, and that of the means.

    Parameters
    ----------
    spells : Durations
        Two arms, one spell a household.
    times : sequence of float
        Planned months at which survival is compared.
    adjust : sequence of str
        Few covariates known at the beginning.
    method : str
        "standardised": Cox's model with a baseline an arm, averaged over everybody
        (g-computation); delayed entry is allowed. "doubly-robust": augmented by inverse
        probability of arm, of censoring and of entry; right if the Cox model is, or the chances
        of arm and of entry are; no weights.
    tau : float, optional
        Horizon for restricted mean times too.

    Returns
    -------
    Estimates
        Rows survival (two arms) and difference for each time, then rmst and rmst difference;
        coordinates arm, time. Influences count the estimated hazards and coefficients.

    Raises
    ------
    NotEstimable
        A time past an arm's follow-up, a Cox model without maximum, or an arm whose early members
        had all left before the others entered (doubly-robust).

    Notes
    -----
    "Everybody" are those eligible at time zero, with those who had the event before they could
    enter: entry, loss and event must be independent given arm and covariates. Zhang et al. 2007;
    Bai et al. 2013; for entry Wang, Ying and Xu 2024, Biometrika 111:1171. With few households
    resample the whole pipeline:
    ``bootstrap(lambda d: adjusted_survival(d, [12], adjust=[...]), spells)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> df = pd.DataFrame({"group": list("ab") * 40, "z": rng.normal(size=80)})
    >>> df["months"] = rng.exponential(np.exp(1 + 0.5 * df["z"]))
    >>> df["housed"] = df["months"] < 6
    >>> df["months"] = df["months"].clip(upper=6)
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="group")
    >>> adjusted_survival(spells, [3], adjust=["z"]).terms["term"].tolist()
    ['survival', 'survival', 'difference']

    See METHODS.md: adjusted_survival
    """
    if method not in METHODS:
        raise DesignProblem("adjusted_method_unknown", method=method, found=list(METHODS))
    if len(spells.arm_labels) != 2:
        raise NotEstimable("two_arms_needed", groups=list(spells.arm_labels))
    if len(spells.unit) != spells.n:
        raise DesignProblem("one_spell_a_household", method="adjusted_survival")
    data = cox_data(spells, list(adjust), strata="arm", method="adjusted_survival")
    _refuse_far(data, [*times, *([tau] if tau is not None else [])])
    fit = searched(CoxModel(data, None), ties="efron")
    own = np.unique(np.concatenate([fit.risk.time, np.asarray(times, dtype=np.float64)]))
    model = ArmHazards.of(fit, own)
    if method == "standardised":
        entry, own_weights = spells.entry[data.rows], fit.risk.weights
        arms = [standardised(model, a, entry, own_weights) for a in (0, 1)]
        notes: tuple[Note, ...] = ()
    else:
        arms, notes = _doubly_robust(model, data, adjust)
    answer = _answer(data, model.grid, arms, list(times), tau, method)
    return replace(answer, notes=(*answer.notes, *notes, *_unseen(data)))


def _doubly_robust(
    model: ArmHazards, data: CoxData, adjust: Sequence[str]
) -> tuple[list[Standardised], tuple[Note, ...]]:
    spells, rows = data.spells, data.rows
    if spells.weights is not None:
        raise DesignProblem("doubly_robust_weights")
    entering, counted = entry_model(data, adjust)
    times = (spells.entry[rows], spells.time[rows], (spells.event[rows] > 0).astype(np.float64))
    # among those seen the arms are not as they were dealt: each stands for others like it
    seen_by = np.ones(len(spells.unit))
    seen_by[rows] = 1 / entering.own_before(times[1])
    late = len(entering.times) > 0
    door = replace(spells, weights=seen_by) if late else spells
    chances = weights(door, adjust=list(adjust), kind="overlap")
    assert chances.propensity is not None
    treated = chances.propensity[spells.unit[rows]]
    seen = Observed.of(model, times, np.column_stack([1 - treated, treated]), entering)
    _refuse_lost(model, data, seen)
    stands = standing(model, seen)
    if not stands.sum() > 0:
        raise NotEstimable("nobody_stands")
    notes = () if counted else (Note.of("entry_without_covariates"),)
    return [doubly_robust(model, a, seen, stands) for a in (0, 1)], notes


def _refuse_lost(model: ArmHazards, data: CoxData, seen: Observed) -> None:
    """Refuse an arm in which everybody present was lost before others entered."""
    for a, label in enumerate(data.spells.arm_labels):
        events = seen.time[(model.fit.risk.stratum == a) & (seen.happened > 0)]
        hidden = events[seen.stay(a, events, before=True) <= 0]
        if len(hidden):
            raise NotEstimable("nobody_bridges", group=label, time=float(hidden.min()))


def _unseen(data: CoxData) -> tuple[Note, ...]:
    """Say so where nobody of an arm was observed at the beginning."""
    spells, notes = data.spells, []
    for code, label in enumerate(spells.arm_labels):
        begin = spells.entry[data.rows][spells.arm[spells.unit[data.rows]] == code].min()
        if begin > 0:
            notes.append(Note.of("unseen_until", group=label, time=f"{begin:.4g}"))
    return tuple(notes)


def _answer(
    data: CoxData,
    grid: Floats,
    arms: list[Standardised],
    times: list[float],
    tau: float | None,
    method: str,
) -> Estimates:
    labels = [str(label) for label in data.spells.arm_labels]
    names: list[tuple[str, str, float]] = []
    values: list[float] = []
    influences: list[Floats] = []

    def add(what: str, time: float, pair: list[tuple[float, Floats]]) -> None:
        for label, (value, influence) in zip(labels, pair, strict=True):
            names.append((what, label, time))
            values.append(value)
            influences.append(influence)
        names.append(("difference" if what == "survival" else "rmst difference", "", time))
        values.append(pair[1][0] - pair[0][0])
        influences.append(pair[1][1] - pair[0][1])

    for time in times:
        at = int(np.searchsorted(grid, time * (1 + 1e-12), side="right")) - 1
        add("survival", time, [(float(arm.value[at]), arm.influence[:, at]) for arm in arms])
    if tau is not None:
        add("rmst", tau, [area(grid, arm, tau) for arm in arms])
    what, who, when = zip(*names, strict=True)
    return Estimates(
        terms=pd.DataFrame({"term": what, "arm": who, "time": np.array(when, dtype=np.float64)}),
        value=np.array(values),
        influence=data.folded(np.stack(influences, axis=1)),
        units=data.spells.units,
        cluster=data.spells.cluster,
        method=f"adjusted survival ({method})",
        notes=data.notes,
    )


def _refuse_far(data: CoxData, times: Sequence[float]) -> None:
    spells = data.spells
    for code, label in enumerate(spells.arm_labels):
        own = data.rows[spells.arm[spells.unit[data.rows]] == code]
        longest = float(spells.time[own].max())
        if max(times) > longest * (1 + 1e-9):
            raise NotEstimable("tau_past_follow_up", tau=max(times), group=label, longest=longest)
