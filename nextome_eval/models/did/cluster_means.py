"""Towns as the evidence: one change a town, compared as two samples."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nextome_eval.errors import DesignProblem, NotEstimable
from nextome_eval.estimates.answer import grouped
from nextome_eval.estimates.estimates import Estimates
from nextome_eval.estimates.notes import Note
from nextome_eval.estimates.reference import StudentT
from nextome_eval.models.did.before_after import before_after, both_arms_at_each, unit_means
from nextome_eval.models.did.did import missed
from nextome_eval.models.did.evidence import without_error
from nextome_eval.study.panel import Panel

__all__ = ["did_of_cluster_means"]

Floats = NDArray[np.float64]


def did_of_cluster_means(
    panel: Panel,
    outcome: str,
    *,
    by: str | None = None,
    spread: Literal["pooled", "separate"] = "pooled",
) -> Estimates:
    """Compare the mean changes of treated and compared-to clusters, each cluster counting once.

    A cluster's change is the mean over its households of (mean after less mean before).
    The estimand is the effect on the treated averaged over clusters, not households.

    Parameters
    ----------
    panel : Panel
    outcome : str
    by : str, optional
        What was assigned: "strata", "cluster" or a column.  None: the strata where the design says
        that strata were assigned, otherwise the clusters.
    spread : str
        "pooled": t with G - 2 degrees of freedom, said to rest on normal town shocks of one
        variance in both arms.  "separate": each arm's own variance and min(G1, G0) - 1 degrees
        of freedom (Ibragimov and Mueller 2016).

    Returns
    -------
    Estimates
        One row, ``overall``, with Student's t; without a standard error where an arm is a single
        cluster (see `one_treated`).

    Raises
    ------
    DesignProblem
        A cluster holds both arms.
    NotEstimable
        Fewer than two clusters in an arm ("separate") or one in either with fewer than three in
        all ("pooled").

    Source
    ------
    Donald and Lang (2007); Ibragimov and Mueller (2016), "Inference with few heterogeneous
    clusters".

    Examples
    --------
    >>> df = pd.DataFrame({"id": np.repeat(range(5), 2), "t": [0, 6] * 5,
    ...                    "g": [6.0, 6] * 2 + [np.nan] * 6,
    ...                    "y": [1.0, 5, 2, 8, 1, 2, 3, 6, 2, 4]})
    >>> panel = Panel.from_frame(df, unit="id", time="t", begins="g")
    >>> did_of_cluster_means(panel, "y").tidy()[["estimate", "std_error", "df"]].round(4)
       estimate  std_error   df
    0       3.0     1.0541  3.0

    See METHODS.md: Cluster means
    """
    codes = _assigned(panel, by)
    cut = before_after(panel, outcome)
    both_arms_at_each(cut, cut.rows)
    change = unit_means(panel, cut.outcome, cut.after) - cut.baseline
    kept = cut.kept
    used, row = np.unique(codes[kept], return_inverse=True)
    size = np.bincount(row)
    means = np.bincount(row, change[kept]) / size
    arm = np.bincount(row, panel.arm[kept]) / size
    counts = {a: int((arm == a).sum()) for a in (0, 1)}
    variance, df = _variance(means, arm, counts, spread)
    value = means[arm == 1].mean() - means[arm == 0].mean()
    influence = np.full((panel.n, 1), np.nan)
    sign = np.where(arm == 1, 1 / max(counts[1], 1), -1 / max(counts[0], 1))
    centre = np.where(arm == 1, means[arm == 1].mean(), means[arm == 0].mean())
    influence[kept, 0] = (sign[row] / size[row]) * (change[kept] - centre[row])
    how = "pooled variance" if spread == "pooled" else "separate variances"
    est = Estimates(
        terms=pd.DataFrame({"term": ["overall"]}),
        value=np.array([value]),
        influence=influence,
        units=panel.units,
        cluster=codes,
        method=f"difference in differences of {len(used)} cluster means, {how}",
        model_covariance=np.array([[variance]]),
        reference=StudentT(np.array([float(df)])),
        notes=(*cut.notes, *missed(cut)),
        outcome=outcome,
    )
    if min(counts.values()) > 1:
        return est
    lone = 1 if counts[1] == 1 else 0
    named = str(grouped(panel, _level(panel, by))[1][int(used[arm == lone][0])])
    label = str(panel.arm_labels[lone])
    return without_error(est, Note.of("one_cluster_a_side", arm=label, cluster=named))


def _assigned(panel: Panel, by: str | None) -> NDArray[np.int64]:
    codes, labels = grouped(panel, _level(panel, by))
    if len(np.unique(codes)) == 1:
        raise NotEstimable("one_cluster")
    pairs = np.unique(np.column_stack([codes, panel.arm]), axis=0)
    both, times = np.unique(pairs[:, 0], return_counts=True)
    if (times > 1).any():
        found = [labels[g] for g in both[times > 1]]
        raise DesignProblem("clusters_hold_both_arms", clusters=found)
    return codes


def _level(panel: Panel, by: str | None) -> str | None:
    stratum = panel.design.assigned_by == "stratum" and panel.strata is not None
    return "strata" if by is None and stratum else by


def _variance(means: Floats, arm: Floats, counts: dict[int, int], spread: str) -> tuple[float, int]:
    total = counts[0] + counts[1]
    least = min(counts.values())
    if least < 1 or total < 3 or (spread == "separate" and least < 2):
        raise NotEstimable("too_few_clusters_an_arm", treated=counts[1], compared=counts[0])
    if spread == "separate":
        parts = [np.var(means[arm == a], ddof=1) / counts[a] for a in (0, 1)]
        return float(sum(parts)), least - 1
    squares = sum(float(((means[arm == a] - means[arm == a].mean()) ** 2).sum()) for a in (0, 1))
    return squares / (total - 2) * (1 / counts[0] + 1 / counts[1]), total - 2
