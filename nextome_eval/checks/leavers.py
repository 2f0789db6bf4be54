"""Between which limits does the answer lie if those who left had all succeeded, or none?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nextome_eval.errors import NotEstimable
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.numerics.risk_set import Ints
from nextome_eval.study.durations import Durations

__all__ = ["leaver_bounds"]


def leaver_bounds(
    fn: Callable[[Durations], Estimates], spells: Durations, *, until: float, cause: int = 1
) -> Estimates:
    """Answer twice: with the treated's leavers never and the others' at once, and the reverse.

    A leaver is a household whose last spell ends before ``until`` without the event: censored,
    lost, or gone for another cause. Assumes nothing about them.

    Parameters
    ----------
    fn : callable
        From durations to Estimates, such as ``lambda d: rmst(d, tau=24).where(term="difference")``.
    spells : Durations
        Two arms, exact times.
    until : float
        End of the planned follow-up.
    cause : int
        Code of the event.

    Returns
    -------
    Estimates
        Rows of ``fn`` under ``treated leavers never`` and ``treated leavers at once``.

    Raises
    ------
    NotEstimable
        Not two arms.

    Notes
    -----
    Manski 1990, for durations. Wide limits say how much rests on censoring being uninformative.

    Examples
    --------
    >>> import pandas as pd
    >>> from nextome_eval.models.survival import rmst
    >>> df = pd.DataFrame({"months": [2.0, 4, 9, 9, 5, 9, 7, 9], "housed": [1, 1, 0, 0, 0, 0, 1, 0],
    ...                    "arm": list("aaaabbbb")})
    >>> spells = Durations.from_frame(df, time="months", event="housed", arm="arm")
    >>> both = leaver_bounds(lambda d: rmst(d, tau=9).where(term="difference"), spells, until=9)
    >>> both.tidy()["estimate"].tolist()
    [2.5, 1.5]

    See METHODS.md: leaver_bounds
    """
    if len(spells.arm_labels) != 2:
        raise NotEstimable("two_arms_needed", groups=list(spells.arm_labels))
    last = np.append(spells.unit[1:] != spells.unit[:-1], True)
    left = last & (spells.time < until * (1 - 1e-9)) & (spells.event != cause)
    arm = spells.arm[spells.unit]
    never = fn(_supposed(spells, left & (arm == 1), left & (arm == 0), until, cause))
    at_once = fn(_supposed(spells, left & (arm == 0), left & (arm == 1), until, cause))
    return Estimates.stack({"treated leavers never": never, "treated leavers at once": at_once})


def _supposed(spells: Durations, never: Ints, at_once: Ints, until: float, cause: int) -> Durations:
    return replace(
        spells,
        time=np.where(never, until, spells.time),
        event=np.where(at_once, cause, np.where(never, 0, spells.event)),
    )
