"""Who was lost, when, in which arm, and why?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nextome_eval.checks.baseline import two_arms
from nextome_eval.checks.contact import Contact, contact
from nextome_eval.estimates.counts_behind import counts_behind
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.panel import Panel

__all__ = ["attrition"]


def attrition(panel: Panel, outcome: str | None = None, *, response: str = "response") -> Summary:
    """Count the households expected, seen and lost at each wave, by arm, with the reasons.

    Parameters
    ----------
    panel : Panel
        Two arms; missed waves may stand as rows with their reason, or not stand at all.
    outcome : str, optional
        Seen = this column has a value. Without it: the interview was completed.
    response : str
        Column that says in words what became of each visit: "completed", "not_due" (not expected
        yet), or a reason for the loss.

    Returns
    -------
    Summary
        Kind "attrition". For each ``wave`` a row ``followed`` with ``n`` (expected),
        ``retained``, ``lost`` and ``percent`` (lost) of each arm (``_1`` treated, ``_0``
        compared-to), then one row a reason with its ``lost``; reasons add up to the lost. A
        visit nobody wrote down is ``not_recorded``; one without the outcome ``not_answered``.

    Raises
    ------
    DesignProblem
        The arms are not two, or one is empty.
    DataProblem
        The response is not a column of words.

    Source
    ------
    CONSORT 2010, items 13a and 13b; What Works Clearinghouse (2022), "Procedures and Standards
    Handbook 5.0", chapter on attrition: overall loss and its difference by arm.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3], "t": [0, 6] * 3,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 2,
    ...                    "response": ["completed"] * 3 + ["moved"] + ["completed"] * 2})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> rows = attrition(panel).where(wave=6.0)
    >>> rows[["term", "n_1", "lost_1", "lost_0"]].values.tolist()
    [['followed', 2.0, 1, 0], ['moved', nan, 1, 0]]

    See METHODS.md: Attrition
    """
    two_arms(panel)
    met = contact(panel, outcome, response=response)
    rows: list[dict[str, Any]] = []
    margins: list[tuple[str, tuple[int, ...], int]] = []
    for wave, time in enumerate(panel.times):
        start = len(rows)
        place = {"term": "followed", "wave": float(time), "counted": ""}
        rows.append(place | _followed(panel, met, wave))
        for reason in [r for r in met.reasons if (met.word[:, wave] == r).any()]:
            place = {"term": reason, "wave": float(time), "counted": f"lost: {reason}"}
            rows.append(place | _for(panel, met, wave, reason))
        parts = tuple(range(start + 1, len(rows)))
        margins += [(f"lost_{arm}", parts, start) for arm in (1, 0) if parts]
    frame = pd.DataFrame(rows)
    found = counts_behind(frame, "attrition")
    if not met.expected.all():
        for arm in (1, 0):
            found["cells"][f"n_{arm}"] = {"of": "expected", "arm": str(arm)}
    return Summary(rows=frame, kind="attrition", **(found | {"margins": tuple(margins)}))


def _followed(panel: Panel, met: Contact, wave: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for arm in (1, 0):
        own = panel.arm == arm
        expected = int((met.expected[:, wave] & own).sum())
        lost = int((met.lost[:, wave] & own).sum())
        row |= {
            f"n_{arm}": expected,
            f"retained_{arm}": expected - lost,
            f"lost_{arm}": lost,
            f"percent_{arm}": 100 * lost / expected if expected else np.nan,
        }
    return row


def _for(panel: Panel, met: Contact, wave: int, reason: str) -> dict[str, Any]:
    lost = {arm: (met.word[:, wave] == reason) & (panel.arm == arm) for arm in (1, 0)}
    return {f"lost_{arm}": int(who.sum()) for arm, who in lost.items()}
