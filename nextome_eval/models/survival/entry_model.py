"""How likely was a household to be under observation by then, given its arm and covariates?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.models.survival.cox_frame import CoxData, cox_data
from nextome_eval.numerics.doubly_robust import Entering
from nextome_eval.numerics.firth import fit_firth
from nextome_eval.numerics.product_limit import Curve, cells_at, curve
from nextome_eval.numerics.risk_set import Floats
from nextome_eval.numerics.standardised_survival import ArmHazards

GONE = 1e-9


def entry_model(data: CoxData, adjust: Sequence[str]) -> tuple[Entering, bool]:
    """Fit the chance of having entered, and say whether the covariates could be counted.

    Time runs backwards: those present at v who entered at v are events among all present at v
    (Lagakos, Barraj and De Gruttola 1988), with a baseline an arm and Cox coefficients, penalised
    (Firth), since late entries may be few.
    """
    entry = data.spells.entry[data.rows]
    late = np.unique(entry[entry > 0])
    if not len(late):
        return Entering(late, np.ones((len(entry), 1))), True
    spells = data.spells
    backwards = replace(
        spells,
        entry=-spells.time,
        time=-spells.entry,
        event=(spells.entry > 0).astype(np.int64),
        causes={1: "entered"},
    )
    reverse = cox_data(backwards, list(adjust), strata="arm", method="adjusted_survival")
    risk = reverse.risk(None)
    plain = curve(risk)
    _refuse_gaps(plain, data)
    frame, beta, top, converged = fit_firth(risk, reverse.x)
    counted = converged and not frame.collinear.any()
    hazard, ratio = _product_limit_hazard(plain, late), np.ones(risk.n)
    if counted:
        fit = replace(frame, beta=beta, information=top.information, at=top.plain)
        model = ArmHazards.of(fit, -late)
        ratio = model.ratio
        hazard = np.stack([model.hazard(a, -late) for a in range(len(model.base))])
    place = np.empty(len(spells.unit), np.int64)
    place[reverse.rows] = np.arange(risk.n)
    back = place[data.rows]
    lived = ratio[back, None] * hazard[risk.stratum[back]]
    return Entering(late, np.column_stack([np.exp(-lived), np.ones(len(back))])), counted


def _product_limit_hazard(plain: Curve, late: Floats) -> Floats:
    """Nelson-Aalen hazard of entry, backwards from the end, of each arm: (arms, V)."""
    return np.stack(
        [
            np.concatenate([[0.0], plain.hazard])[cells_at(plain.risk, a, -late) + 1]
            for a in range(len(plain.risk.start) - 1)
        ]
    )


def _refuse_gaps(plain: Curve, data: CoxData) -> None:
    """Refuse an arm whose early members had all left before the others entered."""
    risk = plain.risk
    empty = (plain.n_event > 0) & (plain.n_risk - plain.n_event <= GONE * plain.n_risk)
    begins = risk.time[risk.start[1:] - 1][risk.cell_stratum]  # the first entry of the arm
    gap = np.flatnonzero(empty & (risk.time < begins - GONE * np.abs(begins)))
    if len(gap):
        label = data.strata_labels[int(risk.cell_stratum[gap[0]])]
        raise NotEstimable("nobody_bridges", group=label, time=float(-risk.time[gap[0]]))
