"""How many households were referred, assigned, seen at each wave and analysed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.checks.baseline import two_arms
from nextome_eval.checks.contact import contact
from nextome_eval.errors import DesignProblem
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.summary import Summary
from nextome_eval.study.panel import Panel

__all__ = ["flow"]


def flow(
    panel: Panel,
    *,
    analysed: Estimates | None = None,
    excluded: Mapping[str, int] | None = None,
    response: str = "response",
) -> Summary:
    """Count the boxes of the participant flow diagram, so that each adds up to the one above.

    Parameters
    ----------
    panel : Panel
        Two arms.
    analysed : Estimates, optional
        The main analysis: who took part in it (has an influence) is counted by arm.
    excluded : mapping of str to int, optional
        Reason -> households referred that never were in an arm
        (`nextome_eval.study.clock.left_out` lists them for a study).
    response : str
        Column that says in words what became of each visit.

    Returns
    -------
    Summary
        Kind "flow": ``term`` (box or reason), ``step``, ``role`` ("box" or "loss"), ``of`` (the
        box above), ``arm`` ("1", "0", "" = both) and ``n``. Every wave comes from the box
        ``assigned``, since a household missed once may be seen again; so does ``analysed``.

    Raises
    ------
    DesignProblem
        The arms are not two; `analysed` is about other households than the panel.

    Source
    ------
    CONSORT 2010, item 13 and its diagram; TREND, item 12.

    Examples
    --------
    >>> df = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3], "t": [0, 6] * 3,
    ...                    "arm": ["pilot"] * 4 + ["current"] * 2,
    ...                    "response": ["completed"] * 3 + ["moved"] + ["completed"] * 2})
    >>> panel = Panel.from_frame(df, unit="id", time="t", arm="arm")
    >>> flow(panel).rows[["term", "of", "arm", "n"]].values.tolist()[:3]
    [['referred', '', '', 3], ['assigned', 'referred', '1', 2], ['assigned', 'referred', '0', 1]]
    >>> flow(panel).rows[["term", "of", "arm", "n"]].values.tolist()[-3:]
    [['seen_6', 'assigned', '1', 1], ['moved', 'assigned', '1', 1], ['seen_6', 'assigned', '0', 1]]

    See METHODS.md: Participant flow
    """
    two_arms(panel)
    never = dict(excluded or {})
    rows = [_box("referred", 0, "", "", panel.n + sum(never.values()))]
    for arm in ("1", "0"):
        rows.append(_box("assigned", 1, "referred", arm, int((panel.arm == int(arm)).sum())))
    rows += [_loss(reason, 1, "referred", "", count) for reason, count in never.items() if count]
    met = contact(panel, response=response)
    for wave, time in enumerate(panel.times):
        rows += _step(panel, f"seen_{time:g}", wave + 2, met.seen[:, wave], met.word[:, wave])
    if analysed is not None:
        took_part = _took_part(panel, analysed)
        why = np.full(panel.n, "not_analysed", dtype=object)
        rows += _step(panel, "analysed", len(panel.times) + 2, took_part, why)
    return Summary.of_kind(pd.DataFrame(rows), "flow")


def _step(
    panel: Panel, box: str, step: int, kept: NDArray[np.bool_], why: NDArray[np.object_]
) -> list[dict[str, Any]]:
    rows = []
    for arm in ("1", "0"):
        own = panel.arm == int(arm)
        rows.append(_box(box, step, "assigned", arm, int((own & kept).sum())))
        lost = why[own & ~kept]
        for reason in sorted(set(lost)):
            rows.append(_loss(str(reason), step, "assigned", arm, int((lost == reason).sum())))
    return rows


def _took_part(panel: Panel, analysed: Estimates) -> NDArray[np.bool_]:
    where = panel.units.get_indexer(analysed.units)
    if (where < 0).any():
        raise DesignProblem("flow_other_households", units=analysed.units[where < 0].tolist())
    took_part = np.zeros(panel.n, bool)
    took_part[where] = ~np.isnan(analysed.influence).all(axis=1)
    return took_part


def _box(term: str, step: int, of: str, arm: str, n: int) -> dict[str, Any]:
    return {"term": term, "step": step, "role": "box", "of": of, "arm": arm, "n": n}


def _loss(term: str, step: int, of: str, arm: str, n: int) -> dict[str, Any]:
    return {"term": term, "step": step, "role": "loss", "of": of, "arm": arm, "n": n}
