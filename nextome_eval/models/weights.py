"""Weights that make the compared-to households look like those they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nextome_eval.errors import DataProblem, DesignProblem, NotEstimable
from nextome_eval.estimates.notes import Note
from nextome_eval.numerics.entropy_balance import entropy_balance
from nextome_eval.numerics.firth_logit import firth_logit
from nextome_eval.numerics.least_squares import independent_columns
from nextome_eval.numerics.logit import logit
from nextome_eval.study.door import Door
from nextome_eval.study.panel import Panel

__all__ = ["WeightKind", "Weights", "weights"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
WeightKind = Literal["overlap", "att", "stabilised", "entropy"]
AnyDoor = TypeVar("AnyDoor", bound=Door)

_KINDS = ("overlap", "att", "stabilised", "entropy")


@dataclass(frozen=True, eq=False)
class Weights:
    """A weight for each household, and what it costs.

    Parameters
    ----------
    units : Index (n,)
    arm : int array (n,)
    value : float array (n,)
        Sum in each arm = its number of households; 0 = trimmed or without covariates.
    propensity : float array (n,) or None
        Estimated chance of treatment, NaN where covariates are missing; None with "entropy".
    kind : str
    notes : tuple of str
    """

    units: pd.Index
    arm: NDArray[np.int64]
    value: Floats
    propensity: Floats | None
    kind: WeightKind
    notes: tuple[str, ...] = ()

    @property
    def effective(self) -> Floats:
        """Effective sample size (sum w)^2 / sum w^2 of the compared-to and of the treated (2,)."""
        parts = [self.value[self.arm == code] for code in (0, 1)]
        return np.array([float(w.sum() ** 2 / (w @ w)) for w in parts])

    def on(self, door: AnyDoor, also: ArrayLike | None = None) -> AnyDoor:
        """The door with these weights times its own, and times ``also`` (n,) such as attrition's.

        Households of weight 0 are left out.
        """
        w = self.value if also is None else self.value * np.asarray(also, dtype=np.float64)
        kept = np.flatnonzero(w > 0)
        inside = door.take(kept)
        rows = w[kept][inside.unit]
        own = rows if inside.weights is None else rows * inside.weights
        return replace(inside, weights=own)


def weights(
    door: Door,
    *,
    adjust: Sequence[str],
    kind: WeightKind = "overlap",
    trim: float = 0.0,
) -> Weights:
    """Weigh households so that the arms' covariates at the beginning are alike.

    Parameters
    ----------
    door : Panel or Durations
    adjust : sequence of str
        Columns, taken at the last wave before the beginning (a panel) or the first row.
    kind : str
        "overlap": 1 - e for the treated, e for the compared-to: those who could have been in
        either arm; exact balance of the covariates' means, never extreme.  "att": 1 and
        e / (1 - e).  "stabilised": P(arm) over the chance of the own arm.  "entropy": the
        compared-to reweighted to the treated's means, as evenly as can be (Hainmueller 2012).
    trim : float
        Households whose e is below ``trim`` or above 1 - ``trim`` get no weight (propensity
        kinds).

    Returns
    -------
    Weights
        ``.on(door)`` gives the weighted door.  Standard errors that take weights as known are not
        to be used: re-estimate them inside what is resampled,
        ``bootstrap(lambda p: did(weights(p, adjust=[...]).on(p), "y"), panel)``.

    Raises
    ------
    DesignProblem
        Not two arms; a kind that is not one; no covariate.
    DataProblem
        Covariates that repeat one another.
    NotEstimable
        Entropy balance out of reach; everybody of an arm trimmed.

    Notes
    -----
    Where covariates tell the arms apart, the propensity is fitted by Firth's penalised likelihood
    and ``notes`` say so.

    Source
    ------
    Li, Morgan and Zaslavsky (2018); Hainmueller (2012); Firth (1993).

    Examples
    --------
    >>> df = pd.DataFrame({"id": range(6), "t": 0, "arm": ["pilot"] * 3 + ["now"] * 3,
    ...                    "g": 1, "age": [30.0, 34, 38, 29, 33, 35]})
    >>> panel = Panel.from_frame(df.drop(columns="g"), unit="id", time="t", arm="arm")
    >>> w = weights(panel, adjust=["age"])
    >>> gap = [float(np.average(df["age"][panel.arm == a], weights=w.value[panel.arm == a]))
    ...        for a in (0, 1)]
    >>> round(gap[1] - gap[0], 9)
    0.0

    See METHODS.md: Weights
    """
    if kind not in _KINDS:
        raise DesignProblem("option_unknown", option="kind", value=kind, found=list(_KINDS))
    if not len(adjust):
        raise DesignProblem("weights_need_covariates")
    x, known = _covariates(door, adjust)
    treated = (door.arm == 1)[known].astype(np.float64)
    if len(np.unique(door.arm)) != 2 or treated.min() == treated.max():
        raise DesignProblem("weights_need_two_arms", found=list(door.arm_labels))
    notes = _left_out(known, adjust)
    base = _base(door)[known]
    value = np.zeros(door.n)
    propensity: Floats | None = None
    if kind == "entropy":
        value[known] = _entropy(treated, x, base)
    else:
        chance, said = _chance(treated, x, base)
        kept = (chance >= trim) & (chance <= 1 - trim)
        notes += said + _trimmed(kept, trim)
        propensity = np.full(door.n, np.nan)
        propensity[known] = chance
        value[known] = np.where(kept, _of_kind(kind, treated, chance, base), 0.0)
    for code in (0, 1):
        own = door.arm == code
        if not value[own].any():
            raise NotEstimable("everybody_trimmed", arm=door.arm_labels[code], trim=trim)
        value[own] *= (value[own] > 0).sum() / value[own].sum()
    return Weights(door.units, door.arm, value, propensity, kind, tuple(notes))


def _covariates(door: Door, adjust: Sequence[str]) -> tuple[Floats, Mask]:
    """Constant and covariates of households that have them (m, q), and who does (n,)."""
    rows = door.starts
    if isinstance(door, Panel) and np.isfinite(door.begins).any():
        early = np.flatnonzero(door.time < door.begins[np.isfinite(door.begins)].min())
        rows = rows.copy()
        rows[door.unit[early]] = early  # rows go by time, so the last one stays
    values, terms = door.covariates(list(adjust))
    at = values[rows]
    known = np.asarray(~np.isnan(at).any(axis=1))
    x = np.column_stack([np.ones(int(known.sum())), at[known]])
    keep = independent_columns(x)
    if not keep.all():
        lost = [term for term, kept in zip(["constant", *terms], keep, strict=True) if not kept]
        raise DataProblem("adjusters_repeat", columns=lost)
    return x, known


def _base(door: Door) -> Floats:
    if door.weights is None:
        return np.ones(door.n)
    counts = np.bincount(door.unit, minlength=door.n)
    return np.asarray(np.bincount(door.unit, door.weights, minlength=door.n) / counts)


def _chance(treated: Floats, x: Floats, base: Floats) -> tuple[Floats, list[Note]]:
    try:
        return logit(treated, x, base).fitted, []
    except NotEstimable:
        # the penalised fit leaves the door's own weights out: they stay beside the result
        return firth_logit(treated, x)[1], [Note.of("firth_propensity")]


def _of_kind(kind: str, treated: Floats, chance: Floats, base: Floats) -> Floats:
    share = float(base @ treated / base.sum())
    if kind == "overlap":
        return np.where(treated > 0, 1 - chance, chance)
    if kind == "att":
        return np.where(treated > 0, 1.0, chance / (1 - chance))
    return np.where(treated > 0, share / chance, (1 - share) / (1 - chance))


def _entropy(treated: Floats, x: Floats, base: Floats) -> Floats:
    own, other = treated > 0, treated == 0
    target = base[own] @ x[own, 1:] / base[own].sum()
    value = np.ones(len(treated))
    # the door's own weights stay beside these, so they are divided out again
    value[other] = entropy_balance(x[other, 1:], target, base[other]) / base[other]
    return value


def _left_out(known: Mask, adjust: Sequence[str]) -> list[Note]:
    lost = int((~known).sum())
    return [Note.of("left_out_no_adjuster", count=lost, columns=", ".join(adjust))] if lost else []


def _trimmed(kept: Mask, trim: float) -> list[Note]:
    lost = int((~kept).sum())
    return [Note.of("trimmed", count=lost, low=trim, high=1 - trim)] if lost else []
